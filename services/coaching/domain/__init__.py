"""Rules of coaching and mentoring: plain data, no I/O, no clock."""
