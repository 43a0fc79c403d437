"""Talent pools: who is ready for what when, the evidence that prompts a review, and the pools as counts."""
