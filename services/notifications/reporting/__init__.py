"""Messages as counts."""
