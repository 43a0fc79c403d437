"""Rules of enrolment: plain data, no I/O, no clock."""
