"""A client of the development issuer, and the browser that comes between the two."""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from academy.local.authorization import challenge_of
from academy.local.issuer import Issuer, create_app

ISSUER = "http://issuer.example.org"
ACADEMY = "http://academy.example.org"
SIGNED_IN = f"{ACADEMY}/signed-in"
VERIFIER = "a-verifier-of-forty-three-characters-or-more"
REQUEST = {
    "response_type": "code",
    "client_id": "portal",
    "redirect_uri": SIGNED_IN,
    "scope": "openid profile",
    "state": "a state",
    "nonce": "a nonce",
    "code_challenge": challenge_of(VERIFIER),
    "code_challenge_method": "S256",
}

Changes = str | None


def changed(asked: dict[str, str], changes: dict[str, Changes]) -> dict[str, str]:
    """None takes a parameter out."""
    return {name: value for name, value in (asked | changes).items() if value is not None}


@dataclass
class Portal:
    http: httpx.AsyncClient
    now: float = field(default_factory=time.time)

    async def asks(self, **changes: Changes) -> httpx.Response:
        """What the browser is answered at the authorization endpoint."""
        return await self.http.get("/authorize", params=changed(REQUEST, changes))

    async def code(self, **changes: Changes) -> str:
        """Of somebody who chose who to be."""
        return told(await self.asks(**changes))["code"]

    async def redeems(self, code: str, /, **changes: Changes) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "client_id": "portal",
            "code": code,
            "redirect_uri": SIGNED_IN,
            "code_verifier": VERIFIER,
        }
        return await self.http.post("/token", data=changed(form, changes))

    async def renews(self, refresh_token: str, /, **changes: Changes) -> httpx.Response:
        form = {"grant_type": "refresh_token", "client_id": "portal", "refresh_token": refresh_token}
        return await self.http.post("/token", data=changed(form, changes))

    async def claims(self, token: str) -> dict[str, Any]:
        """What a token says that holds against the published keys."""
        keys = KeySet.import_key_set((await self.http.get("/jwks.json")).json())
        return dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)


def told(answer: httpx.Response) -> dict[str, str]:
    """What a redirect to the client says."""
    assert answer.status_code == 303
    url = httpx.URL(answer.headers["location"])
    assert str(url.copy_with(query=None)) == SIGNED_IN
    return dict(url.params)


@asynccontextmanager
async def signing_in(
    key: RSAKey, *, issuer: str = ISSUER, enrolment: Callable[[], str | None] = lambda: None
) -> AsyncGenerator[Portal]:
    """The development issuer behind a gateway, until the block ends."""

    def clock() -> float:
        return portal.now

    app = create_app(Issuer(issuer, key, ACADEMY), {"ACADEMY_ENV": "development"}, enrolment, clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ISSUER) as client:
        portal = Portal(client)
        yield portal
