"""Who is in the talent pools."""

import asyncio
from functools import partial

from fastapi import APIRouter, Response

from services.portal.clients.talent import members
from services.portal.frame.forms import Form
from services.portal.frame.states import choices
from services.portal.pages.visit import Somebody

router = APIRouter()


@router.get("/pools/members")
async def list_members(visit: Somebody) -> Response:
    """Those the caller may see, of a system and a readiness or of all."""
    asked, words = visit.asked("system", "readiness"), partial(visit.words, of="talent")
    found, systems, groups = await asyncio.gather(
        members.page(visit.services, after=visit.after, **asked), words("systems"), words("professional-groups")
    )
    return visit.page(
        "pool_members.html.j2",
        found=found,
        systems=systems,
        groups=groups,
        choices={"systems": (("", "All systems"), *systems.items()), "readiness": choices("readiness", "All")},
        form=Form.showing(**asked),
        pages=visit.pages(found.next),
    )
