"""A consumer whose handlers fail for as long as they are told to."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.enrolment.cohorts import RecordingPublished
from shared.contracts.enrolment.contacts import ContactChanged
from shared.contracts.envelope import Contract, Envelope
from shared.messaging.deferred import Deferred
from shared.messaging.inbox import Handler, Inbox
from shared.messaging.recovery import ActionContext, Selection
from shared.messaging.wire import Event
from shared.postgres.database import Database, Transaction
from tests.service.shared.deliveries import KEY
from tests.support.delivery import NOW, effects

WHY = ActionContext("ops", "fixed", dry_run=False)


class Reader:
    """A consumer whose handlers fail for as long as they are told to."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.failing: set[int] = set()
        self.error: Callable[[Transaction], Awaitable[None]] = raises(ValueError("not yet"))
        self.inbox = Inbox("adder", [Handler(kind, self._note) for kind in (RecordingPublished, ContactChanged)], db)
        self.worker = Deferred("adder", db, self.inbox.handle)

    async def _note(self, _: Contract, envelope: Envelope, tx: Transaction) -> None:
        await tx.execute("insert into effect (key, ref) values ($1, $2)", envelope.key, str(envelope.sequence))
        if envelope.sequence in self.failing:
            await self.error(tx)

    async def effects(self, key: UUID = KEY) -> list[str]:
        return (await effects(self.db)).get(str(key), [])

    async def deferred(self) -> list[tuple[int, str]]:
        rows = await self.rows("select version, state from deferred order by version, event_id")
        return [(row["version"], row["state"]) for row in rows]

    async def rows(self, sql: str) -> list[Any]:
        return await self.db.read(lambda tx: tx.fetch(sql))

    async def work(self, rounds: int = 1) -> int:
        """So many rounds of the worker, everything that is postponed due before each."""
        done = 0
        for _ in range(rounds):
            await self.do("update deferred set next_at = clock_timestamp()")
            done += await self.worker.run_due()
        return done

    async def do(self, sql: str) -> None:
        await self.db.run(lambda tx: tx.execute(sql))


def raises(error: BaseException) -> Callable[[Transaction], Awaitable[None]]:
    async def fail(_: Transaction) -> None:
        raise error

    return fail


def contact(sequence: int) -> Event:
    """Version `sequence` of somebody's contact, whose topic keeps it for a week."""
    changed = ContactChanged(effective_at=NOW, person_id=KEY, name="Ada Made-Up", email="ada@example.nhs.uk")
    envelope = Envelope(
        uuid4(), "/test", changed.event_type(), NOW, changed.topic, changed.key(), sequence, "c", None, None
    )
    return Event(envelope, changed.model_dump_json().encode())


def named(*events: Event) -> Selection:
    return Selection([event.envelope.id for event in events])
