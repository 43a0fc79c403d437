"""The dates of a place as a file, for calendars that no mail reaches."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request, Response

from services.notifications.calendars.domain.invitations import Invitation, standing
from services.notifications.calendars.domain.places import Offer, PlaceUnknown
from services.notifications.calendars.store import invitations, places
from services.notifications.channels.commands.identities import sender_identity
from services.notifications.channels.domain.calendar_files import calendar_of
from services.notifications.channels.domain.letters import SenderIdentity
from services.notifications.settings import Settings
from shared.errors import NotFound
from shared.ids import CohortId, PersonId
from shared.postgres.database import Transaction
from shared.web.app import Db, Now
from shared.web.principal import OWN, Principal, allowed
from shared.web.refusals import refuses
from shared.web.terms import CohortInPath, PersonInPath

router = APIRouter(prefix="/v1", tags=["calendars"])


async def _identity(request: Request) -> SenderIdentity:
    return sender_identity(cast("Settings", request.app.state.settings))


@router.get(
    "/people/{person_id}/cohorts/{cohort_id}/calendar.ics",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {}}}},
)
@refuses(NotFound, PlaceUnknown)
async def get_calendar(
    *,
    person_id: PersonInPath,
    cohort_id: CohortInPath,
    caller: Annotated[Principal, allowed(learner=OWN)],
    identity: Annotated[SenderIdentity, Depends(_identity)],
    db: Db,
    now: Now,
) -> Response:
    """The sessions to come of a person's own place (iCalendar); an entry that a mail brought is the same one here.

    Its links let in whoever has the file, so nobody else gets it.
    """
    caller.must_see(person_id=person_id)
    offer, invited = await db.read(_place, PersonId(person_id), CohortId(cohort_id))
    file = calendar_of(standing(invited, as_at=now), offer, identity, stamp=now)
    headers = {"Content-Disposition": 'attachment; filename="dates.ics"'}
    return Response(file, media_type="text/calendar; charset=utf-8", headers=headers)


async def _place(tx: Transaction, person_id: PersonId, cohort_id: CohortId) -> tuple[Offer, tuple[Invitation, ...]]:
    offer = await places.held(tx, cohort_id, person_id)
    invited = await invitations.of_people(tx, [(person_id, cohort_id)])
    return offer, invited.get((person_id, cohort_id), ())
