"""Who looks at a page."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from shared.web.tokens import Claims


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who is signed in, as their access token says: the services believe the same of them.

    `csrf` stands in every form of theirs; `token` is sent to the services and never to the browser.
    """

    name: str
    roles: frozenset[str]
    systems: frozenset[str]
    person_id: UUID | None
    organisation: str | None
    csrf: str
    token: str

    def has_one_of(self, roles: frozenset[str]) -> bool:
        """Whether a page is their work, by its roles; what they may do there the services say."""
        return not self.roles.isdisjoint(roles)

    @classmethod
    def of(cls, claims: Claims, *, name: str, csrf: str, token: str) -> Self:
        """Whoever this token was issued to."""
        return cls(name, claims.roles, claims.systems, claims.person_id, claims.organisation, csrf, token)
