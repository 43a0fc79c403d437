"""The pools as counts."""
