"""Enrolments through the API, against the same SQL run bare: same statements, same transactions, same concurrency.

The API is the service's real process. Its client and the bare run are one process each; how busy the client was is
told beside the figure, for a client at its limit would be measured instead of the API.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count
from typing import TypeAlias
from uuid import UUID, uuid4

import asyncpg
import httpx

from academy.local.ports import LOOPBACK
from bench.child import Port, result_of
from bench.cohorts import supply
from bench.enrolled import NOW, OutboxRow, outbox_rows
from bench.measure import Measure
from bench.stage import Stage
from services.enrolment.catalogue.store import cohorts
from services.enrolment.places.store import enrolments
from shared.ids import new_id
from shared.messaging import outbox
from shared.web import idempotency

AT_ONCE = 16
_ROUNDS = 3
_WARMING = 1
_REQUESTS = 1_200
_CREATED = b"HTTP/1.1 201"
_CALLER = "bench"

Pairs: TypeAlias = Sequence[tuple[str, str]]
"""Cohort and person."""


class NotEnrolled(Exception):
    """The API refused an enrolment that is in order."""


@dataclass(frozen=True, slots=True)
class Run:
    """So many enrolments in so many seconds, and how much of one core the process that asked for them used."""

    rate: float
    busy: float


async def measures(stage: Stage) -> AsyncIterator[Measure]:
    """One process of the API, then two; the best of several rounds, taken in turn with the bare run."""
    async with AsyncExitStack() as stack:
        room = await stack.enter_async_context(stage.room("enrolment"))
        db = await stack.enter_async_context(room.connected())
        supplied, token = await supply(db), await _token(stage.issuer)
        numbers = count(step=_REQUESTS)
        ports: list[int] = []
        for name in ("one_process", "two_processes"):
            ports.append((await stack.enter_async_context(room.role("api"))).http_port)
            called: list[Run] = []
            bare: list[Run] = []
            for _ in range(_ROUNDS + _WARMING):
                pairs = supplied.pairs(next(numbers), _REQUESTS)
                called.append(Run(**await result_of(call, ports=ports, token=token, pairs=pairs)))
                pairs = supplied.pairs(next(numbers), _REQUESTS)
                bare.append(Run(**await result_of(run_bare, database=room.database, pairs=pairs)))
            yield _told(f"enrolments_{name}", called[_WARMING:], bare[_WARMING:])


def _told(name: str, called: list[Run], bare: list[Run]) -> Measure:
    fastest, limit = (max(runs, key=lambda run: run.rate) for runs in (called, bare))
    about = (
        f"{AT_ONCE} at once, best of {len(called)};"
        f" the client used {fastest.busy:.0%} of a core, the bare run {limit.busy:.0%}"
    )
    return Measure(name, fastest.rate, "requests/s", limit.rate, about)


async def _token(issuer: str) -> str:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{issuer}/token", json={"persona": "programme-lead"})
        return answer.raise_for_status().json()["access_token"]


async def call(_: Port, *, ports: Sequence[int], token: str, pairs: Pairs) -> dict[str, float]:
    """Ask the API for each enrolment, over connections that are kept, in HTTP as plain as can be."""
    requests = [_request(token, *pair) for pair in pairs]
    connections = [await asyncio.open_connection(LOOPBACK, ports[number % len(ports)]) for number in range(AT_ONCE)]

    async def one_after_another(number: int) -> None:
        reader, writer = connections[number]
        for request in requests[number::AT_ONCE]:
            writer.write(request)
            await _created(reader)

    run = await _timed(one_after_another, len(pairs))
    for _reader, writer in connections:
        writer.close()
    return run


def _request(token: str, cohort_id: str, person_id: str) -> bytes:
    body = json.dumps({"person_id": person_id}).encode()
    head = (
        f"POST /v1/cohorts/{cohort_id}/enrolments HTTP/1.1\r\nHost: {LOOPBACK}\r\nAuthorization: Bearer {token}\r\n"
        f"Idempotency-Key: {uuid4()}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _created(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
    body = await reader.readexactly(length)
    if not head.startswith(_CREATED):
        raise NotEnrolled(f"{head.splitlines()[0].decode()}: {body.decode()}")


async def run_bare(_: Port, *, database: str, pairs: Pairs) -> dict[str, float]:
    """Run what the route runs, with prepared statements and nothing else."""
    enrolled = list(zip(pairs, outbox_rows(len(pairs), keys=len(pairs)), strict=True))
    connections = [await asyncpg.connect(database) for _ in range(AT_ONCE)]

    async def one_after_another(number: int) -> None:
        for pair, row in enrolled[number::AT_ONCE]:
            await _enrol(connections[number], UUID(pair[0]), UUID(pair[1]), row)

    run = await _timed(one_after_another, len(pairs))
    for connection in connections:
        await connection.close()
    return run


async def _enrol(
    connection: "asyncpg.Connection[asyncpg.Record]", cohort_id: UUID, person_id: UUID, row: OutboxRow
) -> None:
    """The statements of `POST /v1/cohorts/{cohort_id}/enrolments`, in their order; asyncpg keeps them prepared."""
    key = str(uuid4())
    async with connection.transaction():
        await connection.fetchval(idempotency.SQL["claim"], _CALLER, key, b"")
        cohort = await connection.fetchrow(cohorts.SQL["lock"], cohort_id)
        applicant = await connection.fetchrow(enrolments.SQL["applicant"], cohort_id, person_id)
        assert cohort is not None and applicant is not None  # noqa: S101, PT018 for the type checker: both were made
        taken = cohort["places_taken"] + 1
        await connection.execute(cohorts.SQL["save_places"], cohort_id, taken, cohort["waiting"], cohort["last_ticket"])
        post = (applicant[name] for name in ("system", "organisation", "staff_group", "profession", "band"))
        fixed = (new_id(), cohort_id, person_id, "enrolled", "self")
        await connection.execute(enrolments.SQL["insert"], *fixed, *post, NOW, NOW, None)
        await connection.execute(idempotency.SQL["answer"], _CALLER, key, row.payload.decode())
        event = (row.topic, str(person_id), row.lane, row.event_id, row.type, row.payload, row.headers)
        await connection.execute(outbox.SQL["append"], *event)


async def _timed(work: Callable[[int], Awaitable[None]], asked: int) -> dict[str, float]:
    began, used = time.perf_counter(), time.process_time()
    await asyncio.gather(*(work(number) for number in range(AT_ONCE)))
    seconds = time.perf_counter() - began
    return {"rate": asked / seconds, "busy": (time.process_time() - used) / seconds}
