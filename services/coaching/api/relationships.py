from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime

from services.coaching.commands.relationships import request
from services.coaching.domain.relationships import (
    Form,
    InvitedFor,
    Reason,
    RelationshipId,
    RelationshipNotFound,
    State,
)
from services.coaching.store import relationships
from shared.errors import NotFound
from shared.fields import Id
from shared.ids import PersonId
from shared.web.app import Db, Now
from shared.web.idempotency import Idempotent
from shared.web.paging import Page, Paging
from shared.web.principal import OWN, REGION, Principal, allowed
from shared.web.views import Body, View

router = APIRouter(prefix="/v1", tags=["relationships"])

Reader: TypeAlias = Annotated[Principal, allowed(learner=OWN, programme_lead=REGION, region=REGION)]


class RequestBody(Body):
    """Who asks, and for what."""

    person_id: Id
    form: Form


class RelationshipView(View):
    """An invitation, or the request it became; `reason` says why a request goes first."""

    relationship_id: UUID
    person_id: UUID
    form: Form
    state: State
    invited_for: InvitedFor | None
    invited_at: AwareDatetime | None
    prioritised: bool
    reason: Reason
    requested_at: AwareDatetime | None


@router.post("/requests", status_code=201)
async def create_request(
    body: RequestBody,
    caller: Annotated[Principal, allowed(learner=OWN, programme_lead=REGION)],
    once: Idempotent,
    now: Now,
) -> RelationshipView:
    """Ask for coaching or mentoring; an open invitation becomes the request."""
    caller.must_act_for(body.person_id)
    return await once.run(RelationshipView, request, PersonId(body.person_id), body.form, now=now)


@router.get("/relationships/{relationship_id}")
async def get_relationship(relationship_id: UUID, caller: Reader, db: Db) -> RelationshipView:
    """One invitation or request."""
    relationship = await db.read(relationships.find, RelationshipId(relationship_id))
    try:
        caller.must_see(person_id=relationship.person_id)
    except NotFound:
        raise RelationshipNotFound("there is no such relationship") from None
    return RelationshipView.model_validate(relationship)


@router.get("/people/{person_id}/relationships")
async def list_relationships(person_id: UUID, caller: Reader, db: Db, paging: Paging) -> Page[RelationshipView]:
    """A person's invitations and requests in the order they began."""
    caller.must_see(person_id=person_id)
    found = await db.read(relationships.of_person, PersonId(person_id), after=paging.after_id(), limit=paging.fetch)
    return paging.page([RelationshipView.model_validate(r) for r in found], key=lambda r: r.relationship_id)
