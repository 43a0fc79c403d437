"""The reach of it all, as counts."""
