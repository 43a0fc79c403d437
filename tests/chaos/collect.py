"""Reads the databases: samples while the run is on, everything at its end."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, cast

from shared.service import Service
from tests.chaos import wiretap
from tests.chaos.audit_triggers import connect
from tests.chaos.dumps import DeferredEvent, Dumps, Moved, Sample, ServiceDump, Written
from tests.chaos.site import Site
from tests.chaos.writers import LOST

if TYPE_CHECKING:
    from shared.postgres.database import Connection

_EVERY = 1.5
_LOOKS = 50

_ROWS = {
    "enrolment": "select enrolment_id::text as row from enrolment",
    "talent": "select person_id || '/' || version as row from assessment",
}


def service_of(name: str) -> Service:
    """The service as its app states it."""
    return cast("Service", import_module(f"services.{name}.app").service)


def topics_of(services: Sequence[str]) -> list[str]:
    """Everything they write or read."""
    found = {t for name in services for t in (*service_of(name).writes_to(), *service_of(name).listens_to())}
    return sorted(found)


class Sampler:
    """Looks again and again at what a group has committed and then at what it has absorbed."""

    def __init__(self, site: Site) -> None:
        self.samples: list[Sample] = []
        self._site = site

    async def run(self) -> None:
        """Until cancelled; what is away is asked again later."""
        while True:
            for group in self._site.deployment.subscribers:
                try:
                    self.samples.append(await self.take(group))
                except (*LOST, *wiretap.UNAVAILABLE):
                    continue
            await asyncio.sleep(_EVERY)

    async def take(self, group: str) -> Sample:
        """Offsets first, cursors after: what the offsets passed over must have been absorbed by then."""
        committed = await wiretap.committed(self._site.kafka, group)
        connection = await connect(self._site.databases[group])
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                cursors = await connection.fetch(
                    "select topic, key, version from consumer_cursor where consumer = $1 and version is not null", group
                )
                deferred = await connection.fetch("select topic, key, version from deferred where consumer = $1", group)
        finally:
            await connection.close()
        return Sample(
            group,
            frozenset(service_of(group).listens_to()),
            committed,
            {(row["topic"], row["key"]): row["version"] for row in cursors},
            frozenset((row["topic"], row["key"], row["version"]) for row in deferred),
        )


async def collect(site: Site, sampler: Sampler) -> Dumps:
    """Everything there is, read while nothing moved; TimeoutError when something never stops moving."""
    topics = topics_of(site.deployment.services)
    for _ in range(_LOOKS):
        before = await stirred(site)
        services = [await _service(name, address) for name, address in site.databases.items()]
        final = [await wiretap.patiently(partial(sampler.take, group)) for group in site.deployment.subscribers]
        seen, ends = await wiretap.patiently(lambda: wiretap.read_all(site.kafka, topics))
        if await stirred(site) == before:
            return Dumps(services, seen, sampler.samples, final, ends)
    raise TimeoutError("the databases never came to rest")


async def stirred(site: Site) -> int:
    """How many things the audit triggers have written down so far."""
    counted = 0
    for address in site.databases.values():
        connection = await connect(address)
        try:
            counted += int(await connection.fetchval(_STIRRED) or 0)
        finally:
            await connection.close()
    return counted


async def _service(name: str, address: str) -> ServiceDump:
    connection = await connect(address)
    try:
        return ServiceDump(
            name,
            written=[Written(**dict(row)) for row in await connection.fetch(_WRITTEN)],
            moved=[Moved(**dict(row)) for row in await connection.fetch(_MOVED)],
            applied=await _effects(connection),
            deferred=[DeferredEvent(**dict(row)) for row in await connection.fetch(_DEFERRED)],
            left=[row["event_id"] for row in await connection.fetch("select event_id from outbox")],
            keys={r["key"]: r["answered"] for r in await connection.fetch(_KEYS)},
            rows=frozenset(r["row"] for r in await connection.fetch(_ROWS[name])) if name in _ROWS else frozenset(),
        )
    finally:
        await connection.close()


async def _effects(connection: "Connection") -> list[Mapping[str, str]]:
    """The columns by which an effect is told from another, in the order the effects came."""
    return [dict(row) for row in await connection.fetch(_APPLIED)]


_STIRRED = """
select (select count(*) from chaos.written) + (select count(*) from chaos.moved) + (select count(*) from chaos.applied)
"""
_WRITTEN = "select event_id, topic, key, version, lane, seq, type, correlation_id, at from chaos.written order by n"
_MOVED = "select consumer, topic, key, version, event_id, at from chaos.moved order by n"
_DEFERRED = "select consumer, topic, key, version, event_id, state from deferred order by consumer, topic, key, version"
_KEYS = "select key, answer is not null as answered from idempotency_key"
_APPLIED = """
select kept_in, effect ->> 'person_id' as person_id, effect ->> 'happened_at' as happened_at,
       effect ->> 'programme_code' as programme_code, effect ->> 'kind' as kind,
       effect ->> 'cause_event_id' as cause_event_id, effect ->> 'purpose' as purpose,
       effect ->> 'qualified_at' as qualified_at, effect ->> 'award' as award,
       effect ->> 'invited_at' as invited_at, effect ->> 'form' as form,
       effect ->> 'as_of' as as_of, effect ->> 'source' as source, effect ->> 'email' as email
from chaos.applied order by n
"""
