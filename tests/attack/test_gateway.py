"""Tricks at the gateway: nothing of them reaches what is kept from callers, and nothing passes for what it is not."""

import asyncio
import json
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest

from shared.web.rate import Budgets
from tests.support.edge import Edge
from tests.support.sign_ins import REQUEST

KEPT = ("metrics", "_status", "_ping")
MARKS = (b"# HELP", b"up_seconds", b'"alive"')
"""What the answers to these carry, and no refusal does."""

TRICKS = (
    "/enrolment/{}",
    "/enrolment//{}",
    "/enrolment///{}",
    "//enrolment/{}",
    "/enrolment/./{}",
    "/enrolment/%2e/{}",
    "/enrolment/v1/../{}",
    "/enrolment/v1/%2e%2e/{}",
    "/enrolment/v1/..%2f{}",
    "/enrolment/%2f{}",
    "/enrolment/%2F%2F{}",
    "/enrolment%2f{}",
    "/enrolment/{}/",
    "/enrolment/{}/.",
    "/enrolment/{}/..",
    "/enrolment/{};x",
    "/enrolment/;/{}",
    "/enrolment/..;/{}",
    "/enrolment/{}%3b",
    "/enrolment/\\{}",
    "/enrolment/%5c{}",
    "/enrolment/v1\\..\\{}",
    "/enrolment/{}%00",
    "/enrolment/{}%20",
    "/enrolment/{}%09",
    "/enrolment/{}?",
    "/enrolment/{}#x",
    "/enrolment/x?/../{}",
    "/enrolment/%25{}",
    "/enrolment/enrolment/{}",
    "/talent/../enrolment/{}",
    "/enrolment/../enrolment/{}",
    "/enrolment/http://x/{}",
    "http://enrolment/{}",
    "http://x/enrolment/{}",
    "http://x/enrolment//{}",
    "http://x/enrolment/http://y/{}",
    "/{}",
)


def encoded(name: str) -> str:
    """The first letter as an escape."""
    return f"%{ord(name[0]):02x}{name[1:]}"


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(("name", "mark"), zip(KEPT, MARKS, strict=True))
async def test_what_is_for_operators_is_there_behind_the_gateway(edge: Edge, name: str, mark: bytes) -> None:
    async with httpx.AsyncClient(base_url=edge.behind("enrolment")) as inside:
        assert mark in (await inside.get(f"/{name}")).content


@pytest.mark.parametrize("trick", TRICKS)
async def test_no_path_leads_there(edge: Edge, trick: str) -> None:
    spelt = [spelling for name in KEPT for spelling in (name, name.upper(), name.title(), encoded(name))]
    targets = [trick.format(name) for name in spelt]
    requests = (f"GET {t} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode() for t in targets)
    for target, answer in zip(targets, await asyncio.gather(*map(edge.said, requests)), strict=True):
        assert not any(mark in answer for mark in MARKS), target
        assert 400 <= status_of(answer) < 500, (target, answer[:200])


@pytest.mark.parametrize(
    "header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-Method"]
)
async def test_a_method_is_the_one_of_the_request(edge: Edge, header: str) -> None:
    async with edge.visitor("programme_lead") as visitor:
        plain = await visitor.get("/enrolment/v1/cohorts")
        dressed = await visitor.get("/enrolment/v1/cohorts", headers={header: "DELETE"})
        posted = await visitor.post("/enrolment/v1/operations/delivery", headers={header: "GET"})
    assert (plain.status_code, dressed.status_code, posted.status_code) == (200, 200, 405)


@pytest.mark.parametrize("header", ["X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Uri", "X-Forwarded-Prefix"])
async def test_a_path_is_the_one_of_the_request(edge: Edge, header: str) -> None:
    async with edge.visitor() as visitor:
        answer = await visitor.get("/enrolment/v1/cohorts", headers={header: "/metrics"})
    assert (answer.status_code, answer.json()["code"]) == (401, "token_refused")


async def test_a_service_is_told_the_callers_address_by_the_gateway_alone(edge: Edge) -> None:
    lies = {
        "X-Forwarded-For": "192.0.2.1",
        "X-Real-Ip": "192.0.2.1",
        "X-Forwarded-Host": "evil.example.org",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Server": "evil",
    }
    async with edge.visitor() as visitor:
        await visitor.get("/coaching/v1/lies", headers=lies)
        await visitor.get("/coaching/v1/hop", headers=lies | {"Connection": f"close, {', '.join(lies)}"})
    for target in ("/v1/lies", "/v1/hop"):
        [seen] = [seen for seen in edge.upstream.seen if seen.target == target]
        told = {name: seen.headers.get(name.lower()) for name in lies}
        assert told["X-Forwarded-For"] in {"127.0.0.1", None}
        assert told["X-Real-Ip"] in {"127.0.0.1", None}
        assert told["X-Forwarded-Proto"] in {"http", None}
        assert not any("evil" in (value or "") for value in told.values())


@pytest.mark.parametrize("host", ["evil.example.org", "evil.example.org:99999", "x@evil.example.org", "127.0.0.1:1"])
async def test_nothing_is_answered_with_the_host_a_caller_made_up(edge: Edge, host: str) -> None:
    for target in (
        "/enrolment/docs",
        "/enrolment/v1/cohorts/",
        "/enrolment",
        "/enrolment//v1",
        "/",
        "//evil.example.org/%2e%2e",
        "/talent/nowhere/",
    ):
        request = f"GET {target} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Host: evil.example.org\r\n"
        answer = await edge.said(f"{request}Connection: close\r\n\r\n".encode())
        assert b"evil" not in answer, target
        assert b"location:" not in answer.lower(), target


SMUGGLED = b"GET /coaching/v1/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
_POST = b"POST /coaching/v1/outer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
_CHUNKED = b"0\r\n\r\n"


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding : chunked\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding:\x0bchunked\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked, identity\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: identity, chunked\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n",
        b"Content-Length: 5\r\nX: y\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 5\r\n Transfer-Encoding: chunked\r\n",
        b"Content-Length: 5\r\nContent-Length: 60\r\n",
        b"Content-Length: 5, 60\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length: 0x5\r\n",
        b"Content-Length: 5\r\nConnection: Content-Length\r\n",
        b"Content-Length: 5\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nConnection: Upgrade\r\n",
        b"Content-Length: 5\r\nExpect: 100-continue\r\n",
    ],
)
async def test_no_request_hides_in_anothers_body(edge: Edge, framing: bytes) -> None:
    """What the gateway takes for a body no service takes for a request; what has two readings is refused."""
    edge.upstream.seen.clear()
    answer = await edge.said(_POST + framing + b"\r\n" + _CHUNKED + SMUGGLED)
    assert not [seen for seen in edge.upstream.seen if "smuggled" in seen.target]
    assert len(edge.upstream.seen) <= 1
    assert answer.count(b"HTTP/1.1 200") <= 1
    assert all(SMUGGLED not in seen.body for seen in edge.upstream.seen)


async def test_a_request_behind_anothers_end_is_seen(edge: Edge) -> None:
    """Or the test above could not tell."""
    edge.upstream.seen.clear()
    await edge.said(_POST.replace(b"Connection: close\r\n", b"Content-Length: 5\r\n") + b"\r\n" + _CHUNKED + SMUGGLED)
    assert [seen.target for seen in edge.upstream.seen] == ["/v1/outer", "/v1/smuggled"]


@pytest.mark.parametrize("size", [70_000, 900_000, 2_000_000])
async def test_a_head_however_large_is_refused_and_breaks_nothing(edge: Edge, size: int) -> None:
    head = b"GET /enrolment/v1/cohorts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Large: "
    answer = await edge.said(head + b"a" * size + b"\r\n\r\n")
    assert not answer or status_of(answer) in {400, 431}
    async with edge.visitor("programme_lead") as visitor:
        assert (await visitor.get("/enrolment/v1/cohorts")).status_code == 200


async def test_a_body_above_the_limit_is_refused_with_or_without_its_length(edge: Edge) -> None:
    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(300):
            yield b"x" * 1024

    async with edge.visitor("programme_lead") as visitor:
        told = await visitor.post("/enrolment/v1/programmes", content=b"x" * 262_145)
        untold = await visitor.post("/enrolment/v1/programmes", content=in_pieces())
    for answer in (told, untold):
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_one_callers_budget_is_one_however_the_token_is_written(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does another token of the same person, or another of their roles, make a second."""
    monkeypatch.setattr(edge.services["talent"].app.state, "budgets", Budgets(0.001, 5))
    tokens = [edge.signer.token("ops", "region", iat=moment) for moment in (1, 2)]
    spelt = [
        f"{scheme}{' ' * n}{token}" for token in tokens for scheme in ("Bearer", "bearer", "BEARER") for n in (1, 3)
    ]
    async with edge.visitor() as visitor:
        asked = [visitor.get("/talent/v1/operations/delivery", headers={"Authorization": text}) for text in spelt]
        answers = [await answer for answer in asked]
        other = await visitor.get(
            "/talent/v1/operations/delivery",
            headers={"Authorization": f"Bearer {edge.signer.token('ops', sub='somebody-else')}"},
        )
    through = [answer.status_code for answer in answers].count(200)
    refused = [answer for answer in answers if answer.status_code == 429]
    assert through <= 5 < len(answers)
    assert other.status_code == 200
    assert refused
    assert refused[0].json()["code"] == "too_many_requests"
    assert int(refused[0].headers["retry-after"]) >= 1


async def test_tokens_that_hold_nowhere_are_bounded_by_the_address_they_come_from(edge: Edge) -> None:
    async with edge.another_gateway(ACADEMY_GATEWAY_RATE="1", ACADEMY_GATEWAY_BURST="20") as gateway:
        lies = {"X-Forwarded-For": "192.0.2.{}", "X-Real-Ip": "192.0.2.{}", "Forwarded": "for=192.0.2.{}"}
        answers = await asyncio.gather(
            *(
                gateway.get(
                    "/enrolment/v1/cohorts",
                    headers={"Authorization": f"Bearer made-up-{n}"} | {k: v.format(n) for k, v in lies.items()},
                )
                for n in range(100)
            )
        )
    counted = [answer.status_code for answer in answers]
    assert set(counted) == {401, 429}
    assert counted.count(401) < 50


@pytest.mark.parametrize("target", ["/enrolment/v1/cohorts", "/", "/issuer/token", "/mailbox/"])
async def test_a_method_that_a_caller_made_up_is_refused_by_whatever_answers(edge: Edge, target: str) -> None:
    for method in ("M1X", "Q" * 40_000):
        answer = await edge.said(f"{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        assert status_of(answer) == 501
        assert b"method_unknown" in answer
        assert len(answer) < 2_000


@pytest.mark.parametrize("said", [None, "", "production", "Production", "Development"])
async def test_outside_development_neither_issuer_nor_mailbox_is_routed(edge: Edge, said: str | None) -> None:
    """Though both run, and the gateway is told where."""
    async with edge.another_gateway(ACADEMY_ENV=said) as gateway:
        for path in (
            "/issuer/personas",
            "/issuer/jwks.json",
            "/mailbox/",
            "/mailbox/api/messages",
            "/issuer//personas",
        ):
            answer = await gateway.get(path)
            assert (answer.status_code, answer.json()["code"]) == (404, "no_such_page"), path
        assert (await gateway.post("/issuer/token", json={"persona": "ops"})).status_code == 404
    async with edge.visitor() as visitor:
        assert (await visitor.get("/issuer/personas")).status_code == 200
        assert (await visitor.get("/mailbox/api/stats")).json()["total"] == 0


@pytest.mark.parametrize("host", ["example.com", "academy.example.org:81"])
async def test_the_development_sign_in_leads_back_to_the_academy_whatever_host_was_named(edge: Edge, host: str) -> None:
    back = f"{edge.addresses.gateway}/signed-in"
    async with edge.visitor() as visitor:
        told = (await visitor.get("/issuer/.well-known/openid-configuration")).json()
        headers = {"Host": host, "X-Forwarded-Host": host}
        ours, theirs = [
            await visitor.get(
                told["authorization_endpoint"],
                params=REQUEST | {"redirect_uri": place, "persona": "ops"},
                headers=headers,
            )
            for place in (back, f"http://{host}/signed-in")
        ]
        assert ours.headers["location"].startswith(f"{back}?code=")
        assert (theirs.status_code, "location" in theirs.headers) == (400, False)


async def test_pages_of_the_gateway_can_be_framed_by_nobody(edge: Edge) -> None:
    async with edge.visitor() as visitor:
        for path in ("/", "/mailbox/", "/mailbox/api/stats", "/issuer/personas", "/enrolment/docs", "/nowhere"):
            headers = (await visitor.get(path)).headers
            assert headers["x-frame-options"] == "DENY", path
            assert headers["x-content-type-options"] == "nosniff", path
            assert headers["referrer-policy"] == "no-referrer", path
        for path in ("/mailbox/", "/issuer/logout"):
            policy = (await visitor.get(path)).headers["content-security-policy"]
            assert policy.startswith("default-src 'none'")
            assert "frame-ancestors 'none'" in policy


async def test_the_gateways_own_logs_name_nobody(edge: Edge) -> None:
    member = str(uuid4())
    async with edge.visitor("ops") as visitor:
        await visitor.get(f"/talent/v1/members/{member}?name=siobhan")
        await visitor.get(f"/nowhere/{member}")
    logs = "".join(edge.folder.log(name).read_text() for name in ("access", "gateway"))
    assert "RouterName" in logs
    assert member not in logs
    assert "siobhan" not in logs
    assert all("RequestPath" not in json.loads(line) for line in edge.folder.log("access").read_text().splitlines())
