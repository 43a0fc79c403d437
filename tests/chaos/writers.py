"""Transactions of our own on enrolment's outbox: held open for long, rolled back, or committed all at once."""

import asyncio
import contextlib
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from shared.contracts.enrolment.contacts import ContactChanged
from shared.contracts.enrolment.learners import ProgrammeCompleted, SessionAttended
from shared.contracts.envelope import Contract
from shared.messaging import outbox
from shared.postgres.database import UNAVAILABLE, Transaction, speak_json
from tests.chaos.audit_triggers import connect
from tests.chaos.dumps import Stream
from tests.chaos.scene import AFTERWARDS, FIRST_SESSION, PROGRAMME, Scene, an_id

AWARD = "ilm_5"
_KEYS_HELD = 36
"""Enough that every lane has some of them."""

LOST = (*UNAVAILABLE, asyncpg.PostgresError)
"""What a faulty database raises; the transaction is gone then, or its fate unknown."""


class Writer:
    """`aborted` are the ids of events whose transaction was rolled back for certain."""

    def __init__(self, address: str, draw: random.Random) -> None:
        self.aborted: list[UUID] = []
        self._address = address
        self._draw = draw
        self._moments = iter(FIRST_SESSION + timedelta(days=100, seconds=n) for n in range(1_000_000))

    def attended(self, person: str | None = None, *, programme: str = PROGRAMME) -> SessionAttended:
        """An attendance at a moment no other has; of somebody nobody else writes about, unless named."""
        return SessionAttended(
            effective_at=next(self._moments),
            person_id=UUID(person or an_id(self._draw)),
            session_id=UUID(an_id(self._draw)),
            cohort_id=UUID(an_id(self._draw)),
            programme_code=programme,
            mode="live",
        )

    def completed(self, person: str) -> ProgrammeCompleted:
        """A completion whose award makes a coach."""
        return ProgrammeCompleted(
            effective_at=next(self._moments),
            person_id=UUID(person),
            enrolment_id=UUID(an_id(self._draw)),
            cohort_id=UUID(an_id(self._draw)),
            programme_code=PROGRAMME,
            award=AWARD,
        )

    def reached(self, person: str) -> ContactChanged:
        """How somebody can be reached from now on, of whom nothing else is known."""
        return ContactChanged(
            effective_at=next(self._moments),
            person_id=UUID(person),
            name="Learner Unknown",
            email=f"unknown.{self._draw.randrange(10**9)}@example.nhs.uk",
        )

    async def commit(
        self, *events: Contract, raw: Sequence[outbox.Pending] = (), leap: int = 0, of: Stream | None = None
    ) -> list[UUID]:
        """Announce them in one transaction, nobody being woken; their ids.

        So many versions `of` a stream are left out before them, as if they had been sent and dropped long ago.
        """
        return await self._write(events, raw=raw, leap=(leap, *of) if of else None)

    async def hold(self, seconds: float) -> bool:
        """Take numbers on every lane at once, and commit only after so long."""
        events = [self.attended() for _ in range(_KEYS_HELD)]
        return bool(await self._write(events, hold=seconds))

    async def abort(self, scene: Scene) -> None:
        """Announce something of the people everybody writes about, and roll back."""
        people = self._draw.sample(scene.people[:10], 3)
        await self._write([self.attended(person) for person in people], abort=True)

    async def complete(self, scene: Scene) -> None:
        """Let one of the people everybody writes about complete something, which no command of the load does."""
        await self.commit(self.completed(self._draw.choice(scene.people[:10])))

    async def act_regularly(self, scene: Scene, every: float) -> None:
        """Until cancelled; a database that is away only costs a round."""
        while True:
            await asyncio.sleep(self._draw.uniform(0.5, 1.5) * every)
            with contextlib.suppress(*LOST):
                await self.abort(scene)
                await self.complete(scene)

    async def _write(
        self,
        events: Sequence[Contract],
        *,
        raw: Sequence[outbox.Pending] = (),
        leap: tuple[int, str, str] | None = None,
        hold: float = 0.0,
        abort: bool = False,
    ) -> list[UUID]:
        connection = await connect(self._address)
        try:
            await speak_json(connection)
            transaction = connection.transaction()
            await transaction.start()
            if leap:
                await connection.execute(_LEAP, *leap)
            tx = Transaction(connection)
            ids = _append(tx, events, raw, at=AFTERWARDS)
            await tx.flush()
            await asyncio.sleep(hold)
            if abort:
                self.aborted += ids
                await transaction.rollback()
            else:
                await transaction.commit()
        finally:
            connection.terminate()
        return ids


def _append(tx: Transaction, events: Sequence[Contract], raw: Sequence[outbox.Pending], *, at: datetime) -> list[UUID]:
    for pending in raw:
        outbox.append_raw(tx, pending)
    return [*(pending.event_id for pending in raw), *(outbox.append(tx, event, at=at) for event in events)]


_LEAP = """
insert into stream as s (topic, key, version) values ($2, $3, $1)
on conflict (topic, key) do update set version = s.version + excluded.version
"""
