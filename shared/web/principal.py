"""Who calls, and what the route lets them do: an OIDC token's claims checked against the route's roles and scopes.

Role not named by the route → 403. Record outside one's scope → 404, so nobody learns that it exists.
"""

import asyncio
import time
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias, cast, get_args
from uuid import UUID

import httpx
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.errors import Forbidden, NotFound, Unauthenticated, Unavailable
from shared.ids import PersonId

Role: TypeAlias = Literal[
    "region",
    "programme_lead",
    "system_lead",
    "learner",
    "manager",
    "panel_member",
    "provider",
    "practitioner",
    "talent_lead",
    "board_member",
    "ops",
    "information_governance",
    "service",
]
ROLES: tuple[str, ...] = get_args(Role)


class Scope(IntEnum):
    """How far a role reaches on a route; the wider contains the narrower."""

    OWN = 1
    SYSTEM = 2
    REGION = 3


_REACH = MappingProxyType({Scope.OWN: "own record", Scope.SYSTEM: "own system", Scope.REGION: "all"})
OWN, SYSTEM, REGION = Scope.OWN, Scope.SYSTEM, Scope.REGION


class NotYours(Forbidden):
    """A person may act for themselves only, unless their role acts for others."""

    code = "not_yours"


class RoleMissing(Forbidden):
    """None of the caller's roles is among those the route names."""

    code = "role_missing"


class TokenRefused(Unauthenticated):
    """The bearer token is missing, expired, or not from our issuer for our audience."""

    code = "token_refused"


class IssuerAway(Unavailable):
    """The identity provider's keys cannot be fetched."""

    code = "issuer_away"


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller, with the widest scope their roles have on the route called."""

    sub: str
    person_id: PersonId | None
    roles: frozenset[str]
    systems: frozenset[str]
    organisation: str | None
    scope: Scope

    def must_act_for(self, person_id: UUID) -> None:
        """NotYours unless the caller is that person or acts for the whole region."""
        if self.scope < REGION and person_id != self.person_id:
            raise NotYours("you may do this for yourself only")

    def must_see(self, *, person_id: UUID | None = None, system: str | None = None) -> None:
        """NotFound unless the record's person or system lies within the caller's scope."""
        own = person_id is not None and person_id == self.person_id
        within_system = self.scope >= SYSTEM and system is not None and system in self.systems
        if not (self.scope == REGION or own or within_system):
            raise NotFound("there is no such record")

    def visible_systems(self) -> list[str] | None:
        """The systems whose rows the caller may list; None for all."""
        if self.scope == REGION:
            return None
        return sorted(self.systems) if self.scope == SYSTEM else []


_BEARER = HTTPBearer(auto_error=False, description="A token of the identity provider.")
Bearer: TypeAlias = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]


class Allowed:
    """The dependency behind `allowed`; its `scopes` are the route's whole access rule."""

    def __init__(self, scopes: dict[str, Scope]) -> None:
        unknown = set(scopes) - set(ROLES)
        if unknown or not scopes:
            raise ValueError(f"a route names at least one known role; unknown: {sorted(unknown)}")
        self.scopes = scopes

    def __str__(self) -> str:
        return ", ".join(f"{role} ({_REACH[scope]})" for role, scope in sorted(self.scopes.items()))

    async def __call__(self, request: Request, bearer: Bearer) -> Principal:
        """The caller, if the token holds and a role of theirs is named."""
        if bearer is None:
            raise TokenRefused("send a bearer token")
        verifier = cast("Verifier", request.app.state.verifier)
        claims = await verifier.claims(bearer.credentials)
        principal = self.principal(claims)
        request.state.caller, request.state.roles = principal.sub, principal.roles
        return principal

    def principal(self, claims: dict[str, Any]) -> Principal:
        """The principal of verified claims; RoleMissing when the route names none of their roles."""
        roles = frozenset(cast("list[str]", claims.get("roles", [])))
        granted = [scope for role, scope in self.scopes.items() if role in roles]
        if not granted:
            raise RoleMissing(f"this needs one of the roles: {', '.join(sorted(self.scopes))}")
        person = claims.get("person_id")
        return Principal(
            sub=claims["sub"],
            person_id=PersonId(UUID(person)) if person else None,
            roles=roles,
            systems=frozenset(cast("list[str]", claims.get("systems", []))),
            organisation=claims.get("organisation"),
            scope=max(granted),
        )


def allowed(**scopes: Scope) -> Any:
    """Name the roles that may call a route, each with its scope.

    `caller: Annotated[Principal, allowed(learner=OWN, programme_lead=REGION)]`.
    """
    return Depends(Allowed(scopes))


class Verifier:
    """Checks tokens against the issuer's published keys.

    Keys and verdicts are kept for five minutes; keys are fetched again when one is unknown.
    """

    KEPT_SECONDS = 300.0
    REMEMBERED = 2_000

    def __init__(self, issuer: str, audience: str) -> None:
        """`issuer` is the `iss` claim and where `/.well-known/openid-configuration` stands."""
        self._issuer = issuer
        self._registry = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
        )
        self._keys: KeySet | None = None
        self._fetched_at = 0.0
        self._fetching = asyncio.Lock()
        self._known: dict[str, tuple[float, dict[str, Any]]] = {}

    async def claims(self, token: str) -> dict[str, Any]:
        """Verify a token; TokenRefused when it does not hold, IssuerAway when that cannot be told."""
        until, claims = self._known.get(token, (0.0, {}))
        if until <= time.time():
            claims = await self._verify(token)
            if len(self._known) >= self.REMEMBERED:
                self._known.clear()
            self._known[token] = min(claims["exp"], time.time() + self.KEPT_SECONDS), claims
        return claims

    async def _verify(self, token: str) -> dict[str, Any]:
        keys = await self._current_keys(renew=False)
        try:
            return self._decode(token, keys)
        except (JoseError, ValueError):
            keys = await self._current_keys(renew=True)
        try:
            return self._decode(token, keys)
        except (JoseError, ValueError) as error:
            raise TokenRefused("the token is not valid here, or has expired") from error

    def _decode(self, token: str, keys: KeySet) -> dict[str, Any]:
        claims = jwt.decode(token, keys, algorithms=["RS256", "PS256", "ES256"]).claims
        self._registry.validate(claims)
        return claims

    async def _current_keys(self, *, renew: bool) -> KeySet:
        async with self._fetching:
            age = time.monotonic() - self._fetched_at
            if self._keys is None or age > self.KEPT_SECONDS or (renew and age > 1):
                self._keys = await self._fetch()
                self._fetched_at = time.monotonic()
                self._known.clear()
            return self._keys

    async def _fetch(self) -> KeySet:
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                discovery = (await client.get(f"{self._issuer}/.well-known/openid-configuration")).raise_for_status()
                answer = (await client.get(discovery.json()["jwks_uri"])).raise_for_status()
                return KeySet.import_key_set(answer.json())
        except (httpx.HTTPError, KeyError, ValueError) as error:
            raise IssuerAway("the identity provider does not answer; please try again shortly") from error
