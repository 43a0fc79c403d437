"""Every published event, by its `ce_type`."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.contracts import coaching, enrolment, notifications, talent
from shared.contracts.envelope import Contract, EventSkipped

PUBLISHED: tuple[type[Contract], ...] = (
    *enrolment.PUBLISHED,
    *coaching.PUBLISHED,
    *talent.PUBLISHED,
    *notifications.PUBLISHED,
)

BY_TYPE: Mapping[str, type[Contract]] = MappingProxyType({c.event_type(): c for c in PUBLISHED})

DESCRIBED = frozenset({EventSkipped.TYPE, *BY_TYPE})
"""The types that have a schema; dead letters may have the types of anybody."""
