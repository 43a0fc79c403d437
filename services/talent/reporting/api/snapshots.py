from datetime import date

from fastapi import APIRouter
from pydantic import AwareDatetime

from services.talent.access import Keeper
from services.talent.reporting.commands.snapshots import RELEASES, announce
from shared.fields import Day
from shared.web.app import Db, Now
from shared.web.idempotency import Idempotent
from shared.web.views import Body, View

router = APIRouter(prefix="/v1/reports/pools/snapshots", tags=["reports"])


class SnapshotsBody(Body):
    """The last day of a closed month."""

    as_at: Day


class SnapshotsView(View):
    """The systems whose pools were announced, beside the region's."""

    as_at: date
    known_at: AwareDatetime
    revision: int
    systems: tuple[str, ...]


@router.post("", status_code=201)
async def create_snapshots(body: SnapshotsBody, caller: Keeper, db: Db, once: Idempotent, now: Now) -> SnapshotsView:
    """Announce what is published of every system's pools, and of the region's; what is due is published first."""
    await RELEASES.publish_due(db, now)
    return await once.run(SnapshotsView, announce, body.as_at, now=now)
