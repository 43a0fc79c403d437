"""The events that are moved about: people enrolled, made up, of a size as they are in earnest."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.contracts.enrolment.learners import LearnerEnrolled
from shared.contracts.topics import PARTITIONS
from shared.ids import new_id
from shared.messaging.lanes import lane_of

TOPIC = LearnerEnrolled.topic
SOURCE = "/nhs/midlands-leadership/development/enrolment"
NOW = datetime(2020, 10, 1, 9, tzinfo=UTC)


def an_enrolment(person_id: UUID) -> LearnerEnrolled:
    """That person holds a place."""
    return LearnerEnrolled(
        effective_at=NOW,
        person_id=person_id,
        enrolment_id=new_id(),
        cohort_id=new_id(),
        programme_code="CLS1",
        system="QGH",
        organisation="QGH01",
        staff_group="NMR",
        profession="NUR",
        band="6",
        method="self",
    )


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A row as `outbox.append` writes it; the headers are JSON text."""

    topic: str
    lane: int
    event_id: UUID
    key: str
    version: int
    type: str
    payload: bytes
    headers: str

    def __getitem__(self, column: str, /) -> Any:
        return getattr(self, column)


def outbox_rows(count: int, *, keys: int) -> Iterator[OutboxRow]:
    """`count` rows over so many keys, versions gapless."""
    people = [new_id() for _ in range(keys)]
    for number in range(count):
        event = an_enrolment(people[number % keys])
        yield OutboxRow(
            topic=TOPIC,
            lane=lane_of(event.key()),
            event_id=new_id(),
            key=event.key(),
            version=number // keys + 1,
            type=event.event_type(),
            payload=event.model_dump_json().encode(),
            headers=json.dumps({"time": NOW.isoformat(), "correlationid": str(new_id())}),
        )


def a_person_a_lane() -> dict[int, UUID]:
    """One made-up person whose events go through each lane."""
    found: dict[int, UUID] = {}
    while len(found) < PARTITIONS:
        person_id = new_id()
        found.setdefault(lane_of(str(person_id)), person_id)
    return found
