"""SQL and row mapping; no rule."""
