from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field

from services.enrolment.catalogue.api.access import Anyone, Lead
from services.enrolment.catalogue.api.reactions import Reacting
from services.enrolment.catalogue.commands.programmes import publish, retire
from services.enrolment.catalogue.domain.programmes import Completion, LateEntry, Level, Programme, ProgrammeNotFound
from services.enrolment.catalogue.store import programmes
from shared.fields import Title
from shared.web import etag
from shared.web.app import Db, Now
from shared.web.etag import IfMatch
from shared.web.idempotency import Idempotent
from shared.web.paging import Page, Paging
from shared.web.refusals import refuses
from shared.web.terms import ProgrammeInPath, Version
from shared.web.views import Body, View

router = APIRouter(prefix="/v1", tags=["programmes"])

Family = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,63}$")]
Attend = Literal["all"] | Annotated[int, Field(ge=1, le=100)]

_ATTEND = Field(description="How many sessions complete the programme: that number, or `all` of the cohort's.")
_RECORDINGS_COUNT = Field(description="Whether a recording stands in for a missed session.")
_FAMILY = Field(description="Programmes reported together, in a word of your own.", examples=["ilm"])
_TITLE = Field(description="What people call it.", examples=["Coaching and mentoring, level 5"])
_LEVELS = "Whom it is about, of `/v1/codes/levels`."
_AUDIENCE = Field(description="Whom it is for, in your own words.", examples=["Coaches"])
_PROVIDER = Field(
    description="The organisation that runs it, as in its people's tokens.", examples=["Midlands leadership academy"]
)
_AWARDING_BODY = "Who gives the award; null where there is none."
_AWARD = "What completing it awards, of coaching's `/v1/codes/qualifications` where it qualifies; null where nothing."
_OVER_BOOKING = Field(description="Whether a cohort may have more places than seats.")
_LATE_ENTRY = "Who may enter once the first session has started, of `/v1/codes/late-entry`."


class CompletionBody(Body):
    """What completing the programme takes."""

    attend: Attend = _ATTEND
    recordings_count: bool = _RECORDINGS_COUNT


class ProgrammeBody(Body):
    """What the programme says of itself."""

    family: Family = _FAMILY
    title: Title = _TITLE
    levels: list[Level] = Field(min_length=1, max_length=3, description=_LEVELS)
    audience: Title = _AUDIENCE
    provider: Title = _PROVIDER
    awarding_body: Title | None = Field(None, description=_AWARDING_BODY, examples=["ILM"])
    award: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,63}$")] | None = Field(
        None, description=_AWARD, examples=["ilm_5"]
    )
    completion: CompletionBody = Field(description="What completing it takes.")
    over_booking: bool = _OVER_BOOKING
    late_entry: LateEntry = Field("none", description=_LATE_ENTRY)

    def programme(self, code: str) -> Programme:
        """The programme as the domain knows it; levels are a set."""
        return Programme(
            programme_code=code,
            family=self.family,
            title=self.title,
            levels=tuple(sorted(set(self.levels), key=("I", "We", "Us").index)),
            audience=self.audience,
            provider=self.provider,
            awarding_body=self.awarding_body,
            award=self.award,
            completion=Completion(self.completion.attend, self.completion.recordings_count),
            over_booking=self.over_booking,
            late_entry=self.late_entry,
        )


class CompletionView(View):
    """What completing the programme takes."""

    attend: Attend = _ATTEND
    recordings_count: bool = _RECORDINGS_COUNT


class ProgrammeView(View):
    """A programme."""

    programme_code: str = Field(description="Its code, once and for all.", examples=["ILM5"])
    family: str = _FAMILY
    title: str = _TITLE
    levels: tuple[Level, ...] = Field(description=_LEVELS)
    audience: str = _AUDIENCE
    provider: str = _PROVIDER
    awarding_body: str | None = Field(description=_AWARDING_BODY, examples=["ILM"])
    award: str | None = Field(description=_AWARD, examples=["ilm_5"])
    completion: CompletionView = Field(description="What completing it takes.")
    over_booking: bool = _OVER_BOOKING
    late_entry: LateEntry = Field(description=_LATE_ENTRY)
    version: Version
    retired_at: AwareDatetime | None = Field(
        None, description="Since when no cohort of it opens any more; null while it is offered.", examples=[None]
    )


@router.put("/programmes/{code}", responses={201: {"model": ProgrammeView}})
async def put_programme(
    *,
    code: ProgrammeInPath,
    body: ProgrammeBody,
    caller: Lead,
    if_match: IfMatch,
    reactions: Reacting,
    db: Db,
    now: Now,
    response: Response,
) -> ProgrammeView:
    """Offer a programme, or change what it says (then send `If-Match`). One that was retired is offered again."""
    written = await db.run(
        publish, body.programme(code), expected_version=if_match, by=caller.sub, reactions=reactions, now=now
    )
    return ProgrammeView.model_validate(etag.answer(response, written))


@router.post("/programmes/{code}/retirement")
@refuses(ProgrammeNotFound)
async def create_retirement(
    code: ProgrammeInPath, caller: Lead, once: Idempotent, now: Now, response: Response
) -> ProgrammeView:
    """Offer a programme no more: its cohorts go on, and no new one opens. Put again, it is offered again."""
    programme = await once.run(ProgrammeView, retire, code, by=caller.sub, now=now)
    etag.set_on(response, programme.version)
    return programme


@router.get("/programmes")
async def list_programmes(
    caller: Anyone,
    db: Db,
    paging: Paging,
) -> Page[ProgrammeView]:
    """What the academy offers."""
    found = await db.read(programmes.page, after=paging.after_code(), limit=paging.fetch)
    return paging.page([ProgrammeView.model_validate(p) for p in found], key=lambda p: p.programme_code)
