"""Notifications: tells people what happens with their places, recordings, pools and invitations."""
