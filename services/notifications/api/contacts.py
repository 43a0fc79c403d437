"""One person's contact details, for that person and for those who answer for the data; never a list."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from services.notifications.domain.contacts import Contact, ContactUnknown
from services.notifications.store import contacts
from shared.ids import PersonId
from shared.web.app import Db
from shared.web.principal import OWN, REGION, Principal, allowed
from shared.web.views import View

router = APIRouter(prefix="/v1", tags=["contacts"])


class ContactView(View):
    """Name and e-mail, which service announced them, and from when they are."""

    person_id: UUID
    name: str
    email: str
    source: str
    as_of: datetime


@router.get("/contacts/{person_id}")
async def read(
    person_id: UUID, caller: Annotated[Principal, allowed(learner=OWN, information_governance=REGION)], db: Db
) -> ContactView:
    """Where messages to this person go."""
    caller.must_see(person_id=person_id)
    return ContactView.model_validate(_known(await db.read(contacts.find, PersonId(person_id))))


def _known(contact: Contact | None) -> Contact:
    if contact is None:
        raise ContactUnknown("no contact details of this person have been announced")
    return contact
