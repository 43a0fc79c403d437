"""Who learns: the records of learners, and how they are reached."""
