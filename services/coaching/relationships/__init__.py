"""Invitations to coaching and mentoring, and requests for it."""
