from uuid import uuid4

import httpx
import pytest
from aiohttp import web

from services.portal.clients.api import Api
from services.portal.pages.people.people import AWAY, NOT_YOURS, mails_to
from services.portal.pages.visit import Visit
from tests.unit.portal.pages import a_request
from tests.unit.replay.gateways import serving

NOBODY_LISTENS = "http://127.0.0.1:1"


async def test_mails_that_cannot_be_looked_up_are_only_missed() -> None:
    async with httpx.AsyncClient(base_url=NOBODY_LISTENS, trust_env=False) as http:
        mails = await mails_to(Visit(a_request(), None, Api(http, token=None)), uuid4())
    assert (mails.messages, mails.unseen) == ((), AWAY)


@pytest.mark.parametrize(
    ("status", "words"),
    [(502, AWAY), (503, AWAY), (504, AWAY), (403, NOT_YOURS)],
    ids=["away", "without database", "slow", "not theirs"],
)
async def test_what_the_gateway_says_in_place_of_a_service_is_no_refusal(status: int, words: str) -> None:
    told = {"status": status, "code": "any", "detail": "any"}
    async with (
        serving(lambda _: web.json_response(told, status=status)) as gateway,
        httpx.AsyncClient(base_url=gateway.address, trust_env=False) as http,
    ):
        mails = await mails_to(Visit(a_request(), None, Api(http, token=None)), uuid4())
    assert mails.unseen == words
