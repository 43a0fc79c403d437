"""Requests no client of ours sends: each gets a problem that says whose fault it is, and never a 500."""

from typing import Any

import httpx
import pytest

from tests.service.shared.counters import value
from tests.support.services import Client, ServiceUnderTest, problem

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "target",
    [
        *("/v1/numbers?after=%00", "/v1/numbers?limit=2&x=%00", "/v1/numbers?x=%", "/v1/numbers?x=%zz"),
        *("/v1/numbers?x=%ff%fe", "/v1/numbers?x=%ed%a0%80", "/v1/people/%00", "/v1/people/%ff", "/docs/assets/%00"),
        *("/v1/%00", "/%c0%af"),
    ],
)
async def test_a_target_that_is_no_text_is_refused(service: ServiceUnderTest, target: str) -> None:
    url = httpx.URL("http://service.test").copy_with(raw_path=target.encode())
    assert problem(await service.as_("programme_lead").get(url)) == (400, "target_unusable")


@pytest.mark.parametrize("target", ["/v1/numbers?after=%31&limit=%32", "/v1/numbers?limit=2&&", "/v1/numbers?"])
async def test_a_target_in_order_passes(service: ServiceUnderTest, target: str) -> None:
    assert (await service.as_("programme_lead").get(target)).status_code == 200


@pytest.mark.parametrize("target", ["/v1/numbers?x=%C3%A9+%26%3d&limit=2", "/v1/numbers?limit=2&&x"])
async def test_a_target_in_order_is_read(service: ServiceUnderTest, target: str) -> None:
    assert problem(await service.as_("programme_lead").get(target)) == (400, "parameter_unknown")


async def test_a_header_line_of_more_than_16_kib_is_refused(service: ServiceUnderTest) -> None:
    lead = service.as_("programme_lead")
    assert (await lead.get("/v1/counter", headers={"X-Long": "a" * 16_000})).status_code == 200
    answer = await lead.get("/v1/counter", headers={"X-Long": "a" * 17_000})
    assert problem(answer) == (431, "request_header_fields_too_large")


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        *((length, (400, "length_unusable")) for length in ("-1", "x", "1e3", "")),
        ("9" * 5_000, (413, "body_too_large")),
    ],
)
async def test_a_length_that_is_no_number_is_refused(
    service: ServiceUnderTest, length: str, expected: tuple[int, str]
) -> None:
    answer = await service.as_("programme_lead").post("/v1/increments", headers={"Content-Length": length})
    assert problem(answer) == expected


@pytest.mark.parametrize("limit", ["1_0", "+10", " 10", "1e1", "010", "10.0", "\u0661", "9" * 5_000, "true", ""])
async def test_a_number_of_a_query_is_written_in_digits(service: ServiceUnderTest, limit: str) -> None:
    lead = service.as_("programme_lead")
    assert (await lead.get("/v1/numbers", params={"limit": "10"})).status_code == 200
    assert problem(await lead.get("/v1/numbers", params={"limit": limit})) == (422, "malformed_body")


@pytest.mark.parametrize("names", [["also"], ["Asha Patel, 7 High St", "\n"], [f"made_up_{n}" for n in range(3_000)]])
async def test_fields_the_caller_made_up_are_counted_and_not_repeated(
    service: ServiceUnderTest, names: list[str]
) -> None:
    answer = await service.as_("programme_lead").post("/v1/increments", json={"by": 1} | dict.fromkeys(names, 2))
    (told,) = answer.json()["errors"]
    assert (told["pointer"], told["code"]) == ("#", "extra_forbidden")
    assert len(names) == 1 or f"{len(names)} fields" in told["detail"]
    assert all(name not in answer.text for name in names)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 422),
        (b'{"by": "\xff"}', 400),
        (b"\xff\xfe\x00", 400),
        (b'{"by": "\\ud800"}', 422),
        (b'{"by": 1, "\\ud800": 1}', 422),
        (b'{"by": 1, "\\u0000": 1}', 422),
        (b'{"by": NaN}', 422),
        (b'{"by": ' + b"9" * 5_000 + b"}", 400),
        (b"[" * 100_000, 400),
        (b"", 422),
    ],
    ids=lambda given: str(given)[:20],
)
async def test_a_body_that_cannot_be_read_is_the_callers_fault(
    service: ServiceUnderTest, body: bytes, status: int
) -> None:
    answer = await service.as_("programme_lead").post("/v1/increments", content=body, headers=JSON)
    assert problem(answer)[0] == status
    assert await value(service.db) == 0


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "\xff"]
)
async def test_a_body_of_another_media_type_is_refused(service: ServiceUnderTest, media_type: str) -> None:
    headers = {b"Content-Type": media_type.encode("latin-1")}
    answer = await post(service.as_("programme_lead"), content=b'{"by": 1}', headers=headers)
    assert problem(answer) == (422, "malformed_body")
    assert await value(service.db) == 0


async def post(lead: Client, *, content: bytes, headers: Any) -> httpx.Response:
    key = {b"Idempotency-Key": b"one"}
    return await lead.request("POST", "/v1/increments", content=content, headers=key | headers)


@pytest.mark.parametrize("host", ["[", "a b", "\xff:99999", "x:y", ""])
@pytest.mark.parametrize("path", ["/v1/numbers?limit=2", "/docs"])
async def test_a_host_that_is_none_breaks_nothing(service: ServiceUnderTest, host: str, path: str) -> None:
    answer = await service.as_("programme_lead").get(path, headers={b"Host": host.encode("latin-1")})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "token", ["", "W10.W10.W10", "eyJhbGciOiAxfQ.W10.W10", "eyJhbGciOiBbXX0.W10.W10", "\xff", "a.b"]
)
async def test_a_token_that_is_none_is_refused(service: ServiceUnderTest, token: str) -> None:
    headers = {b"Authorization": f"Bearer {token}".encode("latin-1")}
    assert problem(await service.as_().get("/v1/counter", headers=headers)) == (401, "token_refused")
