"""What every service answers to a caller who does not keep to the protocol."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import pytest
from fastapi import APIRouter, Response

from shared.errors import Conflict
from shared.postgres.database import Database, Transaction
from shared.runtime import Service
from shared.web import etag
from shared.web.app import Db, Now
from shared.web.etag import IfMatch
from shared.web.idempotency import Idempotent
from shared.web.paging import Page, Paging
from shared.web.principal import OWN, REGION, Principal, allowed
from shared.web.views import Body, View
from tests.support.databases import connected, fresh_database
from tests.support.services import ServiceUnderTest, problem, serving
from tests.support.tokens import Signer

router = APIRouter(prefix="/v1", tags=["counters"])


class Increment(Body):
    by: int


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
    body: Increment, caller: Annotated[Principal, allowed(programme_lead=REGION)], once: Idempotent
) -> Counter:
    return await once.run(Counter, add, body.by)


@router.put("/people/{person_id}")
async def edit(
    person_id: UUID,
    caller: Annotated[Principal, allowed(learner=OWN, programme_lead=REGION)],
    if_match: IfMatch,
    response: Response,
) -> None:
    caller.must_act_for(person_id)
    etag.check(if_match, 3)
    etag.set_on(response, 4)


@router.get("/counter")
async def counter(caller: Annotated[Principal, allowed(programme_lead=REGION)], db: Db) -> Counter:
    return await db.read(read)


@router.get("/numbers")
async def numbers(caller: Annotated[Principal, allowed(programme_lead=REGION)], paging: Paging) -> Page[int]:
    start = int(paging.after or 0)
    return paging.page(list(range(start + 1, 8))[: paging.fetch], key=lambda n: n)


@router.get("/now")
async def now(caller: Annotated[Principal, allowed(programme_lead=REGION, service=REGION)], now: Now) -> datetime:
    return now


@router.get("/broken")
async def broken(caller: Annotated[Principal, allowed(programme_lead=REGION)]) -> None:
    raise RuntimeError("ada@example.nhs.uk")


SERVICE = Service("counters", "Counters", "For tests.", (router,), ())


async def make_counter(tx: Transaction) -> None:
    await tx.execute("create table counter as select 0 as value")


@pytest.fixture
async def service(postgres_admin: str, signer: Signer) -> AsyncGenerator[ServiceUnderTest]:
    async with (
        fresh_database(postgres_admin, "shared") as address,
        connected(address) as db,
        serving(SERVICE, db, signer) as service,
    ):
        await db.run(make_counter)
        yield service


async def value(db: Database) -> int:
    return (await db.read(read)).value


async def test_the_same_key_and_body_get_the_first_answer(service: ServiceUnderTest) -> None:
    lead, key = service.as_("programme_lead"), {"Idempotency-Key": "one"}
    first = await lead.post("/v1/increments", json={"by": 5}, headers=key)
    again = await lead.post("/v1/increments", json={"by": 5}, headers=key)
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, {"value": 5})
    assert await value(service.db) == 5


async def test_parallel_twins_count_once(service: ServiceUnderTest) -> None:
    lead, key = service.as_("programme_lead"), {"Idempotency-Key": "twin"}
    answers = await asyncio.gather(*(lead.post("/v1/increments", json={"by": 1}, headers=key) for _ in range(12)))
    assert {(a.status_code, a.text) for a in answers} == {(201, '{"value":1}')}


async def test_a_key_used_for_another_body_is_refused(service: ServiceUnderTest) -> None:
    lead, key = service.as_("programme_lead"), {"Idempotency-Key": "one"}
    await lead.post("/v1/increments", json={"by": 5}, headers=key)
    assert problem(await lead.post("/v1/increments", json={"by": 6}, headers=key)) == (422, "idempotency_key_reused")


async def test_a_refused_command_leaves_nothing_and_its_key_may_be_used_again(service: ServiceUnderTest) -> None:
    lead, key = service.as_("programme_lead"), {"Idempotency-Key": "one"}
    assert problem(await lead.post("/v1/increments", json={"by": 101}, headers=key)) == (409, "too_high")
    assert await value(service.db) == 0
    assert (await lead.post("/v1/increments", json={"by": 1}, headers=key)).status_code == 201


async def test_a_post_without_a_key_is_told_to_bring_one(service: ServiceUnderTest) -> None:
    answer = await service.as_("programme_lead").request("POST", "/v1/increments", json={"by": 1})
    assert problem(answer) == (400, "idempotency_key_missing")


@pytest.mark.parametrize("body", [{"by": "x"}, {"by": 1, "also": 2}, {}, []])
async def test_malformed_bodies_are_described_and_never_echoed(service: ServiceUnderTest, body: object) -> None:
    answer = await service.as_("programme_lead").post("/v1/increments", json=body)
    assert problem(answer) == (422, "malformed_body")
    assert answer.json()["errors"][0].keys() == {"field", "code", "message"}
    assert await value(service.db) == 0


async def test_roles_and_scopes(service: ServiceUnderTest) -> None:
    me, other = uuid4(), uuid4()
    assert problem(await service.as_("learner").get("/v1/counter")) == (403, "role_missing")
    learner = service.as_("learner", person_id=me)
    assert problem(await learner.put(f"/v1/people/{other}")) == (403, "not_yours")
    nobody = service.as_()
    del nobody.headers["Authorization"]
    answer = await nobody.get("/v1/counter")
    assert problem(answer) == (401, "token_refused")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("claims", [{"aud": "another"}, {"iss": "http://evil.test"}, {"exp": 1}])
async def test_foreign_and_expired_tokens_are_refused(
    service: ServiceUnderTest, signer: Signer, claims: dict[str, Any]
) -> None:
    token = signer.token("programme_lead", **claims)
    answer = await service.as_().get("/v1/counter", headers={"Authorization": f"Bearer {token}"})
    assert problem(answer) == (401, "token_refused")


async def test_a_token_signed_by_somebody_else_is_refused(service: ServiceUnderTest) -> None:
    token = Signer().token("programme_lead")
    answer = await service.as_().get("/v1/counter", headers={"Authorization": f"Bearer {token}"})
    assert problem(answer) == (401, "token_refused")


@pytest.mark.parametrize(
    ("if_match", "expected"),
    [(None, (428, "if_match_missing")), ('"2"', (412, "stale_etag")), ("x", (400, "if_match_unusable"))],
)
async def test_edits_need_the_version_last_read(
    service: ServiceUnderTest, if_match: str | None, expected: tuple[int, str]
) -> None:
    me = uuid4()
    headers = {"If-Match": if_match} if if_match else {}
    answer = await service.as_("learner", person_id=me).put(f"/v1/people/{me}", headers=headers)
    assert problem(answer) == expected


async def test_an_edit_of_the_version_last_read_passes(service: ServiceUnderTest) -> None:
    me = uuid4()
    answer = await service.as_("learner", person_id=me).put(f"/v1/people/{me}", headers={"If-Match": '"3"'})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"4"')


async def test_paging_walks_to_the_end(service: ServiceUnderTest) -> None:
    lead, seen, after = service.as_("programme_lead"), list[int](), None
    while True:
        answer = await lead.get("/v1/numbers", params={"limit": 3} | ({"after": after} if after else {}))
        seen += answer.json()["items"]
        after = answer.json()["next"]
        if after is None:
            break
        assert f'after={after}>; rel="next"' in answer.headers["link"] or f"after={after}&" in answer.headers["link"]
    assert seen == [1, 2, 3, 4, 5, 6, 7]


async def test_only_a_replay_may_say_what_time_it_is(service: ServiceUnderTest) -> None:
    moment = datetime(2020, 10, 25, 1, 30, tzinfo=UTC)
    answer = await service.as_("service", at=moment).get("/v1/now")
    assert datetime.fromisoformat(answer.json()) == moment
    refused = await service.as_("programme_lead").get("/v1/now", headers={"Academy-Time": moment.isoformat()})
    assert problem(refused) == (403, "time_shift_refused")


async def test_the_unexpected_is_a_problem_that_tells_nothing(
    service: ServiceUnderTest, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await service.as_("programme_lead").get("/v1/broken")
    assert problem(answer) == (500, "internal_error")
    said = capsys.readouterr()
    assert "ada@example" not in answer.text + said.err + said.out
    assert "RuntimeError at test_web.py" in said.err + said.out


async def test_ids_are_accepted_echoed_or_made(service: ServiceUnderTest) -> None:
    lead = service.as_("programme_lead")
    given = await lead.get("/v1/counter", headers={"X-Correlation-ID": "abc", "X-Request-ID": "def"})
    assert (given.headers["x-correlation-id"], given.headers["x-request-id"]) == ("abc", "def")
    made = await lead.get("/v1/counter", headers={"X-Request-ID": "bad\x7f" * 40})
    assert UUID(made.headers["x-request-id"])


async def test_unknown_paths_are_problems_too(service: ServiceUnderTest) -> None:
    assert problem(await service.as_("programme_lead").get("/v1/nothing")) == (404, "not_found")


async def test_a_body_above_256_kib_or_of_unknown_length_is_refused(service: ServiceUnderTest) -> None:
    lead = service.as_("programme_lead")
    assert problem(await lead.post("/v1/increments", json={"by": 1, "x": "y" * 300_000})) == (413, "body_too_large")

    async def chunks() -> AsyncGenerator[bytes]:
        yield b"{}"

    assert problem(await lead.post("/v1/increments", content=chunks())) == (411, "length_required")
