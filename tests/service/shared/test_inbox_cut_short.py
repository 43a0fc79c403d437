"""The database session ends at the worst moment: effect, cursor and dead letter are saved together or not at all."""

from typing import Any

import pytest

from shared.messaging.inbox import Inbox
from shared.messaging.wire import Event
from shared.postgres.database import UNAVAILABLE, Database, Transaction
from tests.service.shared.deliveries import KEY, delivered
from tests.support.cuts import cut_at_commit, cut_when_saving_a_cursor
from tests.support.delivery import effects, make_effects, note


@pytest.fixture
async def db(db: Database) -> Database:
    await db.run(make_effects)
    return db


@pytest.fixture
def inbox(db: Database) -> Inbox:
    return Inbox("adder", (note,), db)


async def test_a_commit_that_fails_leaves_neither_effect_nor_cursor(inbox: Inbox, db: Database) -> None:
    batch = [delivered(1), delivered(2)]
    await db.run(cut_at_commit, "effect")
    await inbox.apply(batch)
    assert await effects(db) == {str(KEY): ["1", "2"]}
    await inbox.apply(batch)
    assert await effects(db) == {str(KEY): ["1", "2"]}


async def test_a_cursor_that_cannot_be_saved_undoes_the_effect(inbox: Inbox, db: Database) -> None:
    batch = [delivered(1), delivered(2)]
    await db.run(cut_when_saving_a_cursor)
    await inbox.apply(batch)
    await inbox.apply(batch)
    assert await effects(db) == {str(KEY): ["1", "2"]}


async def test_deferring_an_event_and_its_dead_letter_are_one(inbox: Inbox, db: Database) -> None:
    broken = Event(delivered(1).envelope, b'{"nonsense": true}')

    async def letters(tx: Transaction) -> list[Any]:
        return await tx.fetch("select event_id from outbox")

    await db.run(cut_at_commit, "deferred")
    with pytest.raises(UNAVAILABLE):
        await inbox.apply([broken])
    assert await db.read(letters) == []
    await inbox.apply([broken])
    assert len(await db.read(letters)) == 1
