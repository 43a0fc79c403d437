"""How people are reached, and whether an address of their own is theirs."""
