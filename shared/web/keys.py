"""The issuer's published keys: who sends tokens can neither make us wait for the issuer nor let us ask it often."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, TypeAlias
from urllib.parse import urlsplit

import httpx
from joserfc.jwk import ECKey, Key, KeySet, RSAKey

from shared.errors import Unavailable
from shared.observability.logs import get_logger, where

Fetch: TypeAlias = Callable[[], Awaitable[KeySet]]

_LONGEST_FETCH = 5.0
_LARGEST_ANSWER = 1024 * 1024
_MOST_KEYS = 100
_SHORTEST_RSA = 2048
"""Bits (RFC 7518, 3.3)."""


class IssuerUnavailable(Unavailable):
    """The identity provider's keys cannot be fetched."""

    code = "issuer_unavailable"


class IssuerKeys:
    """Fetched once for all who wait, renewed behind everybody's back, and used on while the issuer is away."""

    FRESH: ClassVar = 300.0
    """Seconds until they are renewed."""

    USABLE: ClassVar = 3_600.0
    """Seconds until keys that cannot be renewed are no longer trusted."""

    PAUSE: ClassVar = 5.0
    """Seconds from one fetch to the next, whatever came of it."""

    def __init__(self, fetch: Fetch) -> None:
        """`fetch` asks the issuer; it may fail and may hang."""
        self._fetch = fetch
        self._keys: KeySet | None = None
        self._fetched_at = 0.0
        self._tried_at = 0.0
        self._trying: asyncio.Task[None] | None = None

    async def current(self) -> KeySet:
        """The keys; IssuerUnavailable where there are none, or only those of too long ago."""
        if self._keys is None or self._age() > self.USABLE:
            await asyncio.shield(self.renew())
        elif self._age() > self.FRESH:
            self.renew()
        if self._keys is None or self._age() > self.USABLE:
            raise IssuerUnavailable("the identity provider does not answer; please try again shortly")
        return self._keys

    def renew(self) -> asyncio.Task[None]:
        """Begin to fetch, unless that is under way or was tried a moment ago: then that try stands."""
        trying = self._trying
        if trying is None or (trying.done() and time.monotonic() - self._tried_at >= self.PAUSE):
            self._tried_at = time.monotonic()
            trying = self._trying = asyncio.create_task(self._try())
        return trying

    async def _try(self) -> None:
        """One fetch; where it fails, whatever the issuer's answer was instead, the keys stay as they were."""
        try:
            async with asyncio.timeout(_LONGEST_FETCH):
                self._keys = await self._fetch()
        except Exception as error:  # noqa: BLE001 an answer that is no key set fails in any way it likes
            get_logger().warning("issuer_unavailable", cause=where(error))
        else:
            self._fetched_at = time.monotonic()

    def _age(self) -> float:
        return time.monotonic() - self._fetched_at


async def published(issuer: str) -> KeySet:
    """The keys as OIDC discovery tells where they are: nowhere less safe than the issuer, and where it says itself."""
    async with httpx.AsyncClient(timeout=_LONGEST_FETCH, follow_redirects=False) as client:
        keys_at = (await _told(client, f"{issuer}/.well-known/openid-configuration"))["jwks_uri"]
        if _is_sealed(issuer) and not _is_sealed(keys_at):
            raise ValueError("the issuer has TLS, where its keys are has not")
        return usable(await _told(client, keys_at))


async def _told(client: httpx.AsyncClient, address: str) -> Any:
    """An answer's JSON, read as it was sent, so that little cannot unfold into much."""
    read = b""
    async with client.stream("GET", address, headers={"Accept-Encoding": "identity"}) as answer:
        async for part in answer.raise_for_status().aiter_raw():
            read += part
            if len(read) > _LARGEST_ANSWER:
                raise ValueError("the issuer's answer is too large")
    return json.loads(read)


def usable(answer: Any) -> KeySet:
    """The public keys that sign; others do not stand in their way (RFC 7517, 5)."""
    keys: list[Key] = []
    causes: set[str] = set()
    for told in answer["keys"][:_MOST_KEYS]:
        try:
            keys.append(_signing_key(told))
        except Exception as error:  # noqa: BLE001 a key of a kind unknown here fails in any way it likes
            causes.add(type(error).__name__)
    if causes:
        get_logger().info("issuer_keys_ignored", causes=sorted(causes), used=len(keys))
    if not keys:
        raise LookupError("the issuer publishes no key that is of use here")
    return KeySet(keys)


class UnfitKey(ValueError):
    """It does not sign, or not safely; or whoever reads what is published could sign with it."""


_KINDS: Mapping[str, type[RSAKey] | type[ECKey]] = MappingProxyType({"RSA": RSAKey, "EC": ECKey})


def _signing_key(told: Any) -> Key:
    key = _KINDS[told["kty"]].import_key(told)
    if key.is_private or told.get("use", "sig") != "sig" or "verify" not in told.get("key_ops", ["verify"]):
        raise UnfitKey
    if isinstance(key, RSAKey) and key.public_key.key_size < _SHORTEST_RSA:
        raise UnfitKey
    return key


def _is_sealed(address: str) -> bool:
    return urlsplit(address).scheme == "https"
