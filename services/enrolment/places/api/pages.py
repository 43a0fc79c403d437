"""What the links in mails open: the page of a session, for the person whose link it is and as long as the place is."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from services.enrolment.places.domain.joining import LinkNotFound, Sitting
from services.enrolment.places.store import joining
from shared.ids import PersonId
from shared.london import span
from shared.postgres.database import Database
from shared.web.app import Db
from shared.web.pages import Clock, Signatures, page, templates

router = APIRouter(tags=["pages"], include_in_schema=False, default_response_class=HTMLResponse)

TEMPLATES = templates("services.enrolment.places")


@router.get("/joining/{ref}")
@router.get("/recordings/{ref}")
async def visit(ref: str, links: Signatures, db: Db, now: Clock, by: str = "") -> HTMLResponse:
    """The page of a session, for whoever holds a place; the link leads nowhere for anybody else.

    It is kept by nobody. Nothing of the link is looked up before its signature holds.
    """
    holder = links.holder(ref, by)
    try:
        answer = _session(await _sitting(db, ref, holder), now)
    except LinkNotFound:
        answer = page(TEMPLATES, "nowhere.html.j2", code=404)
    return answer


async def _sitting(db: Database, ref: str, holder: PersonId | None) -> Sitting:
    if holder is None:
        raise LinkNotFound
    return await db.read(joining.of_holder, ref, holder)


def _session(sitting: Sitting, now: datetime) -> HTMLResponse:
    session = sitting.session
    return page(
        TEMPLATES,
        "session.html.j2",
        session=session,
        cohort_title=sitting.cohort_title,
        when=span(session.starts_at, session.ends_at),
        over=session.ends_at <= now,
    )
