"""One person's contact details, for that person and for those who answer for the data; never a list."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from services.notifications.contacts.domain.contacts import ContactUnknown
from services.notifications.contacts.store import contacts
from shared.errors import NotFound
from shared.ids import PersonId
from shared.postgres.database import Transaction
from shared.web.app import Db
from shared.web.principal import OWN, REGION, Principal, allowed
from shared.web.refusals import refuses
from shared.web.terms import Name, Person, PersonInPath
from shared.web.views import View

router = APIRouter(prefix="/v1", tags=["contacts"])


class ContactView(View):
    """Name and e-mail, and from when they are; not who announced them, as that tells who is in a talent pool."""

    person_id: Person
    name: Name
    email: str = Field(
        description="Where messages go; where they go nowhere yet, the address that waits.",
        examples=["asha.patel@example.org"],
    )
    as_of: datetime = Field(description="From when they are so; UTC.")
    unconfirmed: bool = Field(description="An address that the person gave waits for its holder to confirm it.")


@router.get("/contacts/{person_id}")
@refuses(NotFound, ContactUnknown)
async def get_contact(
    person_id: PersonInPath, caller: Annotated[Principal, allowed(learner=OWN, information_governance=REGION)], db: Db
) -> ContactView:
    """Where messages to this person go, and whether an address the person gave waits to be confirmed."""
    caller.must_see(person_id=person_id)
    return await db.read(_known, PersonId(person_id))


async def _known(tx: Transaction, person_id: PersonId) -> ContactView:
    waits = await contacts.find_unconfirmed(tx, person_id)
    contact = await contacts.find(tx, person_id) or waits
    if contact is None:
        raise ContactUnknown
    return ContactView(
        person_id=person_id,
        name=contact.name,
        email=contact.email,
        as_of=contact.as_of,
        unconfirmed=waits is not None,
    )
