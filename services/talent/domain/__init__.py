"""Rules of the talent pools: plain data, no I/O, no clock."""
