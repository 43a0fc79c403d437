"""A committed command's events reach Kafka in order; each consumer applies each effect once.

The promise and its algorithms: docs/adr/0002-delivery.md.
"""
