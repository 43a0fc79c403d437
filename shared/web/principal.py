"""Who calls, and what the route lets them do: an OIDC token's claims checked against the route's roles and scopes.

Role not named by the route → 403. Record outside one's scope → 404, so nobody learns that it exists.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias, TypeVar, cast, get_args
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.errors import Forbidden, NotFound
from shared.ids import PersonId
from shared.web.keys import IssuerUnavailable
from shared.web.parameters import ParameterRepeated, ParameterUnknown, must_be_known
from shared.web.rate import Budgets
from shared.web.refusals import refuses
from shared.web.tokens import Claims, TokenRefused, Verifier
from shared.whose import EVERYONE, Everyone, Own, Provider, Systems

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
    "replay",
]
T = TypeVar("T")

ROLES: tuple[str, ...] = get_args(Role)


class Scope(IntEnum):
    """How far a role reaches on a route; the wider contains the narrower.

    `OWN` is the person's own, a provider's that of the own organisation: a token that does not say whose it is grants
    nothing by it.
    """

    PUBLISHED = 0
    OWN = 1
    SYSTEM = 2
    REGION = 3


PUBLISHED, OWN, SYSTEM, REGION = Scope.PUBLISHED, Scope.OWN, Scope.SYSTEM, Scope.REGION


_PEOPLE: Mapping[str, str] = MappingProxyType(
    {
        "region": "region leads",
        "programme_lead": "programme leads",
        "system_lead": "system leads",
        "learner": "learners",
        "manager": "managers",
        "panel_member": "panel members",
        "provider": "providers",
        "practitioner": "practitioners",
        "talent_lead": "talent leads",
        "board_member": "board members",
        "ops": "ops",
        "information_governance": "information governance",
        "service": "other systems",
        "replay": "the replay",
    }
)
_BOUNDS: Mapping[Scope, str] = MappingProxyType(
    {PUBLISHED: "for what is published", OWN: "for themselves", SYSTEM: "for their systems", REGION: "everywhere"}
)


class NotYours(Forbidden):
    """A person may act for themselves only, unless their role acts for others."""

    code = "not_yours"


class RoleMissing(Forbidden):
    """None of the caller's roles is among those the route names."""

    code = "role_missing"


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

    def sees(self, *, person_id: UUID | None = None, system: str | None = None) -> bool:
        """Whether the record's person or system lies within the caller's scope."""
        own = person_id is not None and person_id == self.person_id
        within_system = self.scope >= SYSTEM and system is not None and system in self.systems
        return self.scope == REGION or own or within_system

    def must_see(
        self, missing: type[NotFound] = NotFound, *, person_id: UUID | None = None, system: str | None = None
    ) -> None:
        """`missing`, as if there were no such record, unless it lies within the caller's scope."""
        if not self.sees(person_id=person_id, system=system):
            raise missing

    def own(self) -> Own | Everyone:
        """Whose records the caller may act on, where a person acts on the own."""
        return EVERYONE if self.scope == REGION else Own(_said(self.person_id))

    def provided(self) -> Provider | Everyone:
        """Whose records the caller may act on, where a provider acts on what it provides."""
        return EVERYONE if self.scope == REGION else Provider(_said(self.organisation))

    def in_systems(self) -> Systems | Everyone:
        """Whose records the caller may list, where a lead sees the own systems."""
        if self.scope == REGION:
            return EVERYONE
        return Systems(self.systems if self.scope == SYSTEM else frozenset())


def _said(whose: T | None) -> T:
    if whose is None:
        raise _nobodys()
    return whose


def _nobodys() -> TokenRefused:
    return TokenRefused("a token of this role says whose it is: person_id, a provider's organisation")


_BEARER = HTTPBearer(
    auto_error=False,
    bearerFormat="JWT",
    description="A token of the identity provider; in development `academy token`.",
)
Bearer: TypeAlias = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]


@refuses(TokenRefused, IssuerUnavailable)
async def _claims(request: Request, bearer: Bearer) -> Claims:
    """What the caller's token says, once it is verified; whose token holds pays for a refusal too."""
    if bearer is None:
        raise TokenRefused("send a bearer token")
    verifier = cast("Verifier", request.app.state.verifier)
    claims = await verifier.claims(bearer.credentials)
    cast("Budgets", request.app.state.budgets).spend(claims.sub, claims.roles)
    return claims


Verified: TypeAlias = Annotated[Claims, Depends(_claims)]
"""Of one request verified once, however many ask for it."""


class Allowed:
    """The dependency behind `allowed`; its `scopes` are the route's whole access rule."""

    refuses = (RoleMissing, ParameterUnknown, ParameterRepeated)

    def __init__(self, scopes: dict[str, Scope]) -> None:
        unknown = set(scopes) - set(ROLES)
        if unknown or not scopes:
            raise ValueError(f"a route names at least one known role; unknown: {sorted(unknown)}")
        self.scopes = scopes

    def __str__(self) -> str:
        """Who may call, in words for people: whose reach is narrowest first."""
        if len(set(self.scopes.values())) == 1 and max(self.scopes.values()) in {PUBLISHED, REGION}:
            return _called(self.scopes)
        groups: dict[str, list[str]] = {}
        for scope in (OWN, SYSTEM, REGION, PUBLISHED):
            for role in (role for role in ROLES if self.scopes.get(role) == scope):
                groups.setdefault(_bounds(role, scope), []).append(role)
        return "; ".join(f"{self._those(roles)}, {bounds}" for bounds, roles in groups.items())

    def _those(self, roles: Collection[str]) -> str:
        rest = self.scopes.keys() == set(ROLES) and all(self.scopes[role] == PUBLISHED for role in roles)
        return "everybody else with a token" if rest else _called(roles)

    async def __call__(self, request: Request, claims: Verified) -> Principal:
        """The caller, if a role of theirs is named, and asks for nothing that the route does not know."""
        caller = self.principal(claims)
        must_be_known(request)
        return caller

    def principal(self, claims: Claims) -> Principal:
        """The principal of verified claims; RoleMissing when the route names none of their roles."""
        if self.scopes.keys().isdisjoint(claims.roles):
            raise RoleMissing(f"this needs one of the roles: {', '.join(sorted(self.scopes))}")
        held = self._held(claims)
        if not held:
            raise _nobodys()
        return Principal(
            sub=claims.sub,
            person_id=claims.person,
            roles=claims.roles,
            systems=claims.systems,
            organisation=claims.organisation,
            scope=max(held),
        )

    def seen(self, caller: Principal) -> Principal | None:
        """Who came in by another rule, as this one sees them; None where it does not let them in."""
        held = self._held(caller)
        return replace(caller, scope=max(held)) if held else None

    def _held(self, whose: Claims | Principal) -> list[Scope]:
        granted = ((role, scope) for role, scope in self.scopes.items() if role in whose.roles)
        return [scope for role, scope in granted if _holds(role, scope, whose)]


def _called(roles: Collection[str]) -> str:
    """Who has one of these roles, as people call them."""
    if set(roles) == set(ROLES):
        return "everybody with a token"
    *others, last = (_PEOPLE[role] for role in ROLES if role in roles)
    return f"{', '.join(others)} and {last}" if others else last


def _bounds(role: str, scope: Scope) -> str:
    return "for what they provide" if (role, scope) == ("provider", OWN) else _BOUNDS[scope]


def _holds(role: str, scope: Scope, whose: Claims | Principal) -> bool:
    """Whether a role grants its scope; the own record of nobody is none."""
    said = whose.organisation if role == "provider" else whose.person_id
    return scope != OWN or said is not None


def allowed(**scopes: Scope) -> Any:
    """Name the roles that may call a route, each with its scope.

    `caller: Annotated[Principal, allowed(learner=OWN, programme_lead=REGION)]`.
    """
    return Depends(Allowed(scopes))
