"""What a service published, lost with its database, and how it is reconciled over HTTP."""

from typing import Any
from uuid import UUID

from shared.contracts.topics import PARTITIONS
from shared.postgres.database import Database
from tests.support.databases import rows
from tests.support.delivery import TOPIC, Bus, announce, eventually, numbered, relaying, unsent
from tests.support.losses import remember, set_back
from tests.support.services import Client

STREAMS = "/v1/operations/streams"
WHY = "the disk was lost"


async def say(bus: Bus, key: UUID, *refs: object) -> None:
    """One event a transaction."""
    for ref in refs:
        await bus.writer.run(announce, numbered(key, 0).model_copy(update={"recording_ref": str(ref)}))


async def everything(db: Database) -> list[tuple[Any, ...]]:
    """All that an action may change."""
    return [
        *await rows(db, "select topic, key, version from stream order by 1, 2"),
        *await rows(db, "select seq, key, version, event_id, parked_at from outbox order by 1"),
        *await rows(db, "select identity from published_from"),
        *await rows(db, "select topic, lane from reconciled_lane"),
        *await rows(db, "select act from operator_act"),
    ]


async def published(bus: Bus) -> None:
    """All that is in the outbox leaves."""
    async with relaying(bus.writer_address, bus.kafka, bus.prefix):
        await eventually(lambda: nothing_unsent(bus))


async def nothing_unsent(bus: Bus) -> bool:
    return not await unsent(bus.writer)


async def lane(ops: Client, number: int, *, dry_run: bool = False) -> dict[str, Any]:
    body = {"topic": TOPIC, "lane": number, "reason": WHY, "dry_run": dry_run}
    return (await ops.post(f"{STREAMS}/reconcile", json=body)).raise_for_status().json()


async def resumed(ops: Client) -> dict[str, Any]:
    """Every lane reconciled, and publishing again."""
    for number in range(PARTITIONS):
        await lane(ops, number)
    return (await ops.post(f"{STREAMS}/resume", json={"reason": WHY, "dry_run": False})).raise_for_status().json()


async def a_loss(bus: Bus, key: UUID) -> None:
    """Versions 1 to 3 are published before the moment, 4 and 5 after it."""
    await say(bus, key, 1, 2, 3)
    await published(bus)
    await remember(bus.writer)
    await say(bus, key, "lost 4", "lost 5")
    await published(bus)
    await set_back(bus.writer)
