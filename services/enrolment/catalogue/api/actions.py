"""A record by itself, with what the caller may do to it now: whoever may not, or cannot yet, is offered no button."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Protocol, TypeAlias

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.enrolment.catalogue.api.access import Anyone
from services.enrolment.catalogue.api.cohorts import (
    CohortView,
    create_cohort,
    create_cohort_cancellation,
    provided_by,
    put_cohort,
    shown_to,
)
from services.enrolment.catalogue.api.programmes import ProgrammeView, create_retirement, put_programme
from services.enrolment.catalogue.api.sessions import (
    SessionView,
    create_recording,
    create_session,
    create_session_cancellation,
    put_session,
    shown,
)
from services.enrolment.catalogue.domain.actions import (
    CohortAction,
    ProgrammeAction,
    SessionAction,
    of_cohort,
    of_programme,
    of_session,
)
from services.enrolment.catalogue.domain.cohorts import Cohort, CohortNotFound
from services.enrolment.catalogue.domain.programmes import ProgrammeNotFound
from services.enrolment.catalogue.domain.sessions import Session, SessionNotFound
from services.enrolment.catalogue.store import cohorts, programmes, sessions
from shared.ids import CohortId, SessionId
from shared.postgres.database import Database
from shared.web import etag
from shared.web.actions import Route, as_on
from shared.web.app import Db, Now, provided
from shared.web.paging import Page
from shared.web.principal import REGION, Principal
from shared.web.refusals import refuses
from shared.web.terms import CohortInPath, ProgrammeInPath, SessionInPath
from shared.whose import EVERYONE

router = APIRouter(prefix="/v1")


class Entering(Protocol):
    """What a caller may do about places of a cohort."""

    async def __call__(self, db: Database, cohort: Cohort, caller: Principal, *, now: datetime) -> list[CohortAction]:
        """For themselves or for others, as the routes that give places let them."""
        ...


@dataclass(frozen=True, slots=True)
class ActionsAbove:
    """What is done to the catalogue's records by what stands above it; `app.py` says by whom."""

    entering: Entering
    take_register: Route


Above: TypeAlias = Annotated[ActionsAbove, Depends(provided(ActionsAbove))]

PROGRAMME: Mapping[ProgrammeAction, Route] = MappingProxyType(
    {"edit": put_programme, "retire": create_retirement, "offer": put_programme, "open_cohort": create_cohort}
)
COHORT: Mapping[CohortAction, Route] = MappingProxyType(
    {"edit": put_cohort, "cancel": create_cohort_cancellation, "add_session": create_session}
)
SESSION: Mapping[SessionAction, Route] = MappingProxyType(
    {"edit": put_session, "cancel": create_session_cancellation, "publish_recording": create_recording}
)
"""Who may is what the route says that does it."""

_NOW = "What you may do to it now, and would not be refused for how it stands."


class ProgrammeWithActionsView(ProgrammeView):
    """A programme, and what the caller may do to it."""

    allowed_actions: list[ProgrammeAction] = Field(
        description=f"{_NOW} `offer` is to put one again that was retired.", examples=[["edit", "retire"]]
    )


class CohortWithActionsView(CohortView):
    """A cohort, and what the caller may do to it."""

    allowed_actions: list[CohortAction] = Field(
        description=f"{_NOW} Whoever acts for others may `enrol` who is new here, or let them `join_waiting_list`; "
        "whoever acts for themselves, `take_place` or `join_waiting_list`.",
        examples=[["take_place"]],
    )


class SessionWithActionsView(SessionView):
    """A session, and what the caller may do to it."""

    allowed_actions: list[SessionAction] = Field(description=_NOW, examples=[["edit", "cancel"]])


@router.get("/programmes/{code}", tags=["programmes"])
@refuses(ProgrammeNotFound)
async def get_programme(code: ProgrammeInPath, caller: Anyone, db: Db, response: Response) -> ProgrammeWithActionsView:
    """One programme."""
    programme = await db.read(programmes.find, code)
    etag.set_on(response, programme.version)
    actions: list[ProgrammeAction] = [a for a in of_programme(programme) if as_on(PROGRAMME[a], caller)]
    return ProgrammeWithActionsView(**dict(ProgrammeView.model_validate(programme)), allowed_actions=actions)


@router.get("/cohorts/{cohort_id}", tags=["cohorts"])
@refuses(CohortNotFound)
async def get_cohort(
    *, cohort_id: CohortInPath, caller: Anyone, above: Above, db: Db, now: Now, response: Response
) -> CohortWithActionsView:
    """One cohort."""
    show = await shown_to(caller, db)
    cohort = await db.read(cohorts.find, CohortId(cohort_id), EVERYONE)
    etag.set_on(response, cohort.version)
    actions = await _planning(db, cohort, caller, now) + await above.entering(db, cohort, caller, now=now)
    return CohortWithActionsView(**dict(show(cohort)), allowed_actions=actions)


@router.get("/sessions/{session_id}", tags=["sessions"])
@refuses(SessionNotFound)
async def get_session(
    *, session_id: SessionInPath, caller: Anyone, above: Above, db: Db, now: Now, response: Response
) -> SessionWithActionsView:
    """One session."""
    session = await db.read(sessions.find, SessionId(session_id), EVERYONE)
    etag.set_on(response, session.version)
    cohort = await db.read(cohorts.find, session.cohort_id, EVERYONE)
    return (await _with_actions([session], cohort, caller, above=above, db=db, now=now))[0]


@router.get("/cohorts/{cohort_id}/sessions", tags=["sessions"])
@refuses(CohortNotFound)
async def list_sessions(
    *, cohort_id: CohortInPath, caller: Anyone, above: Above, db: Db, now: Now
) -> Page[SessionWithActionsView]:
    """All sessions of a cohort in the order of their dates, cancelled ones too."""
    cohort = await db.read(cohorts.find, CohortId(cohort_id), EVERYONE)
    found = await db.read(sessions.of_cohort, cohort.cohort_id)
    return Page(items=await _with_actions(found, cohort, caller, above=above, db=db, now=now), next=None)


async def _planning(db: Database, cohort: Cohort, caller: Principal, now: datetime) -> list[CohortAction]:
    theirs = [action for action, route in COHORT.items() if as_on(route, caller)]
    if not theirs:
        return []
    planned = await db.read(sessions.of_cohort, cohort.cohort_id)
    return [action for action in of_cohort(cohort, planned, now=now) if action in theirs]


async def _with_actions(
    found: Sequence[Session], cohort: Cohort, caller: Principal, *, above: ActionsAbove, db: Database, now: datetime
) -> list[SessionWithActionsView]:
    own = cohort.programme_code in await provided_by(caller, db)
    routes: Mapping[SessionAction, Route] = {**SESSION, "take_register": above.take_register}

    def view(session: Session) -> SessionWithActionsView:
        actions: list[SessionAction] = [
            action
            for action in of_session(session, cohort, now=now)
            if _reaches(as_on(routes[action], caller), own=own)
        ]
        return SessionWithActionsView(**dict(shown(session, caller)), allowed_actions=actions)

    return [view(session) for session in found]


def _reaches(acting: Principal | None, *, own: bool) -> bool:
    """A provider acts on what it provides."""
    return acting is not None and (acting.scope == REGION or own)
