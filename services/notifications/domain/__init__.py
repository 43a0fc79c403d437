"""Rules and words of messages; no I/O, no clock."""
