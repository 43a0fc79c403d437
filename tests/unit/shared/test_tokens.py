"""What a token can make the service ask its issuer, which is next to nothing."""

import asyncio
import time

import pytest
from joserfc.jwk import Key, KeySet, RSAKey

from shared.web import tokens
from shared.web.keys import IssuerKeys
from shared.web.tokens import Claims, TokenRefused, Verifier
from tests.support.forgeries import HEADER, by_another, claims, signed, with_claims
from tests.support.tokens import AUDIENCE, ISSUER, Signer


class Eager(IssuerKeys):
    PAUSE = 0.0


class Issuer:
    def __init__(self, *keys: RSAKey) -> None:
        self.has = list(keys)
        self.asked = 0
        self.goes = asyncio.Event()
        self.goes.set()

    async def fetch(self) -> KeySet:
        self.asked += 1
        await self.goes.wait()
        return KeySet([*self.has])


async def refused(verifier: Verifier, token: str) -> None:
    with pytest.raises(TokenRefused):
        await verifier.claims(token)


@pytest.mark.parametrize("garbage", ["", "x", "a.b.c", "e30.e30.e30", "eyJhbGciOiJub25lIn0.e30.", "." * 10_000])
async def test_what_is_no_token_never_reaches_the_issuer(signer: Signer, garbage: str) -> None:
    issuer = Issuer(signer.key)
    await refused(Verifier(ISSUER, AUDIENCE, IssuerKeys(issuer.fetch)), garbage)
    assert issuer.asked == 0


async def test_unknown_keys_are_answered_at_once_while_the_issuer_hangs_and_good_tokens_too(signer: Signer) -> None:
    issuer = Issuer(signer.key)
    verifier = Verifier(ISSUER, AUDIENCE, Eager(issuer.fetch))
    await verifier.claims(signer.token("region"))
    issuer.goes.clear()
    for number in range(6):
        await refused(verifier, by_another(kid=f"unknown {number}")(signer))
    assert (await verifier.claims(signer.token("ops"))).roles == {"ops"}
    await asyncio.sleep(0)
    assert issuer.asked == 2
    issuer.goes.set()


async def test_a_bad_signature_asks_for_no_keys(signer: Signer) -> None:
    issuer = Issuer(signer.key)
    verifier = Verifier(ISSUER, AUDIENCE, Eager(issuer.fetch))
    for _ in range(3):
        await refused(verifier, by_another()(signer))
        await refused(verifier, with_claims(claims(exp=1))(signer))
        await asyncio.sleep(0)
    assert issuer.asked == 1


async def test_a_new_key_of_the_issuer_is_known_a_moment_after_it_was_first_seen(signer: Signer) -> None:
    issuer, other = Issuer(signer.key), Signer()
    rotated = signed(other, HEADER | {"kid": "rotated"}, claims())
    verifier = Verifier(ISSUER, AUDIENCE, Eager(issuer.fetch))
    await verifier.claims(signer.token("region"))
    issuer.has = [RSAKey.import_key(other.key.as_dict(private=True) | {"kid": "rotated"})]
    await refused(verifier, rotated)
    for _ in range(5):
        await asyncio.sleep(0)
    assert (await verifier.claims(rotated)).sub == "somebody"
    await refused(verifier, signer.token("region"))


class Renewing(IssuerKeys):
    """Renews at every look."""

    FRESH, PAUSE = -1.0, 0.0


async def renewed() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_token_that_is_known_is_refused_once_its_key_is_no_longer_published(signer: Signer) -> None:
    issuer, token = Issuer(signer.key), signer.token("region")
    verifier = Verifier(ISSUER, AUDIENCE, Renewing(issuer.fetch))
    for _ in range(2):
        await verifier.claims(token)
    issuer.has = [RSAKey.import_key(Signer().key.as_dict(private=True) | {"kid": "another"})]
    await verifier.claims(token)
    await renewed()
    await refused(verifier, token)


async def test_a_key_that_keeps_its_name_and_is_another_has_signed_nothing_yet(signer: Signer) -> None:
    issuer, token = Issuer(signer.key), signer.token("region")
    verifier = Verifier(ISSUER, AUDIENCE, Renewing(issuer.fetch))
    await verifier.claims(token)
    issuer.has = [Signer().key]
    await verifier.claims(token)
    await renewed()
    await refused(verifier, token)


async def test_a_token_is_looked_at_once_while_its_key_stays_and_anew_when_keys_were_renewed(
    signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = watched(monkeypatch)
    issuer, token = Issuer(signer.key), signer.token("region")
    keys = Eager(issuer.fetch)
    verifier = Verifier(ISSUER, AUDIENCE, keys)
    for _ in range(3):
        await verifier.claims(token)
    assert looked == [token]
    await keys.renew()
    for _ in range(3):
        await verifier.claims(token)
    assert looked == [token] * 2


async def test_a_token_that_is_known_ends_when_it_says(signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    token = signer.token("region", exp=now + 60)
    verifier = Verifier(ISSUER, AUDIENCE, IssuerKeys(Issuer(signer.key).fetch))
    monkeypatch.setattr("shared.web.tokens.time.time", lambda: now + 59)
    await verifier.claims(token)
    monkeypatch.setattr("shared.web.tokens.time.time", lambda: now + 60)
    await refused(verifier, token)


async def test_of_tokens_however_many_a_bounded_number_is_remembered(
    signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = watched(monkeypatch)
    monkeypatch.setattr(Verifier, "REMEMBERED", 3)
    verifier = Verifier(ISSUER, AUDIENCE, IssuerKeys(Issuer(signer.key).fetch))
    first, *others = [signer.token("region", sub=f"somebody-{number}") for number in range(4)]
    for token in (first, first, *others, first):
        await verifier.claims(token)
    assert looked == [first, *others, first]


def watched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tokens whose signatures are looked at."""
    looked: list[str] = []
    signed_by = tokens._signed  # pyright: ignore[reportPrivateUsage]

    def looks(token: str, key: Key) -> Claims:
        looked.append(token)
        return signed_by(token, key)

    monkeypatch.setattr(tokens, "_signed", looks)
    return looked
