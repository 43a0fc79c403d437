from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.enrolment.reporting.api.reach import First, Last, PeriodView
from services.enrolment.reporting.commands.organisations import report_organisations
from services.enrolment.reporting.domain.organisations import OrganisationReach
from services.enrolment.reporting.domain.periods import Period, PeriodEndsBeforeItStarts
from shared.web.app import Db, Now
from shared.web.principal import REGION, SYSTEM, Principal, allowed
from shared.web.refusals import refuses
from shared.web.tables import csv_file
from shared.web.terms import System
from shared.web.views import View

router = APIRouter(prefix="/v1/reports/organisations", tags=["reports"])

Reader = Annotated[Principal, allowed(region=REGION, programme_lead=REGION, system_lead=SYSTEM)]
_COUNTS = (
    "enrolments",
    "people",
    "session_places",
    "attended",
    "missed",
    "withdrawn_in_time",
    "withdrawn_late",
)


class OrganisationReachView(View):
    """People who work for one organisation, under the position they held when they got their place."""

    system: System
    organisation: str = Field(description="Whom they work for, by its code.", examples=["QGH01"])
    name: str | None = Field(
        description="What the organisation is called; null where its code is in no list.",
        examples=["Malvern Vale Hospitals NHS Trust"],
    )
    enrolments: int = Field(description="Places held when cohorts of the period started.", examples=[12])
    people: int = Field(description="Each once, however many places they held.", examples=[11])
    session_places: int = Field(description="Held sessions x people enrolled in them.", examples=[30])
    attended: int = Field(description="Of these: live or part, on the day.", examples=[24])
    missed: int = Field(description="Of these: told to have been missed. What is left no register told.", examples=[5])
    withdrawn_in_time: int = Field(description="Places given up in the period, before the cut-off.", examples=[2])
    withdrawn_late: int = Field(description="Places given up in the period, after the cut-off.", examples=[1])


class OrganisationsReachView(View):
    """Exact counts, by organisation: not to be passed on."""

    period: PeriodView = Field(description="What it counts.")
    organisations: list[OrganisationReachView] = Field(description="By system and organisation.")


@refuses(PeriodEndsBeforeItStarts)
async def _asked(first: First, last: Last, caller: Reader, db: Db, now: Now) -> Sequence[OrganisationReach]:
    return await db.run(
        report_organisations, Period(first, last), whose=caller.in_systems(), caller=caller.sub, now=now
    )


Asked = Annotated[Sequence[OrganisationReach], Depends(_asked)]


@router.get("")
async def get_organisations(caller: Reader, first: First, last: Last, counted: Asked) -> OrganisationsReachView:
    """What became of places, by organisation: who came, who did not, and who gave up a place in time or late.

    Exact counts of any span of days, for those who answer for them: system leads read those of their systems. Reading
    them is noted.
    """
    del caller
    return OrganisationsReachView.model_validate({"period": Period(first, last), "organisations": counted})


@router.get("/lines.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def get_organisations_as_csv(caller: Reader, first: First, last: Last, counted: Asked) -> Response:
    """The same report for spreadsheets: a line an organisation."""
    del caller
    lines = ([one.system, one.organisation, one.name, *(getattr(one, name) for name in _COUNTS)] for one in counted)
    header = ("system", "organisation", "name", *_COUNTS)
    return csv_file(f"organisations-{first}-to-{last}", header, lines)
