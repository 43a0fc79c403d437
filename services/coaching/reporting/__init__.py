"""The register as counts."""
