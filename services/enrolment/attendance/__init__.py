"""Who was there, and who has completed a programme by it."""
