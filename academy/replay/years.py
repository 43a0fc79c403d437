"""The years that can be replayed, and whether one has been."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from academy.replay.client import Gateway
from academy.replay.plan.reach import reach_of
from academy.replay.plan.year import REVIEW_YEAR, Year, reach_2020_21
from academy.replay.settling import delivery

YEARS: Mapping[str, Callable[[], Year]] = MappingProxyType({"reach-2020-21": reach_2020_21})
"""By the name people give them."""


async def is_replayed(year: Year, gateway: Gateway, token: str) -> bool:
    """Whether an earlier replay went through: the reach is there, and its very last step was published."""
    first, last = REVIEW_YEAR
    path = f"/enrolment/v1/reports/reach?from={first}&to={last}&audience=internal&profile=annual_review"
    told, planned = await gateway.call("GET", path, token=token), reach_of(year)
    figures = (told["interventions"], told["enrolments"], told["attended"])
    if figures != (planned.interventions, planned.enrolments, planned.attended):
        return False
    published = (await delivery(gateway, token)).services["enrolment"]["events_published"]
    return bool(published.get("enrolment.activity"))
