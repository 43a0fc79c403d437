from datetime import date
from typing import Any

from services.portal.clients.talent.pools import Count, Report
from services.portal.pages.pools.breakdowns import breakdowns, headline, reason

WHY = "hidden: fewer than 8 people, or it would tell such a number"


def count(code: str, people: int | None) -> Count:
    return Count(code=code, people=people, hidden=WHY if people is None else None)


def a_report(people: int | None = 95, **given: Any) -> Report:
    nothing: dict[str, Any] = dict.fromkeys(("readiness", "professional_group", "system", "service_type"), ())
    return Report(as_at=date(2021, 3, 31), published_at=None, people=people, **(nothing | given))


def test_the_headline_says_no_number_that_is_hidden() -> None:
    assert headline(a_report(readiness=[count("ready_now", 20)])) == "95 people are in the pools, 20 of them ready now."
    assert headline(a_report(readiness=[count("ready_now", None)])) == "95 people are in the pools."
    assert headline(a_report(None)) == "So few people are in the pools that their number is hidden."


def test_a_hidden_number_is_named_so_and_why() -> None:
    report = a_report(system=[count("QGH", 15), count("QUA", None), count("all", 95)])
    found = {part.title: part.lines for part in breakdowns(report, {}, {"QGH": "Herefordshire"}, {})}
    assert found["System"] == [("Herefordshire", 15), ("QUA", "Hidden"), ("All together", 95)]
    assert reason(report) == WHY


def test_the_nearest_readiness_stands_first() -> None:
    report = a_report(readiness=[count(code, 10) for code in ("between", "not_yet_ready", "ready_now", "ready_soon")])
    first = next(breakdowns(report, {}, {}, {}))
    assert [words for words, _ in first.lines] == ["Ready now", "Ready soon", "Between", "Not yet ready"]
    assert reason(report) is None
