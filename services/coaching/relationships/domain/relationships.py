"""A person's coaching or mentoring, from an invitation or a request on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType
from uuid import UUID, uuid4

from shared.errors import Conflict, NotFound
from shared.ids import PersonId

RelationshipId = NewType("RelationshipId", UUID)

Form = Literal["coaching", "mentoring"]
State = Literal["invited", "requested"]
InvitedFor = Literal["ready_soon"]
Reason = Literal["invited", "priority_group", "none"]


class RelationshipNotFound(NotFound):
    """No relationship has this id, or not within the caller's scope."""

    code = "relationship_not_found"
    message = "there is no such relationship"


class AlreadyRequested(Conflict):
    """One person has one open request of a form."""

    code = "already_requested"


def a_new_id() -> RelationshipId:
    """Drawn by chance, with no time in it: a request that bears the day of an invitation would tell of one."""
    return RelationshipId(uuid4())


@dataclass(slots=True)
class Relationship:
    """An invitation, or a request; an event makes the one, only the person makes the other."""

    relationship_id: RelationshipId
    person_id: PersonId
    form: Form
    state: State
    invited_for: InvitedFor | None = None
    invited_at: datetime | None = None
    prioritised: bool = False
    reason: Reason = "none"
    requested_at: datetime | None = None

    @classmethod
    def invitation(cls, person_id: PersonId, form: Form, reason: InvitedFor, *, at: datetime) -> "Relationship":
        """Offered, and not asked for yet."""
        return cls(a_new_id(), person_id, form, "invited", invited_for=reason, invited_at=at)

    @classmethod
    def request(cls, person_id: PersonId, form: Form, *, at: datetime) -> "Relationship":
        """Asked for uninvited."""
        return cls(a_new_id(), person_id, form, "requested", requested_at=at)

    def take_up(self, *, at: datetime) -> None:
        """The invitation becomes the request, which goes first; what was asked for already is refused."""
        if self.state == "requested":
            raise AlreadyRequested(f"this person has an open request for {self.form} already")
        self.state, self.requested_at = "requested", at
        self.prioritised, self.reason = True, "invited"
