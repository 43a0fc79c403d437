from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, Field

from services.coaching.relationships.commands.relationships import request
from services.coaching.relationships.domain.relationships import (
    AlreadyRequested,
    Form,
    InvitedFor,
    Reason,
    Relationship,
    RelationshipId,
    RelationshipNotFound,
    State,
)
from services.coaching.relationships.store import relationships
from shared.errors import NotFound
from shared.fields import Id
from shared.ids import PersonId
from shared.web.app import Db, Now
from shared.web.idempotency import Idempotent
from shared.web.paging import Page, Paging
from shared.web.principal import OWN, REGION, NotYours, Principal, allowed
from shared.web.refusals import refuses
from shared.web.terms import Person, PersonInPath
from shared.web.views import Body, View

router = APIRouter(prefix="/v1", tags=["relationships"])

Reader: TypeAlias = Annotated[Principal, allowed(learner=OWN, programme_lead=REGION, region=REGION)]


class RequestBody(Body):
    """Who asks, and for what."""

    person_id: Id = Field(description="Who asks, under the id that every service knows them by.")
    form: Form = Field(description="Of `/v1/codes/relationship-forms`.")


_JUDGEMENT = ("invited_for", "invited_at", "prioritised", "reason")
"""What tells whether a request was an invitation: all of it, or one null would tell as much as a word."""


class RelationshipView(View):
    """An invitation, or a request. Whether there was an invitation is told the person alone, and None to others."""

    relationship_id: UUID = Field(description="This relationship.")
    person_id: Person
    form: Form = Field(description="Of `/v1/codes/relationship-forms`.")
    state: State = Field(description="Of `/v1/codes/relationship-states`.", examples=["requested"])
    invited_for: InvitedFor | None = Field(
        description="What the invitation was for; null where there was none. Null to everybody but the person.",
        examples=[None],
    )
    invited_at: AwareDatetime | None = Field(
        description="Null where there was no invitation. Null to everybody but the person.", examples=[None]
    )
    prioritised: bool | None = Field(
        description="Whether the request goes before others. Null to everybody but the person.", examples=[False]
    )
    reason: Reason | None = Field(
        description="Why a request goes first, of `/v1/codes/priority-reasons`. Null to everybody but the person.",
        examples=["none"],
    )
    requested_at: AwareDatetime | None = Field(description="UTC; null while it is only an invitation.")

    def shown_to(self, caller: Principal) -> "RelationshipView":
        """With what tells of an invitation, or without."""
        if _knows_invitations(caller, PersonId(self.person_id)):
            return self
        return self.model_copy(update=dict.fromkeys(_JUDGEMENT))


@router.post("/requests", status_code=201)
@refuses(AlreadyRequested, NotYours)
async def create_request(
    body: RequestBody,
    caller: Annotated[Principal, allowed(learner=OWN, programme_lead=REGION)],
    once: Idempotent,
    now: Now,
) -> RelationshipView:
    """Ask for coaching or mentoring; an open invitation becomes the request."""
    caller.must_act_for(body.person_id)
    asked = await once.run(RelationshipView, request, PersonId(body.person_id), body.form, now=now)
    return asked.shown_to(caller)


@router.get("/relationships/{relationship_id}")
@refuses(RelationshipNotFound)
async def get_relationship(
    relationship_id: Annotated[UUID, Path(description="The request, or the invitation.")], caller: Reader, db: Db
) -> RelationshipView:
    """One request; to the person an invitation too."""
    relationship = await db.read(relationships.find, RelationshipId(relationship_id))
    _must_see(caller, relationship)
    return _shown(relationship, caller)


@router.get("/people/{person_id}/relationships")
@refuses(NotFound)
async def list_relationships(person_id: PersonInPath, caller: Reader, db: Db, paging: Paging) -> Page[RelationshipView]:
    """A person's requests, and to the person open invitations too, in the order of their ids."""
    caller.must_see(person_id=person_id)
    found = await db.read(
        relationships.of_person,
        PersonId(person_id),
        invitations=_knows_invitations(caller, PersonId(person_id)),
        after=paging.after_id(),
        limit=paging.fetch,
    )
    return paging.page([_shown(r, caller) for r in found], key=lambda r: r.relationship_id)


def _knows_invitations(caller: Principal, person_id: PersonId) -> bool:
    """Only who is judged ready soon is invited, so an invitation is the person's own business."""
    return caller.person_id == person_id


def _must_see(caller: Principal, relationship: Relationship) -> None:
    """To everybody but the person it does not exist while it is no request."""
    caller.must_see(RelationshipNotFound, person_id=relationship.person_id)
    if relationship.state == "invited" and not _knows_invitations(caller, relationship.person_id):
        raise RelationshipNotFound


def _shown(relationship: Relationship, caller: Principal) -> RelationshipView:
    return RelationshipView.model_validate(relationship).shown_to(caller)
