from uuid import uuid4

import httpx

from services.portal.clients.api import Api
from services.portal.pages.people.people import AWAY, mails_to

NOBODY_LISTENS = "http://127.0.0.1:1"


async def test_mails_that_cannot_be_looked_up_are_only_missed() -> None:
    async with httpx.AsyncClient(base_url=NOBODY_LISTENS, trust_env=False) as http:
        mails = await mails_to(Api(http, token=None), uuid4())
    assert (mails.messages, mails.unseen) == ((), AWAY)
