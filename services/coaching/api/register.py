from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from services.coaching.api.access import Keeper
from services.coaching.commands.register import count_exactly, count_for_all
from services.coaching.domain.codes import Half, Kind
from services.coaching.domain.practitioners import Origin
from services.coaching.domain.register import RegisterTable
from shared.web.app import Db, Now
from shared.web.views import View

router = APIRouter(prefix="/v1/reports", tags=["reports"])

Audience = Literal["internal", "published"]


class CellView(View):
    """Practitioners of one kind, origin and half; None is hidden."""

    kind: Kind
    origin: Origin
    half: Half
    people: int | None


class DevelopedView(View):
    """People who qualified as a kind by completing a programme; None is hidden."""

    kind: Kind
    people: int | None


class RegisterReportView(View):
    """The register as it stands; who is of two kinds stands in two cells, and once in the total."""

    audience: Audience
    people: int = Field(description="Everyone on the register, each once; exact.")
    cells: list[CellView]
    developed: list[DevelopedView]

    @classmethod
    def of(cls, table: RegisterTable, audience: Audience) -> "RegisterReportView":
        """The table as it is printed for the audience."""
        return cls(
            audience=audience,
            people=table.people,
            cells=[
                CellView(kind=cell.kind, origin=cell.origin, half=cell.half, people=people)
                for cell, people in table.cells.items()
            ],
            developed=[DevelopedView(kind=kind, people=people) for kind, people in table.developed.items()],
        )


@router.get("/register")
async def read_register(caller: Keeper, db: Db, now: Now, audience: Audience = "published") -> RegisterReportView:
    """Practitioners by kind, origin and half; migrated ones are never counted as added."""
    if audience == "published":
        return RegisterReportView.of(await db.read(count_for_all), audience)
    return RegisterReportView.of(await db.run(count_exactly, caller=caller.sub, now=now), audience)
