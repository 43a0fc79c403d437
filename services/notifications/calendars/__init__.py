"""Cohorts and dates as calendars hold them: who has a place, and what their calendar was told."""
