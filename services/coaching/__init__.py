"""The register of coaches and mentors, who may join it, and who is invited to or asks for coaching and mentoring."""
