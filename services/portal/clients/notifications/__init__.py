"""Notifications: what was sent to whom."""
