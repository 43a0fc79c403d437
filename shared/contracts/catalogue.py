"""Every published event, by its `ce_type`."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.contracts import coaching, enrolment, notifications, talent
from shared.contracts.envelope import Contract

PUBLISHED: tuple[type[Contract], ...] = (
    *enrolment.PUBLISHED,
    *coaching.PUBLISHED,
    *talent.PUBLISHED,
    *notifications.PUBLISHED,
)

BY_TYPE: Mapping[str, type[Contract]] = MappingProxyType({c.event_type(): c for c in PUBLISHED})
