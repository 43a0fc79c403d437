"""What ops do to a running academy: look at events that are stuck, let them go on, read and check the log."""
