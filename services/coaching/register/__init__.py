"""The register of coaches and mentors, and who may join it."""
