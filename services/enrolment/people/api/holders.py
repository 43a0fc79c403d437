from typing import Annotated

from fastapi import APIRouter, Query

from services.enrolment.people.store import learners
from shared.fields import words
from shared.web.app import Db
from shared.web.paging import LIMIT, Page
from shared.web.principal import REGION, Principal, allowed
from shared.web.terms import Mail, Name, Organisation, Person, System
from shared.web.views import View

router = APIRouter(prefix="/v1", tags=["learners"])

_LONGEST = 320


class HolderView(View):
    """Who is known under an address."""

    person_id: Person
    name: Name
    email: Mail
    system: System
    organisation: Organisation


@router.get("/learners/holders")
async def list_holders(
    caller: Annotated[Principal, allowed(programme_lead=REGION)],
    db: Db,
    emails: Annotated[
        list[Annotated[str, words(_LONGEST)]],
        Query(
            alias="email", min_length=1, max_length=LIMIT, description="Once for each address, up to a hundred, whole."
        ),
    ],
) -> Page[HolderView]:
    """Who is known under these addresses, by `person_id`, before many people are registered at once.

    An address may have several holders; under what is none nobody is known.
    """
    del caller
    found = await db.read(learners.of_emails, emails)
    return Page(items=[HolderView.model_validate(one) for one in found], next=None)
