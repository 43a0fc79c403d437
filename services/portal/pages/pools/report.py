"""The talent pools in figures, and the same figures as CSV."""

import asyncio
from functools import partial

from fastapi import APIRouter, Response

from services.portal.clients.api import Refused
from services.portal.clients.talent import pools
from services.portal.clients.talent.pools import Audience
from services.portal.pages.pools.breakdowns import breakdowns, headline, reason
from services.portal.pages.visit import Somebody

router = APIRouter()
_NOT_YET = "month_not_closed"


@router.get("/pools")
async def report(visit: Somebody, audience: Audience = "published") -> Response:
    """As published, unless exact counts are asked for."""
    words = partial(visit.words, of="talent")
    try:
        found, groups, systems, kinds = await asyncio.gather(
            pools.report(visit.services, audience),
            words("professional-groups"),
            words("systems"),
            words("service-types"),
        )
    except Refused as refused:
        if refused.problem.code != _NOT_YET:
            raise
        return visit.page("pools.html.j2", report=None, audience=audience)
    return visit.page(
        "pools.html.j2",
        report=found,
        audience=audience,
        headline=headline(found),
        hidden=reason(found),
        parts=breakdowns(found, groups, systems, kinds),
    )


@router.get("/pools.csv")
async def report_csv(visit: Somebody, audience: Audience = "published") -> Response:
    """The numbers of the page, as talent writes them."""
    return visit.forwarded(await pools.report_csv(visit.services, audience))
