from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, Field

from services.enrolment.attendance.commands.registers import take_register
from services.enrolment.attendance.domain.registers import Line, Mode, OnTheDay, Row
from services.enrolment.attendance.store import registers
from services.enrolment.catalogue.domain.sessions import SessionCancelled, SessionNotFound, SessionNotStarted
from services.enrolment.catalogue.store import sessions
from shared.fields import Id
from shared.ids import PersonId, SessionId
from shared.web import batches
from shared.web.app import Db, Now
from shared.web.idempotency import Idempotent
from shared.web.paging import Page, Paging
from shared.web.principal import OWN, REGION, Principal, allowed
from shared.web.refusals import refuses
from shared.web.terms import Name, Person, SessionInPath
from shared.web.views import Body, View

router = APIRouter(prefix="/v1", tags=["registers"])


class RegisterRow(Body):
    """What happened to one person."""

    person_id: Id = Field(description="Who held a place while the session lasted.")
    mode: Mode = Field(description="Of `/v1/codes/attendance-modes`.")
    minutes: Annotated[int, Field(ge=0, le=1_440)] | None = Field(
        None,
        description="Attended on the day; null where not counted. `live` is three quarters of the session or more.",
        examples=[110],
    )
    apologies: bool = Field(default=False, description="Sent for a missed session; they stay in every base.")

    def row(self) -> Row:
        """The row as the domain knows it."""
        return Row(PersonId(self.person_id), self.mode, self.minutes, self.apologies)


class RegisterBody(Body):
    """A register, or part of one."""

    rows: list[batches.Row[RegisterRow]] = Field(
        min_length=1, max_length=100, description="Up to a hundred, each answered by itself."
    )


class RegisterRowResult(batches.RowResult):
    """What became of one row."""

    outcome: Literal["recorded", "changed", "unchanged", "refused"] = Field(
        description="`changed`: the day, or the recording, was told otherwise before; `unchanged`: it stands just so."
    )


class RegisterLineView(View):
    """One person of a register, as it stands."""

    person_id: Person
    name: Name
    on_the_day: OnTheDay | None = Field(
        description="Of `/v1/codes/attendance-modes`; null where nothing was entered of the day."
    )
    minutes: int | None = Field(description="Attended on the day; null where not counted.", examples=[110])
    apologies: bool = Field(description="Whether they were sent for a missed session.")
    recording: bool = Field(description="Whether the recording was watched.")
    recorded_at: AwareDatetime | None = Field(description="Last; UTC. Null where nothing was entered yet.")

    @classmethod
    def of(cls, line: Line) -> "RegisterLineView":
        """The line, its mark laid out flat."""
        return cls.model_validate(
            {**asdict(line.mark), "person_id": line.person_id, "name": line.name, "recorded_at": line.recorded_at}
        )


class RegisterView(View):
    """One answer a row, in order."""

    rows: list[RegisterRowResult] = Field(description="In the order of what was sent.")


@router.post("/sessions/{session_id}/register")
@refuses(SessionNotFound, SessionCancelled, SessionNotStarted)
async def post_register(
    session_id: SessionInPath,
    body: RegisterBody,
    caller: Annotated[Principal, allowed(provider=OWN, programme_lead=REGION)],
    once: Idempotent,
    now: Now,
) -> RegisterView:
    """Tell who was there, in part, or not, and who watched the recording; every row gets its own answer.

    What is told of the day replaces what was told of it before; `not_watched` takes `recording` back.
    """
    rows = [row.row() for row in batches.readable(body.rows)]
    answers = await once.run(
        list[RegisterRowResult],
        take_register,
        SessionId(session_id),
        rows,
        whose=caller.provided(),
        by=caller.sub,
        now=now,
    )
    return RegisterView(rows=batches.answered(body.rows, answers, RegisterRowResult, field="rows"))


@router.get("/sessions/{session_id}/register")
@refuses(SessionNotFound)
async def list_register(
    session_id: SessionInPath,
    caller: Annotated[Principal, allowed(provider=OWN, programme_lead=REGION, region=REGION)],
    db: Db,
    paging: Paging,
) -> Page[RegisterLineView]:
    """The register as it stands: everybody who counts in the session, with what was entered of each.

    To put it right, send the lines that are wrong once more as they should be; a
    recording that was not watched as `not_watched`.
    """
    session = await db.read(sessions.find, SessionId(session_id), caller.provided())
    found = await db.read(registers.page, session, after=paging.after_id(), limit=paging.fetch)
    return paging.page([RegisterLineView.of(line) for line in found], key=lambda line: line.person_id)
