"""Who waits for the issuer, who does not, and how often it is asked."""

import asyncio
import json
from collections.abc import Callable

import httpx
import pytest
from joserfc.jwk import KeySet, RSAKey

from shared.web import keys
from shared.web.keys import IssuerKeys, IssuerUnavailable, published

OLD, NEW = (KeySet([RSAKey.generate_key(2048, {"kid": kid})]) for kid in ("old", "new"))


class Issuer:
    """Answers with what it has, fails where that is nothing, and hangs until it is told to go on."""

    def __init__(self, has: KeySet | None = OLD) -> None:
        self.has = has
        self.asked = 0
        self.goes = asyncio.Event()
        self.goes.set()

    async def fetch(self) -> KeySet:
        self.asked += 1
        await self.goes.wait()
        if self.has is None:
            raise httpx.ConnectError("nobody there")
        return self.has


class Hasty(IssuerKeys):
    """Renews at every look, and trusts old keys for a while."""

    FRESH, PAUSE = -1.0, 0.0


class Strict(Hasty):
    """Trusts no key it has not just fetched."""

    USABLE = -1.0


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_fresh_keys_are_not_asked_for_again() -> None:
    issuer = Issuer()
    known = IssuerKeys(issuer.fetch)
    assert [await known.current() for _ in range(3)] == [OLD] * 3
    assert issuer.asked == 1


async def test_all_who_wait_share_one_fetch_and_who_gives_up_does_not_end_it() -> None:
    issuer = Issuer()
    issuer.goes.clear()
    known = IssuerKeys(issuer.fetch)
    first, *others = [asyncio.create_task(known.current()) for _ in range(10)]
    await settled()
    first.cancel()
    await settled()
    issuer.goes.set()
    assert await asyncio.gather(*others) == [OLD] * 9
    assert (first.cancelled(), issuer.asked) == (True, 1)


async def test_after_a_failure_everybody_is_told_at_once_until_it_is_time_to_try_again() -> None:
    issuer = Issuer(None)
    known = IssuerKeys(issuer.fetch)
    for _ in range(3):
        with pytest.raises(IssuerUnavailable):
            await known.current()
    assert issuer.asked == 1
    known.PAUSE = 0.0  # pyright: ignore[reportAttributeAccessIssue] the time has come
    issuer.has = OLD
    assert await known.current() == OLD


async def test_nobody_waits_while_keys_are_renewed_and_the_new_ones_are_used_from_then_on() -> None:
    issuer = Issuer()
    known = Hasty(issuer.fetch)
    await known.current()
    issuer.has = NEW
    issuer.goes.clear()
    assert [await known.current() for _ in range(3)] == [OLD] * 3
    await settled()
    assert issuer.asked == 2
    issuer.goes.set()
    await settled()
    assert await known.current() == NEW


@pytest.mark.parametrize(("kind", "outcome"), [(Hasty, OLD), (Strict, IssuerUnavailable)])
async def test_old_keys_are_used_while_the_issuer_is_away_but_not_for_ever(
    kind: Callable[..., IssuerKeys], outcome: object
) -> None:
    issuer = Issuer()
    known = kind(issuer.fetch)
    await asyncio.gather(known.current(), return_exceptions=True)
    issuer.has = None
    found: object = None
    for _ in range(3):
        await settled()
        (found,) = await asyncio.gather(known.current(), return_exceptions=True)
    assert outcome in (found, type(found))
    assert issuer.asked > 2


async def test_a_hung_issuer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_LONGEST_FETCH", 0.01)
    issuer = Issuer()
    issuer.goes.clear()
    with pytest.raises(IssuerUnavailable):
        await IssuerKeys(issuer.fetch).current()


@pytest.mark.parametrize(
    "answer", ["", "[]", "7", '{"jwks_uri": 7}', '{"jwks_uri": "x:"}', '{"keys": 7}', '{"keys": []}', '{"keys": [7]}']
)
async def test_an_answer_that_is_no_key_set_is_as_good_as_none(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    discovery = answer if "jwks_uri" in answer else '{"jwks_uri": "http://issuer.test/jwks"}'
    tells(monkeypatch, discovery, answer)
    with pytest.raises(IssuerUnavailable):
        await IssuerKeys(lambda: published("http://issuer.test")).current()


@pytest.mark.parametrize(
    "keys_at",
    ["http://issuer.test/jwks", "file:///etc/keys", "data:,x", "//issuer.test/jwks", "jwks", ""],
)
async def test_keys_of_an_issuer_with_tls_are_fetched_from_nowhere_without(
    keys_at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tells(monkeypatch, json.dumps({"jwks_uri": keys_at}))
    with pytest.raises(IssuerUnavailable):
        await IssuerKeys(lambda: published("https://issuer.test")).current()
    assert asked == ["https://issuer.test/.well-known/openid-configuration"]


@pytest.mark.parametrize(
    ("issuer", "keys_at"),
    [
        ("https://issuer.test", "https://keys.test/jwks"),
        ("https://issuer.test", "HTTPS://keys.test/jwks"),
        ("http://issuer.test", "http://issuer.test/jwks"),
    ],
)
async def test_keys_are_fetched_from_where_an_issuer_says(
    issuer: str, keys_at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tells(monkeypatch, json.dumps({"jwks_uri": keys_at}))
    found = await IssuerKeys(lambda: published(issuer)).current()
    assert [key.kid for key in found.keys] == ["new"]
    assert asked[1:] == [keys_at.lower()]


def tells(
    monkeypatch: pytest.MonkeyPatch, discovery: str, keys: str = json.dumps(NEW.as_dict(private=False))
) -> list[str]:
    """An issuer that says so; what it is asked for."""
    asked: list[str] = []

    async def answered(_: object, request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        answer = discovery if "openid" in request.url.path else keys
        return httpx.Response(200, stream=httpx.ByteStream(answer.encode()))

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", answered)
    return asked


async def test_an_answer_of_more_than_a_megabyte_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    large = json.dumps(NEW.as_dict(private=False) | {"more": "x" * 1024 * 1024})
    tells(monkeypatch, '{"jwks_uri": "http://issuer.test/jwks"}', large)
    with pytest.raises(IssuerUnavailable):
        await IssuerKeys(lambda: published("http://issuer.test")).current()


async def test_whatever_a_fetch_raises_the_keys_stay_as_they_were() -> None:
    answers = [OLD]

    async def fetch() -> KeySet:
        if answers:
            return answers.pop()
        raise RecursionError

    known = Hasty(fetch)
    await known.current()
    await known.renew()
    assert await known.current() == OLD


@pytest.mark.parametrize("led", ["discovery", "keys"])
async def test_who_leads_on_to_elsewhere_is_not_followed(led: str) -> None:
    asked: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        asked.append(path)
        discovery = json.dumps({"jwks_uri": f"{address}/keys"})
        body = discovery if "openid" in path else json.dumps(NEW.as_dict(private=False))
        leads_on = led in path or (led == "discovery" and "openid" in path)
        head = f"302 Found\r\nLocation: {address}/elsewhere" if leads_on else "200 OK"
        writer.write(f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with pytest.raises(IssuerUnavailable):
            await IssuerKeys(lambda: published(address)).current()

    assert "/elsewhere" not in asked
    assert len(asked) == ["discovery", "keys"].index(led) + 1
