"""Bearer tokens: what of them is believed, and only once the issuer's signature holds (RFC 8725)."""

import re
import time
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal, TypeAlias
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet
from pydantic import BaseModel, ConfigDict, Field

from shared.errors import Unauthenticated
from shared.fields import Code, Title
from shared.ids import PersonId
from shared.web.keys import IssuerKeys

_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
_ALGORITHMS = ("RS256", "PS256", "ES256")
_SKEW = 5
"""Seconds the issuer's clock may be ahead of ours."""

Seconds: TypeAlias = Annotated[int | float, Field(ge=0, le=253_402_300_799, allow_inf_nan=False)]
"""Since 1970, until the year 9999."""

Printable: TypeAlias = Annotated[str, Field(pattern=r"^[ -~]{1,255}$")]


class TokenRefused(Unauthenticated):
    """The bearer token is missing, expired, unusable, or not from our issuer for our audience."""

    code = "token_refused"


class _Header(BaseModel):
    """What a token may say of itself: neither where its key is nor that it is to be read in some other way."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    alg: Literal["RS256", "PS256", "ES256"]
    kid: Printable
    typ: str | None = None
    x5t: str | None = None
    x5t_s256: Annotated[str | None, Field(alias="x5t#S256")] = None


class Claims(BaseModel):
    """Who somebody is, as the issuer says it; an id that is not there is None, and one that is no id is refused."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    iss: str
    aud: str | list[str]
    exp: Seconds
    nbf: Seconds = 0
    iat: Seconds = 0
    sub: Printable
    roles: frozenset[str] = frozenset()
    systems: frozenset[Code] = frozenset()
    person_id: UUID | None = None
    organisation: Title | None = None

    @property
    def person(self) -> PersonId | None:
        """Whose token it is, where it says so."""
        return None if self.person_id is None else PersonId(self.person_id)

    @property
    def until(self) -> datetime:
        """When it ends."""
        return datetime.fromtimestamp(self.exp, UTC)

    def hold(self, issuer: str, audience: str, *, at: float) -> bool:
        """Whether they are the issuer's, for this audience, at this time."""
        heard = {self.aud} if isinstance(self.aud, str) else self.aud
        begun = max(self.nbf, self.iat) <= at + _SKEW
        return self.iss == issuer and audience in heard and begun and at < self.exp


@dataclass(frozen=True, slots=True)
class _Verdict:
    claims: Claims
    keys: KeySet
    until: float


class Verifier:
    """Checks tokens against the issuer's keys; verdicts are kept for five minutes, and no longer than those keys."""

    KEPT_SECONDS: ClassVar = 300.0
    REMEMBERED: ClassVar = 2_000

    def __init__(self, issuer: str, audience: str, keys: IssuerKeys) -> None:
        """`issuer` and `audience` are the claims `iss` and `aud` of tokens for us."""
        self._issuer = issuer
        self._audience = audience
        self._keys = keys
        self._known: dict[str, _Verdict] = {}

    async def claims(self, token: str) -> Claims:
        """Verify a token; TokenRefused when it does not hold, IssuerUnavailable when that cannot be told.

        Also a token that is known makes the keys be renewed, or a withdrawn key would be found out late.
        """
        now = time.time()
        kept = self._known.get(token)
        if kept and kept.keys is await self._keys.current() and now < kept.until:
            return kept.claims
        header = _header(token)
        keys = await self._keys.current()
        claims = _signed(token, self._key(keys, header.kid))
        if not claims.hold(self._issuer, self._audience, at=now):
            raise _refusal()
        self._remember(token, claims, keys, now)
        return claims

    def _key(self, keys: KeySet, kid: str) -> Key:
        """The key so named; one that is not known is asked for, but nobody waits for it."""
        try:
            return keys.get_by_kid(kid)
        except JoseError:
            self._keys.renew()
            raise _refusal() from None

    def _remember(self, token: str, claims: Claims, keys: KeySet, now: float) -> None:
        if len(self._known) >= self.REMEMBERED:
            self._known.clear()
        self._known[token] = _Verdict(claims, keys, min(claims.exp, now + self.KEPT_SECONDS))


def _header(token: str) -> _Header:
    """What is no token of ours is refused before anybody is asked for a key."""
    form = _COMPACT.fullmatch(token)
    if form is None:
        raise _refusal()
    encoded = form[1]
    try:
        return _Header.model_validate_json(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except ValueError:
        raise _refusal() from None


def _signed(token: str, key: Key) -> Claims:
    try:
        return Claims.model_validate_json(jws.deserialize_compact(token, key, algorithms=_ALGORITHMS).payload)
    except (JoseError, ValueError, TypeError):
        raise _refusal() from None


def _refusal() -> TokenRefused:
    return TokenRefused("the token is not valid here, or has expired")
