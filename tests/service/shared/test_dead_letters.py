"""The ids of dead letters: as many as there are events given up, and always the same."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from shared.messaging import dead_letters
from shared.messaging.wire import Event
from shared.postgres.database import Database, Transaction
from tests.service.shared.deliveries import delivered


async def ids(db: Database, *given_up: tuple[Event, int]) -> list[UUID]:
    """Those of the letters these events become, each given up for the so-manieth time."""

    async def give_up(tx: Transaction) -> None:
        for event, time in given_up:
            dead_letters.announce(tx, "adder", event, time=time, attempts=12, reason="ValueError")

    async def read(tx: Transaction) -> list[Any]:
        return await tx.fetch("delete from outbox returning event_id")

    await db.run(give_up)
    return [row["event_id"] for row in await db.run(read)]


def elsewhere(event: Event, **place: Any) -> Event:
    return replace(event, envelope=replace(event.envelope, **place))


async def test_events_of_other_systems_that_share_an_id_have_letters_of_their_own(db: Database) -> None:
    event = delivered(1)
    places: list[dict[str, Any]] = [{"key": "other"}, {"sequence": 2}, {"topic": "enrolment.learners"}]
    found = await ids(db, (event, 1), *((elsewhere(event, **place), 1) for place in places))
    assert len(set(found)) == 4


async def test_the_same_giving_up_has_the_same_id_and_the_next_another(db: Database) -> None:
    event = delivered(1)
    assert await ids(db, (event, 1)) == await ids(db, (event, 1)) != await ids(db, (event, 2))
