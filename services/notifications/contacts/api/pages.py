"""What the link in a confirmation opens: the page on which whoever holds an address says yes to it.

It is opened without a login. Looking at it does nothing, for programmes that look at mails open links too; only the
button says yes.
"""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from services.notifications.contacts.commands.contacts import Confirmed, confirm, look_up
from services.notifications.contacts.domain.contacts import Confirming
from shared.links import LinkExpired
from shared.web.app import Db
from shared.web.pages import Clock, Signatures, page, templates

router = APIRouter(tags=["pages"], include_in_schema=False, default_response_class=HTMLResponse)

TEMPLATES = templates("services.notifications.contacts")
_CODES = {Confirmed.ASKED: 200, Confirmed.DONE: 200, Confirmed.REPLACED: 410}


@router.get("/address")
async def ask(links: Signatures, db: Db, now: Clock, by: str = "") -> HTMLResponse:
    """Ask the holder of an address whether letters may go there; nothing is looked up before the signature holds."""
    link = _link(links, by, now)
    if isinstance(link, HTMLResponse):
        return link
    return _told(await db.read(look_up, link), by)


@router.post("/address")
async def answer(links: Signatures, db: Db, now: Clock, by: str = "") -> HTMLResponse:
    """The holder says yes: letters go to that address."""
    link = _link(links, by, now)
    if isinstance(link, HTMLResponse):
        return link
    return _told(await db.run(confirm, link), by)


def _link(links: Signatures, by: str, now: Clock) -> Confirming | HTMLResponse:
    try:
        link = Confirming.read(links, by, now=now)
    except LinkExpired:
        return page(TEMPLATES, "address.html.j2", code=410, found="expired", by="")
    return link or page(TEMPLATES, "address.html.j2", code=404, found="nowhere", by="")


def _told(found: Confirmed, by: str) -> HTMLResponse:
    return page(TEMPLATES, "address.html.j2", code=_CODES[found], found=found.value, by=by)
