"""The report of some months, and the same numbers as CSV."""

from fastapi import APIRouter, Response

from services.portal.clients.api import Refused
from services.portal.clients.enrolment import reach
from services.portal.clients.enrolment.reach import Audience, Reach
from services.portal.frame.forms import Form
from services.portal.pages.reach import periods
from services.portal.pages.reach.breakdowns import breakdowns, figures, headline, reasons
from services.portal.pages.reach.periods import Months
from services.portal.pages.sending import see_other
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()
_NOT_YET, _NO_PERIOD = "period_not_closed", "period_not_published"
_PERIODS = (
    "Published figures are of one month, of a quarter such as April to June, or of a year from April to March: "
    "choose one of these, or exact numbers"
)


@router.get("/reports/reach")
async def report(visit: Somebody, audience: Audience = "published") -> Response:
    """As published, unless exact numbers are asked for."""
    form, months = await periods.asked(visit)
    form.keep("audience", audience)
    found = None if form.wrong else await _found(visit, form, months, audience)
    return visit.page(
        "reach.html.j2",
        form=form,
        months=months,
        audience=audience,
        report=found,
        headline=found and headline(found, months.words),
        figures=found and figures(found),
        reasons=found and reasons(found),
        parts=found and list(breakdowns(found)),
    )


@router.get("/reports/reach.csv")
async def report_csv(visit: Somebody, audience: Audience = "published") -> Response:
    """The numbers of the page, as enrolment writes them; what is wrong with the months the page says."""
    form, months = await periods.asked(visit)
    if form.wrong:
        return see_other(f"/reports/reach?{visit.request.url.query}")
    return visit.forwarded(await reach.report_csv(visit.services, months.begins, months.ends, audience))


async def _found(visit: Visit, form: Form, months: Months, audience: Audience) -> Reach | None:
    """None where there is no such report; the form says so where other months are to be chosen."""
    try:
        return await reach.report(visit.services, months.begins, months.ends, audience)
    except Refused as refused:
        if refused.problem.code == _NO_PERIOD:
            form.fault("to", _PERIODS)
        elif refused.problem.code != _NOT_YET:
            raise
        return None
