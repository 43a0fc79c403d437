"""Who may call what, where several routes say the same; and who may know that somebody was invited."""

from typing import Annotated, TypeAlias

from services.coaching.domain.relationships import Relationship, RelationshipNotFound
from shared.errors import NotFound
from shared.ids import PersonId
from shared.web.principal import REGION, Principal, allowed

Keeper: TypeAlias = Annotated[Principal, allowed(programme_lead=REGION, region=REGION)]
"""Those who keep the register."""


def knows_invitations(caller: Principal, person_id: PersonId) -> bool:
    """Only who is judged ready soon is invited, so an invitation is the person's own business."""
    return caller.person_id == person_id


def must_see(caller: Principal, relationship: Relationship) -> None:
    """Outside one's scope, and to everybody but the person while it is no request, it does not exist."""
    try:
        caller.must_see(person_id=relationship.person_id)
    except NotFound:
        raise _no_such() from None
    if relationship.state == "invited" and not knows_invitations(caller, relationship.person_id):
        raise _no_such()


def _no_such() -> RelationshipNotFound:
    return RelationshipNotFound("there is no such relationship")
