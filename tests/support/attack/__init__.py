"""What an attacker works out of published answers alone; knows nothing of how they were made."""
