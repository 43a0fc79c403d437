"""Who came, who did not and who gave a place up, by organisation; and the same numbers as CSV."""

from collections.abc import Sequence

from fastapi import APIRouter, Response

from services.portal.clients.enrolment import organisations
from services.portal.clients.enrolment.organisations import Organisation
from services.portal.frame.templates import counted
from services.portal.pages.reach import periods
from services.portal.pages.sending import see_other
from services.portal.pages.visit import Somebody

router = APIRouter()


@router.get("/reports/organisations")
async def report(visit: Somebody) -> Response:
    """Those with the most that were missed first."""
    form, months = await periods.asked(visit)
    found: Sequence[Organisation] = ()
    if not form.wrong:
        found = await organisations.report(visit.services, months.begins, months.ends)
    return visit.page(
        "organisations.html.j2",
        form=form,
        months=months,
        found=sorted(found, key=lambda one: (-one.missed, -one.withdrawn_late, one.called)),
        headline=headline(found, months.words),
    )


@router.get("/reports/organisations.csv")
async def report_csv(visit: Somebody) -> Response:
    """As enrolment writes it; what is wrong with the months the page says."""
    form, months = await periods.asked(visit)
    if form.wrong:
        return see_other(f"/reports/organisations?{visit.request.url.query}")
    answer = await organisations.report_csv(visit.services, months.begins, months.ends)
    kept = {name: answer.headers[name] for name in ("content-type", "content-disposition")}
    return Response(answer.content, headers={**kept, "cache-control": "no-store"})


def headline(found: Sequence[Organisation], period: str) -> str:
    """The finding, over all of them."""
    held, missed = sum(one.session_places for one in found), sum(one.missed for one in found)
    late = counted(sum(one.withdrawn_late for one in found), "place")
    was = "was" if missed == 1 else "were"
    return f"{missed:,} of {counted(held, 'session place')} {was} missed in {period}; {late} given up late."
