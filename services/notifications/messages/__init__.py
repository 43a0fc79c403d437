"""What people are to be told, and what became of it."""
