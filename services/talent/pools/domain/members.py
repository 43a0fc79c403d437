"""A member of the talent pools: an aspirant director assessed through Aspire Together."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType

from services.talent.pools.domain.assessments import Assessment, Judgement
from shared.codes import CodeLists, Named
from shared.contacts import changed_last
from shared.errors import NotFound, refuse
from shared.ids import PersonId

LISTS: Mapping[str, str] = MappingProxyType(
    {"professional_group": "professional-groups", "system": "systems", "service_type": "service-types"}
)
"""Which field has its codes from which list."""


class MemberNotFound(NotFound):
    """No member has this id, or not within the caller's scope."""

    code = "member_not_found"
    message = "there is no such member"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a member works and as what: the attributes the pools are counted by. Role family is one of them."""

    professional_group: str
    role_family: str | None
    system: str
    service_type: str


@dataclass(frozen=True, slots=True)
class Member:
    """One person in one pool. Every change, also one of the history alone, is a new version.

    `contact_as_of` is when name or e-mail changed last.
    """

    person_id: PersonId
    name: str
    email: str
    position: Position
    judgement: Judgement
    joined_at: datetime
    contact_as_of: datetime
    version: int = 1

    @property
    def codes(self) -> list[Named]:
        """What the record names of code lists."""
        return [(listed, getattr(self.position, field)) for field, listed in LISTS.items()]

    def check(self, codes: CodeLists, today: date, *, before: "Member | None" = None) -> None:
        """Refuse codes that are not in force nor were there `before`, and a judgement of a day to come."""
        lists = codes.keeping(before)
        refuse(lists.fault(listed, getattr(self.position, field), at=(field,)) for field, listed in LISTS.items())
        self.judgement.ensure_not_future(today)

    def same_content_as(self, other: "Member") -> bool:
        """Whether name, e-mail and position are the same; judgements have a history of their own."""
        return self.same_contact_as(other) and self.position == other.position

    def same_contact_as(self, other: "Member") -> bool:
        """Whether name and e-mail are the same."""
        return (self.name, self.email) == (other.name, other.email)

    def next_version_of(self, stored: "Member") -> "Member":
        """These details as the next version of what is stored; the judgement stays."""
        return replace(
            stored,
            name=self.name,
            email=self.email,
            position=self.position,
            contact_as_of=changed_last(self.contact_as_of, stored.contact_as_of, same=self.same_contact_as(stored)),
            version=stored.version + 1,
        )

    def assessed(self, judgement: Judgement) -> "Member":
        """The next version: a judgement for an earlier day than the one in force is history only."""
        newest = judgement if judgement.assessed_on >= self.judgement.assessed_on else self.judgement
        return replace(self, judgement=newest, version=self.version + 1)

    def assessment(self, judgement: Judgement, *, at: datetime) -> Assessment:
        """The judgement as recorded in this version."""
        return Assessment(
            judgement.horizon_months,
            judgement.assessed_on,
            judgement.decided_by,
            person_id=self.person_id,
            version=self.version,
            recorded_at=at,
        )
