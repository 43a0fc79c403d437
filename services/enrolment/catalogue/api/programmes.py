from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field

from services.enrolment.catalogue.api.access import Anyone, Lead
from services.enrolment.catalogue.api.reactions import Reacting
from services.enrolment.catalogue.commands.programmes import publish, retire
from services.enrolment.catalogue.domain.programmes import Completion, LateEntry, Level, Programme
from services.enrolment.catalogue.store import programmes
from shared.fields import Code, Title
from shared.web import etag
from shared.web.app import Db, Now
from shared.web.etag import IfMatch
from shared.web.idempotency import Idempotent
from shared.web.paging import Page, Paging
from shared.web.views import Body, View

router = APIRouter(prefix="/v1", tags=["programmes"])

Attend = Literal["all"] | Annotated[int, Field(ge=1, le=100)]


class CompletionBody(Body):
    """What completing the programme takes."""

    attend: Attend = Field(description="How many sessions complete the programme.")
    recordings_count: bool = Field(description="Whether a recording stands in for a missed session.")


class ProgrammeBody(Body):
    """What the programme says of itself."""

    family: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,63}$")]
    title: Title
    levels: Annotated[list[Level], Field(min_length=1, max_length=3)]
    audience: Title
    provider: Title = Field(description="The organisation that runs it, as in its people's tokens.")
    awarding_body: Title | None = None
    award: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,63}$")] | None = None
    completion: CompletionBody
    over_booking: bool
    late_entry: LateEntry = Field("none", description="Who may enter once the first session has started.")

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

    attend: Attend
    recordings_count: bool


class ProgrammeView(View):
    """A programme."""

    programme_code: str
    family: str
    title: str
    levels: tuple[Level, ...]
    audience: str
    provider: str
    awarding_body: str | None
    award: str | None
    completion: CompletionView
    over_booking: bool
    late_entry: LateEntry
    version: int
    retired_at: AwareDatetime | None = Field(None, description="Since when no cohort of it opens any more.")


@router.put("/programmes/{code}", responses={201: {"model": ProgrammeView}})
async def put_programme(
    *,
    code: Code,
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
async def create_retirement(code: Code, caller: Lead, once: Idempotent, now: Now) -> ProgrammeView:
    """Offer a programme no more: its cohorts go on, and no new one opens. Put again, it is offered again."""
    return await once.run(ProgrammeView, retire, code, by=caller.sub, now=now)


@router.get("/programmes")
async def list_programmes(
    caller: Anyone,
    db: Db,
    paging: Paging,
) -> Page[ProgrammeView]:
    """What the academy offers."""
    found = await db.read(programmes.page, after=paging.after_code(), limit=paging.fetch)
    return paging.page([ProgrammeView.model_validate(p) for p in found], key=lambda p: p.programme_code)


@router.get("/programmes/{code}")
async def get_programme(
    code: Code,
    caller: Anyone,
    db: Db,
    response: Response,
) -> ProgrammeView:
    """One programme."""
    programme = await db.read(programmes.find, code)
    etag.set_on(response, programme.version)
    return ProgrammeView.model_validate(programme)
