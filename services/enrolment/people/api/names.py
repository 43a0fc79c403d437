from typing import Annotated

from fastapi import APIRouter, Query

from services.enrolment.people.store import learners
from shared.fields import Id
from shared.ids import PersonId
from shared.web.app import Db
from shared.web.paging import LIMIT, Page
from shared.web.principal import REGION, SYSTEM, Principal, allowed
from shared.web.terms import Name, Organisation, Person, System
from shared.web.views import View

router = APIRouter(prefix="/v1", tags=["learners"])


class NamedView(View):
    """What a person is called, and where they work."""

    person_id: Person
    name: Name
    system: System
    organisation: Organisation


@router.get("/learners/names")
async def list_names(
    caller: Annotated[Principal, allowed(system_lead=SYSTEM, programme_lead=REGION, region=REGION)],
    db: Db,
    ids: Annotated[
        list[Id],
        Query(alias="id", min_length=1, max_length=LIMIT, description="Once for each person, up to a hundred."),
    ],
) -> Page[NamedView]:
    """What these people are called: of those you may see, by `person_id`; whom you may not see is left out."""
    found = await db.read(learners.of_ids, [PersonId(person_id) for person_id in ids])
    seen = [NamedView.model_validate(one) for one in found if caller.sees(person_id=one.person_id, system=one.system)]
    return Page(items=seen, next=None)
