"""What is somebody's own: these pages are of the person who is signed in, and of nobody else."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends

from services.portal.clients.api import Api
from services.portal.clients.enrolment import places, sessions
from services.portal.clients.enrolment.places import Place
from services.portal.clients.enrolment.sessions import Session
from services.portal.pages.visit import Somebody
from shared.errors import Forbidden, NotFound

LATEST = 12
"""Places whose dates are shown beside one another; each is asked for by itself, and older ones when they are opened."""


_SOME_DAY = datetime.max.replace(tzinfo=UTC)


class NobodysOwn(Forbidden):
    """The sign-in is of no person whom the academy teaches, so there is nothing of theirs to show."""

    code = "no_person"


class PlaceNotFound(NotFound):
    """They have no such place."""

    code = "place_not_found"


async def _person_id(visit: Somebody) -> UUID:
    if visit.caller is None or visit.caller.person_id is None:
        raise NobodysOwn("you are signed in as somebody who takes no courses")
    return visit.caller.person_id


PersonId: TypeAlias = Annotated[UUID, Depends(_person_id)]
"""Who is signed in, under the id that every service knows them by."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A place and the dates of what it is in."""

    place: Place
    sessions: Sequence[Session]

    def to_come(self, now: datetime) -> bool:
        """Whether there is something left of it to go to, or to wait for; without dates yet there is."""
        return not self.place.withdrawn_at and (not self.sessions or any(is_to_come(s, now) for s in self.sessions))


def is_to_come(session: Session, now: datetime) -> bool:
    """Until it ends: people join late."""
    return not session.cancelled_at and session.ends_at > now


async def with_dates(services: Api, held: Iterable[Place]) -> list[Dated]:
    """The latest of these places, by when they begin; one without a date comes first."""
    latest = sorted(held, key=_begins, reverse=True)[:LATEST]
    dates = await asyncio.gather(*(sessions.of_cohort(services, place.cohort_id) for place in latest))
    return [Dated(place, found) for place, found in zip(latest, dates, strict=True)]


def _begins(place: Place) -> datetime:
    return place.first_session_at or _SOME_DAY


async def place_of(services: Api, person_id: UUID, enrolment_id: UUID) -> Place:
    """The one of theirs with that id."""
    found = await places.of_person(services, person_id)
    for place in found:
        if place.enrolment_id == enrolment_id:
            return place
    raise PlaceNotFound
