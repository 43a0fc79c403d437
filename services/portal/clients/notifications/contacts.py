"""Where mails to a person go."""

from uuid import UUID

from services.portal.clients.api import Api, View


class Contact(View):
    """An address, and whether one that the person gave waits for its holder to confirm it."""

    email: str
    unconfirmed: bool = False


async def one(services: Api, person_id: UUID) -> Contact:
    """Of this person."""
    return await services.get(Contact, f"/notifications/v1/contacts/{person_id}")
