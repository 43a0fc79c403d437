"""What follows from signing in: a code, then refresh tokens, each good once; all of it ends with this process.

A sign-in is good for one code or refresh token at a time. Whoever brings another one of it has a copy: then
nothing of it is good any longer (RFC 6749, 4.1.2; RFC 9700, 4.14.2).
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from uuid import UUID

from joserfc.util import urlsafe_b64encode

CLIENT = "portal"
CODE_SECONDS = 60
MOST = 10_000
"""Of sign-ins that are remembered; the oldest goes first."""


class InvalidGrant(Exception):
    """The code or refresh token is not good, or not for whoever brings it."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who signs in: a persona, or anybody of the year in the persona's role."""

    persona: str
    name: str
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Authorization:
    """Who signed in for which client; what the client has to show again, and what it is told again."""

    client: str
    redirect_uri: str
    challenge: str
    scope: str
    nonce: str | None
    somebody: Somebody


@dataclass(frozen=True, slots=True)
class _SignIn:
    """`until` is the end of a code; a refresh token has none."""

    authorization: Authorization
    secret: str
    until: float | None


class SignIns:
    """The sign-ins one can still come back to."""

    def __init__(self) -> None:
        self._remembered: dict[str, _SignIn] = {}

    def code(self, authorization: Authorization, *, now: float) -> str:
        """A code for a new sign-in."""
        if len(self._remembered) >= MOST:
            del self._remembered[next(iter(self._remembered))]
        return self._remember(secrets.token_urlsafe(16), authorization, now + CODE_SECONDS)

    def redeem(
        self, code: str, *, client: str, redirect_uri: str, verifier: str, now: float
    ) -> tuple[Authorization, str]:
        """The sign-in of a code, and its first refresh token."""
        name, found = self._taken(code, client)
        good = found.until is not None and now <= found.until
        authorization = found.authorization
        if not good or authorization.redirect_uri != redirect_uri or authorization.challenge != challenge_of(verifier):
            raise InvalidGrant
        return authorization, self._remember(name, authorization, None)

    def renew(self, refresh_token: str, *, client: str) -> tuple[Authorization, str]:
        """The sign-in of a refresh token, and the next one. A renewed id token bears no nonce (OIDC Core, 12.2)."""
        name, found = self._taken(refresh_token, client)
        if found.until is not None:
            raise InvalidGrant
        authorization = replace(found.authorization, nonce=None)
        return authorization, self._remember(name, authorization, None)

    def _remember(self, name: str, authorization: Authorization, until: float | None) -> str:
        secret = secrets.token_urlsafe(32)
        self._remembered[name] = _SignIn(authorization, secret, until)
        return f"{name}.{secret}"

    def _taken(self, token: str, client: str) -> tuple[str, _SignIn]:
        """Taken out first: a token that fails has been tried once and ends its sign-in."""
        name, _, secret = token.partition(".")
        found = self._remembered.pop(name, None)
        if found is None or found.authorization.client != client:
            raise InvalidGrant
        if not hmac.compare_digest(found.secret.encode(), secret.encode()):
            raise InvalidGrant
        return name, found


def challenge_of(verifier: str) -> str:
    """S256 (RFC 7636, 4.2)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode()
