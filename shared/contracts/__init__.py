"""The public events: typed, documented, frozen; data only."""
