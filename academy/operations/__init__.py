"""What ops do to a running academy: look at events that stand still, let them go on, read and check the log."""
