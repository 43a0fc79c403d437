"""The services' reports, read through the gateway by those they are for."""

from collections.abc import Mapping
from typing import Any

from academy.replay.client import Gateway, Stopped
from academy.replay.settling import delivery
from academy.review.rows import Reports


class NotReplayed(Stopped):
    """Nothing of the year is there to be compared."""


async def reports(address: str, year: Mapping[str, Any]) -> Reports:
    """The region reads the exact report, a participant the published one, ops how far events and mails have come.

    NotReplayed where nobody took part in anything: of such a year nothing is published either.
    """
    async with Gateway(address) as gateway:
        region, anybody, ops = [await gateway.token(name) for name in ("region-lead", "participant", "ops")]
        internal = await gateway.call("GET", _reach(year, "internal"), token=region)
        if not internal["interventions"] and not internal["enrolments"]:
            raise NotReplayed("nothing of this year is recorded")
        published = await gateway.call("GET", _reach(year, "published"), token=anybody)
        return Reports(internal, published, await delivery(gateway, ops))


def _reach(year: Mapping[str, Any], audience: str) -> str:
    """Published figures are exact as they were when the year was closed."""
    first, last = year["period"]["review"]
    closed = "&profile=annual_review&revision=1" if audience == "published" else ""
    return f"/enrolment/v1/reports/reach?from={first}&to={last}&audience={audience}{closed}"
