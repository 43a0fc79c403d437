"""The report of a closed month through the API: read from its snapshot, beside the exact one, which is counted.

The year is about as large as 2020/21: 200 cohorts, 4,000 enrolments.
"""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from statistics import median, quantiles

import httpx

from academy.local.ports import LOOPBACK
from bench.measure import Measure
from bench.stage import Stage
from services.enrolment.reporting.commands.snapshots import RELEASES
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)

YEAR_CLOSED = datetime(2021, 4, 1, 8, tzinfo=UTC)
_MONTH = {"from": "2020-10-01", "to": "2020-10-31"}
_REQUESTS = 200
_WARMING = 20


class NotReported(Exception):
    """The API refused a report that is there."""


async def measures(stage: Stage) -> AsyncIterator[Measure]:
    """One request after another; each kind in turn, so that both meet the same machine."""
    async with AsyncExitStack() as stack:
        room = await stack.enter_async_context(stage.room("enrolment"))
        db = await stack.enter_async_context(room.connected())
        await db.run(_make_a_year)
        snapshots = await RELEASES.publish_due(db, YEAR_CLOSED)
        port = (await stack.enter_async_context(room.role("api"))).http_port
        headers = {"Authorization": f"Bearer {await _token(stage.issuer)}"}
        address = f"http://{LOOPBACK}:{port}"
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=address, headers=headers, trust_env=False))
        published: list[float] = []
        counted: list[float] = []
        for _ in range(_WARMING + _REQUESTS):
            published.append(await _milliseconds(client, "published"))
            counted.append(await _milliseconds(client, "internal"))
        fast, slow = published[_WARMING:], counted[_WARMING:]
        about = f"{_REQUESTS} requests beside as many of the exact report; {snapshots} snapshots"
        yield Measure("published_month_p50", median(fast), "ms", median(slow), about)
        yield Measure("published_month_p99", quantiles(fast, n=100)[98], "ms", quantiles(slow, n=100)[98], about)


async def _make_a_year(tx: Transaction) -> None:
    for name in ("programme", "learners", "cohorts", "sessions", "enrolments", "attendances", "known_sizes"):
        await tx.execute(SQL[name])


async def _token(issuer: str) -> str:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{issuer}/token", json={"persona": "region-lead"})
        return answer.raise_for_status().json()["access_token"]


async def _milliseconds(client: httpx.AsyncClient, audience: str) -> float:
    started = time.perf_counter()
    answer = await client.get("/v1/reports/reach", params=_MONTH | {"audience": audience})
    taken = (time.perf_counter() - started) * 1000
    if answer.is_error:
        raise NotReported(answer.text)
    return taken
