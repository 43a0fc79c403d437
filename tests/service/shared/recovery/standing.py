"""Events that are stuck, and what ops ask for about them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx

from shared.contracts.envelope import EventSkipped
from shared.contracts.talent.members import PoolReadinessChanged
from shared.messaging import dead_letters, deferred, undecodable
from shared.messaging.wire import Event, Undecodable
from shared.postgres.database import Database
from tests.service.shared.deliveries import KEY, delivered
from tests.support.databases import execute, rows
from tests.support.delivery import NOW, TOPIC, announce, numbered
from tests.support.services import Client, ServiceUnderTest

DEAD, PARKED = "/v1/operations/deferred-events", "/v1/operations/parked-events"
WHY = "the handler is fixed"
OTHER = UUID(int=2)


def unreadable(sequence: int, key: UUID = KEY) -> Event:
    """An event whose payload breaks its contract: dead at once."""
    return Event(delivered(sequence, key=key).envelope, b'{"nonsense": true}')


def restricted(sequence: int) -> Event:
    """A judgement on a person, unreadable too."""
    envelope = replace(
        delivered(sequence).envelope, type=PoolReadinessChanged.event_type(), topic=PoolReadinessChanged.topic
    )
    return Event(envelope, b'{"current": "ready_now"}')


def marker(sequence: int) -> Event:
    """What is published in the place of a skipped event."""
    envelope = delivered(sequence).envelope
    skipped = EventSkipped(effective_at=NOW, skipped_type=envelope.type)
    return Event(replace(envelope, type=EventSkipped.TYPE), skipped.model_dump_json().encode())


async def a_dead_chain(adder: ServiceUnderTest, *, key: UUID = KEY) -> list[Event]:
    """Version 1 was applied, version 2 is dead, versions 3 and 4 wait behind it."""
    chain = [delivered(1, key=key), unreadable(2, key), delivered(3, key=key), delivered(4, key=key)]
    return await adder.receive(*chain)


async def fix(db: Database, event: Event) -> None:
    """What a fixed release does: from now on the event can be handled."""
    payload = numbered(UUID(event.envelope.key), event.envelope.sequence).model_dump_json().encode()
    await execute(db, "update deferred set payload = $2 where event_id = $1", event.envelope.id, payload)


async def work(adder: ServiceUnderTest) -> int:
    """One round of the deferral worker, with everything due."""
    await execute(adder.db, "update deferred set next_at = clock_timestamp() where state <> 'dead'")
    return await deferred.Deferred("adder", adder.db, adder.inbox.handle).run_due()


async def standing(db: Database) -> list[tuple[Any, ...]]:
    """Everything an action may change."""
    aside = await rows(db, "select key, version, state, attempts from deferred order by key, version")
    cursors = await rows(db, "select key, version, event_id from consumer_cursor order by key")
    sent = await rows(db, "select seq, type, payload, parked_at, last_error from outbox order by seq")
    unread = await rows(db, "select id from undecodable_record order by id")
    return [*aside, *cursors, *sent, *unread]


async def taken_actions(db: Database) -> list[tuple[Any, ...]]:
    return await rows(db, "select caller, act, reason, event_ids from operator_act order by id")


async def request_action(
    client: Client, path: str, events: Sequence[Event | UUID], *, dry_run: bool = False, key: str | None = None
) -> httpx.Response:
    ids = [str(e.envelope.id if isinstance(e, Event) else e) for e in events]
    headers = {"Idempotency-Key": key} if key else {}
    return await client.post(path, json={"event_ids": ids, "reason": WHY, "dry_run": dry_run}, headers=headers)


async def a_parked_event(adder: ServiceUnderTest, *, key: UUID = KEY, behind: int = 2) -> UUID:
    """The first event of a key is refused by Kafka, and some wait behind it."""
    await adder.db.run(announce, *(numbered(key, n) for n in range(1, behind + 2)))
    await execute(
        adder.db,
        """update outbox set parked_at = clock_timestamp(), last_error = 'MessageSizeTooLargeError'
           where key = $1 and version = 1""",
        str(key),
    )
    [(event_id,)] = await rows(adder.db, "select event_id from outbox where parked_at is not null")
    return event_id


async def an_undecodable_record(adder: ServiceUnderTest) -> UUID:
    """It is known by the id of its dead letter."""
    record = Undecodable(TOPIC, 0, 7, b"k", b"?", [])
    await adder.db.run(undecodable.dead_letter, "adder", [record])
    return dead_letters.id_of("adder", record)
