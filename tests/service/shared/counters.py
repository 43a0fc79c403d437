"""A small service that has one route of every kind."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from shared.errors import Conflict
from shared.postgres.database import Database, Transaction
from shared.service import Service
from shared.web import etag
from shared.web.app import Db, Now
from shared.web.etag import IfMatch
from shared.web.idempotency import Idempotent
from shared.web.paging import Page, Paging
from shared.web.principal import OWN, REGION, Principal, allowed
from shared.web.views import Body, View

router = APIRouter(prefix="/v1", tags=["counters"])


class Increment(Body):
    by: int


class Row(Body):
    amount: int


class Batch(Body):
    by: int
    rows: list[Row] = Field(default_factory=list[Row])
    nested: dict[str, dict[str, int]] = Field(default_factory=dict[str, dict[str, int]])


class Counter(View):
    value: int


class TooHigh(Conflict):
    """The counter ends at a hundred."""

    code = "too_high"


async def add(tx: Transaction, by: int) -> Counter:
    value = await tx.fetchval("update counter set value = value + $1 returning value", by)
    if value > 100:
        raise TooHigh("the counter ends at 100")
    return Counter(value=value)


async def read(tx: Transaction) -> Counter:
    return Counter(value=await tx.fetchval("select value from counter"))


@router.post("/increments", status_code=201)
async def increment(
    body: Increment, once: Idempotent, caller: Annotated[Principal, allowed(programme_lead=REGION)]
) -> Counter:
    """Whoever asks first whose request it is: no order of parameters matters."""
    return await once.run(Counter, add, body.by)


@router.post("/batches", status_code=201)
async def batch(body: Batch, caller: Annotated[Principal, allowed(programme_lead=REGION)]) -> int:
    return len(body.rows)


@router.put("/people/{person_id}")
async def edit(
    person_id: UUID,
    caller: Annotated[Principal, allowed(learner=OWN, programme_lead=REGION)],
    if_match: IfMatch,
    response: Response,
) -> None:
    caller.must_act_for(person_id)
    if_match.must_allow(3)
    etag.set_on(response, 4)


@router.get("/people/{person_id}")
async def look(person_id: UUID, caller: Annotated[Principal, allowed(programme_lead=REGION)]) -> UUID:
    return person_id


@router.get("/counter")
async def counter(caller: Annotated[Principal, allowed(programme_lead=REGION)], db: Db) -> Counter:
    return await db.read(read)


@router.get("/numbers")
async def numbers(caller: Annotated[Principal, allowed(programme_lead=REGION)], paging: Paging) -> Page[int]:
    start = int(paging.after or 0)
    return paging.page(list(range(start + 1, 8))[: paging.fetch], key=lambda n: n)


@router.get("/now")
async def now(now: Now, caller: Annotated[Principal, allowed(programme_lead=REGION, service=REGION)]) -> datetime:
    return now


@router.get("/broken")
async def broken(caller: Annotated[Principal, allowed(programme_lead=REGION)]) -> None:
    raise RuntimeError("ada@example.nhs.uk")


SERVICE = Service("counters", "Counters", "For tests.", (router,), ())


async def make_counter(tx: Transaction) -> None:
    await tx.execute("create table counter as select 0 as value")


async def value(db: Database) -> int:
    return (await db.read(read)).value
