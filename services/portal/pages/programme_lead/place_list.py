"""Who has a place in a cohort, who waits and who gave one up: in one order on the page and as a file."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.enrolment import enrolments
from services.portal.clients.enrolment.enrolments import Enrolment
from services.portal.frame.dates import stamp
from services.portal.frame.states import state
from services.portal.pages.visit import Somebody
from shared.web.tables import Entry

router = APIRouter()

HEADER = ("Name", "Organisation", "State", "Rank", "Asked", "Since", "Given up", "In time")


@dataclass(frozen=True, slots=True)
class PlaceList:
    """Everybody in a cohort, by what they have of it."""

    held: Sequence[Enrolment]
    waiting: Sequence[Enrolment]
    withdrawn: Sequence[Enrolment]

    @classmethod
    def of(cls, found: Iterable[Enrolment], waiting: Iterable[Enrolment] = ()) -> Self:
        """Who waits stands in the order of the queue, the others as they asked.

        `waiting`: all who wait, where what was found is a part of a long list.
        """
        all_ = list({e.enrolment_id: e for e in chain(found, waiting)}.values())
        return cls(
            held=[e for e in all_ if e.state in {"enrolled", "completed"}],
            waiting=sorted((e for e in all_ if e.state == "waitlisted"), key=lambda e: e.rank or 0),
            withdrawn=[e for e in all_ if e.state == "withdrawn"],
        )

    def lines(self, organisations: Mapping[str, str]) -> Iterator[Sequence[Entry]]:
        """Of a file, under `HEADER`; times as a London clock shows them."""
        for place in chain(self.held, self.waiting, self.withdrawn):
            yield (
                place.name or str(place.person_id),
                organisations.get(place.organisation or "", place.organisation),
                state("enrolment", place.state).words,
                place.rank,
                stamp(place.asked_at),
                place.enrolled_at and stamp(place.enrolled_at),
                place.withdrawn_at and stamp(place.withdrawn_at),
                place.given_up,
            )


@router.get("/cohorts/{cohort_id}/places.csv")
async def as_file(visit: Somebody, cohort_id: UUID) -> Response:
    """All of them, for spreadsheets."""
    found, organisations = await asyncio.gather(
        enrolments.everybody(visit.services, cohort_id), visit.words("organisations")
    )
    return visit.file("places", HEADER, PlaceList.of(found).lines(organisations))
