"""Identifiers: UUIDv7 made in Python, so rows created together lie together."""

from typing import NewType
from uuid import UUID

import uuid_utils.compat

PersonId = NewType("PersonId", UUID)
"""One opaque id per person in every service; stable, hence still personal data."""

EventId = NewType("EventId", UUID)
CohortId = NewType("CohortId", UUID)
SessionId = NewType("SessionId", UUID)


def new_id() -> UUID:
    """A fresh time-ordered UUIDv7 (RFC 9562)."""
    return uuid_utils.compat.uuid7()
