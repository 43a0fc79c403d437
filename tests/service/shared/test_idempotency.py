"""A POST repeated under its key is one request, and a key used for another is told so."""

import asyncio
import hashlib

import pytest

from shared.postgres.database import Transaction
from tests.service.shared.counters import value
from tests.support.services import ServiceUnderTest, problem


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


@pytest.mark.parametrize("again", ['{ "by" : 5 }', '{\n  "by": 5\n}\n', '{"\\u0062y": 5}', '{"by": 4, "by": 5}'])
async def test_the_same_body_written_another_way_is_the_same_request(service: ServiceUnderTest, again: str) -> None:
    lead, headers = service.as_("programme_lead"), {"Idempotency-Key": "one", "Content-Type": "application/json"}
    first = await lead.post("/v1/increments", content='{"by":5}', headers=headers)
    answer = await lead.post("/v1/increments", content=again, headers=headers)
    assert (answer.status_code, answer.json()) == (first.status_code, first.json()) == (201, {"value": 5})


async def test_another_value_is_another_request(service: ServiceUnderTest) -> None:
    lead, headers = service.as_("programme_lead"), {"Idempotency-Key": "one", "Content-Type": "application/json"}
    await lead.post("/v1/increments", content='{"by":5}', headers=headers)
    answer = await lead.post("/v1/increments", content='{"by": 55}', headers=headers)
    assert problem(answer) == (422, "idempotency_key_reused")


async def test_a_key_used_before_bodies_were_compared_by_value_is_known(service: ServiceUnderTest) -> None:
    """Its row holds a hash of the path and the bytes."""
    body = '{ "by": 5 }'
    lead, headers = service.as_("programme_lead"), {"Idempotency-Key": "one", "Content-Type": "application/json"}
    await lead.post("/v1/increments", content=body, headers=headers)

    async def age(tx: Transaction) -> None:
        old = hashlib.sha256(f"/v1/increments\n{body}".encode()).digest()
        await tx.execute("update idempotency_key set body_hash = $1", old)

    await service.db.run(age)
    assert (await lead.post("/v1/increments", content=body, headers=headers)).json() == {"value": 5}
    other = await lead.post("/v1/increments", content='{ "by": 6 }', headers=headers)
    assert problem(other) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("key", [b"a\0b", b"caf\xe9", b"\xff", b"a\tb", b"k" * 201, b"\xc3\xa9"])
async def test_a_key_that_is_no_short_plain_text_is_refused(service: ServiceUnderTest, key: bytes) -> None:
    headers = {b"Idempotency-Key": key}
    answer = await service.as_("programme_lead").request("POST", "/v1/increments", json={"by": 1}, headers=headers)
    assert problem(answer) == (422, "malformed_body")
    assert await value(service.db) == 0


async def test_a_refused_command_leaves_nothing_and_its_key_may_be_used_again(service: ServiceUnderTest) -> None:
    lead, key = service.as_("programme_lead"), {"Idempotency-Key": "one"}
    assert problem(await lead.post("/v1/increments", json={"by": 101}, headers=key)) == (409, "too_high")
    assert await value(service.db) == 0
    assert (await lead.post("/v1/increments", json={"by": 1}, headers=key)).status_code == 201


async def test_a_post_without_a_key_is_told_to_bring_one(service: ServiceUnderTest) -> None:
    answer = await service.as_("programme_lead").request("POST", "/v1/increments", json={"by": 1})
    assert problem(answer) == (400, "idempotency_key_missing")
