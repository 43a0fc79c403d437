"""What is somebody's own: these pages are of the person who is signed in, and of nobody else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends

from services.portal.clients.enrolment.own_sessions import OwnSession
from services.portal.clients.enrolment.places import Place
from services.portal.clients.enrolment.sessions import Session
from services.portal.pages.visit import Somebody
from shared.errors import Forbidden

_SOME_DAY = datetime.max.replace(tzinfo=UTC)


class NobodysOwn(Forbidden):
    """The sign-in is of no person whom the academy teaches, so there is nothing of theirs to show."""

    code = "no_person"


async def _person_id(visit: Somebody) -> UUID:
    if visit.caller is None or visit.caller.person_id is None:
        raise NobodysOwn("you are signed in as somebody who takes no courses")
    return visit.caller.person_id


PersonId: TypeAlias = Annotated[UUID, Depends(_person_id)]
"""Who is signed in, under the id that every service knows them by."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A place and what is to come of it."""

    place: Place
    sessions: Sequence[OwnSession]

    @property
    def to_come(self) -> bool:
        """Whether there is something left of it to go to, or to wait for; without a date yet there is."""
        return not self.place.withdrawn_at and (bool(self.sessions) or self.place.first_session_at is None)

    @property
    def next_at(self) -> datetime:
        """When it goes on; what has no date yet comes last."""
        return self.sessions[0].starts_at if self.sessions else _SOME_DAY


def is_to_come(session: Session, now: datetime) -> bool:
    """Until it ends: people join late."""
    return not session.cancelled_at and session.ends_at > now


def is_over(sessions: Iterable[Session], now: datetime) -> bool:
    """Whether all that took place has ended; what has no date yet is still to come."""
    taking_place = [session for session in sessions if not session.cancelled_at]
    return bool(taking_place) and not any(is_to_come(session, now) for session in taking_place)


def can_leave(place: Place, sessions: Iterable[Session], now: datetime) -> bool:
    """What the service allows, while there is something left to stay away from."""
    return place.may("withdraw") and not is_over(sessions, now)


def with_dates(held: Iterable[Place], coming: Iterable[OwnSession]) -> list[Dated]:
    """Each place with those of the sessions to come that are its own."""
    of_place: dict[UUID, list[OwnSession]] = {}
    for session in coming:
        of_place.setdefault(session.enrolment_id, []).append(session)
    return [Dated(place, of_place.get(place.enrolment_id, [])) for place in held]


def began(place: Place) -> datetime:
    """When it began; what had no date, when it was given up."""
    return place.first_session_at or place.withdrawn_at or _SOME_DAY
