"""Named SQL and the mapping of rows; no rule lives here."""
