"""What is on offer: programmes, their cohorts, and the dates of these."""
