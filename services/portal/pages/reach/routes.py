"""The report of some months, and the same numbers as CSV."""

from typing import Any

from fastapi import APIRouter, Response

from services.portal.clients import clock
from services.portal.clients.api import Refused
from services.portal.clients.enrolment import reach
from services.portal.clients.enrolment.reach import Audience
from services.portal.frame.forms import Form, sentence
from services.portal.pages.reach import periods
from services.portal.pages.reach.breakdowns import breakdowns, figures, headline, reasons
from services.portal.pages.reach.periods import Months
from services.portal.pages.visit import Somebody, Visit

router = APIRouter()
_NOT_YET = "period_not_closed"
_NO_PERIOD = frozenset({"period_not_published", "period_unusable"})
"""Of months that no report is published of: they are chosen otherwise."""


@router.get("/reports/reach")
async def report(visit: Somebody, audience: Audience = "published") -> Response:
    """As published, unless exact numbers are asked for."""
    form, months = await _asked(visit)
    form.keep("audience", audience)
    shown: dict[str, Any] = {"months": months, "audience": audience, "form": form}
    try:
        found = await reach.report(visit.services, months.begins, months.ends, audience)
    except Refused as refused:
        if refused.problem.code in _NO_PERIOD:
            form.others.append(sentence(refused.problem.detail))
        elif refused.problem.code != _NOT_YET:
            raise
        return visit.page("reach.html.j2", report=None, **shown)
    return visit.page(
        "reach.html.j2",
        report=found,
        headline=headline(found, months.words),
        figures=figures(found),
        reasons=reasons(found),
        parts=list(breakdowns(found)),
        **shown,
    )


@router.get("/reports/reach.csv")
async def report_csv(visit: Somebody, audience: Audience = "published") -> Response:
    """The numbers of the page, as enrolment writes them."""
    _, months = await _asked(visit)
    answer = await reach.report_csv(visit.services, months.begins, months.ends, audience)
    name = f"reach-{months.begins:%Y-%m}-to-{months.ends:%Y-%m}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(answer.content, media_type=answer.headers["content-type"], headers=headers)


async def _asked(visit: Visit) -> tuple[Form, Months]:
    form = Form.of(visit.request.query_params)
    months = periods.read(form, Months.latest(await clock.now(visit.services)))
    for name, day in (("from", months.begins), ("to", months.ends)):
        if not form.value(name).strip():
            form.keep(name, f"{day:%Y-%m}")
    return form, months
