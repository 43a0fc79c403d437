"""One person's contact details, for that person and for those who answer for the data; never a list."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.notifications.contacts.domain.contacts import ContactUnknown
from services.notifications.contacts.store import contacts
from shared.ids import PersonId
from shared.postgres.database import Transaction
from shared.web.app import Db
from shared.web.principal import OWN, REGION, Principal, allowed
from shared.web.views import View

router = APIRouter(prefix="/v1", tags=["contacts"])


class ContactView(View):
    """Name and e-mail, and from when they are; not who announced them, as that tells who is in a talent pool."""

    person_id: UUID
    name: str
    email: str = Field(description="Where messages go; where they go nowhere yet, the address that waits.")
    as_of: datetime
    unconfirmed: bool = Field(description="An address that the person gave waits for its holder to confirm it.")


@router.get("/contacts/{person_id}")
async def get_contact(
    person_id: UUID, caller: Annotated[Principal, allowed(learner=OWN, information_governance=REGION)], db: Db
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
