from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from services.coaching.access import Keeper
from services.coaching.register.domain.codes import Half, Kind
from services.coaching.register.domain.practitioners import Origin
from services.coaching.reporting.commands.register import count_exactly
from services.coaching.reporting.domain.register import RegisterCounts
from shared.web.app import Db, Now
from shared.web.views import View

router = APIRouter(prefix="/v1/reports", tags=["reports"])

Audience = Literal["internal"]
"""These counts are exact: they are not for publication."""


class CellView(View):
    """Practitioners of one kind, origin and half."""

    kind: Kind = Field(description="What the person is, of `/v1/codes/practitioner-kinds`.")
    origin: Origin = Field(description="How the entry came into the register, of `/v1/codes/origins`.")
    half: Half = Field(description="Half of the region, of `/v1/codes/halves`; it follows from the system.")
    people: int = Field(description="How many.", examples=[12])


class DevelopedView(View):
    """People who qualified as a kind by completing a programme."""

    kind: Kind = Field(description="What the person is, of `/v1/codes/practitioner-kinds`.")
    people: int = Field(description="How many.", examples=[7])


class RegisterReportView(View):
    """The register as it stands; who is of two kinds stands in two cells, and once in the total."""

    audience: Audience = Field(description="Who may read it; these counts are exact.")
    people: int = Field(description="Everyone on the register, each once.", examples=[12])
    cells: list[CellView] = Field(description="Who is of two kinds stands in two cells.")
    developed: list[DevelopedView] = Field(description="Who qualified through a programme.")

    @classmethod
    def of(cls, counts: RegisterCounts, audience: Audience) -> "RegisterReportView":
        """The register as counted."""
        return cls(
            audience=audience,
            people=counts.people,
            cells=[
                CellView(kind=cell.kind, origin=cell.origin, half=cell.half, people=people)
                for cell, people in counts.cells.items()
            ],
            developed=[DevelopedView(kind=kind, people=people) for kind, people in counts.developed.items()],
        )


@router.get("/register")
async def get_register(
    caller: Keeper,
    db: Db,
    now: Now,
    audience: Annotated[Audience, Query(description="Exact counts, which are not for publication.")] = "internal",
) -> RegisterReportView:
    """Practitioners by kind, origin and half, exactly; it is noted who read them. Migrated ones are never added."""
    return RegisterReportView.of(await db.run(count_exactly, caller=caller.sub, now=now), audience)
