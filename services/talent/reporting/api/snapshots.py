from datetime import date

from fastapi import APIRouter
from pydantic import Field

from services.talent.access import Keeper
from services.talent.reporting.commands.snapshots import RELEASES, announce
from services.talent.reporting.domain.closed_months import DayNotPublished, MonthNotClosed
from shared.fields import Day
from shared.web.app import Db, Now
from shared.web.idempotency import Idempotent
from shared.web.refusals import refuses
from shared.web.terms import Time
from shared.web.views import Body, View

router = APIRouter(prefix="/v1/reports/pools/snapshots", tags=["reports"])


class SnapshotsBody(Body):
    """The last day of a closed month."""

    as_at: Day = Field(description="The last day of a month that is over.", examples=["2020-10-31"])


class SnapshotsView(View):
    """The systems whose pools were announced, beside the region's."""

    as_at: date = Field(description="The day that was announced.", examples=["2020-10-31"])
    known_at: Time
    revision: int = Field(description="Which publication of that day.", examples=[1])
    systems: tuple[str, ...] = Field(description="Of `/v1/codes/systems`.", examples=[("QGH",)])


@router.post("", status_code=201)
@refuses(DayNotPublished, MonthNotClosed)
async def create_snapshots(body: SnapshotsBody, caller: Keeper, db: Db, once: Idempotent, now: Now) -> SnapshotsView:
    """Announce what is published of every system's pools, and of the region's; what is due is published first."""
    await RELEASES.publish_due(db, now)
    return await once.run(SnapshotsView, announce, body.as_at, now=now)
