"""Who has a place in a cohort, who waits and who gave one up: in one order on the page and as a file."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Self
from uuid import UUID

from fastapi import APIRouter, Response

from services.portal.clients.enrolment import enrolments
from services.portal.clients.enrolment.enrolments import Enrolment
from services.portal.frame.states import state
from services.portal.pages.visit import Somebody
from shared.london import in_london
from shared.web.tables import Entry, csv_file

router = APIRouter()

HEADER = ("Name", "Organisation", "State", "Rank", "Asked", "Since", "Given up", "In time")


@dataclass(frozen=True, slots=True)
class PlaceList:
    """Everybody in a cohort, by what they have of it."""

    held: Sequence[Enrolment]
    waiting: Sequence[Enrolment]
    withdrawn: Sequence[Enrolment]

    @classmethod
    def of(cls, found: Iterable[Enrolment]) -> Self:
        """Who waits stands in the order of the queue, the others as they asked."""
        all_ = list(found)
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
                _local(place.asked_at),
                _local(place.enrolled_at),
                _local(place.withdrawn_at),
                None if place.late is None else ("late" if place.late else "in time"),
            )


@router.get("/cohorts/{cohort_id}/places.csv")
async def as_file(visit: Somebody, cohort_id: UUID) -> Response:
    """All of them, for spreadsheets; kept nowhere on the way."""
    found, organisations = await asyncio.gather(
        enrolments.everybody(visit.services, cohort_id), visit.words("organisations")
    )
    file = csv_file("places", HEADER, PlaceList.of(found).lines(organisations))
    file.headers["Cache-Control"] = "no-store"
    return file


def _local(moment: datetime | None) -> str | None:
    return moment and f"{in_london(moment):%Y-%m-%d %H:%M}"
