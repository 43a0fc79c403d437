"""Every published figure is held against a report by its kind; one that differs fails the review."""

import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from academy.cli.review import compare, exit_code
from academy.cli.screen import Screen
from academy.replay.plan.people import Person
from academy.replay.plan.reach import reach_of, share
from academy.replay.plan.year import Year
from academy.replay.settling import DeliveryProgress
from academy.review.figures import FIGURES
from academy.review.kinds import KINDS
from academy.review.paths import read
from academy.review.rows import NOT_CARRIED, Reports, Row, rows
from academy.review.rows import year as published_year
from tests.unit.replay.gateways import Asked, serving

GROUPS = {
    "administrative_and_clerical": {"ADM"},
    "medical_and_dental": {"MED"},
    "nurses_midwives_ahps": {"NMR", "AHP"},
}


@pytest.fixture(scope="module")
def report(year: Year) -> dict[str, Any]:
    """The reach report as it reads when the services lived the planned year."""
    reach = reach_of(year)
    families = {cohort.programme.family for cohort in year.cohorts if cohort.held}
    return {
        "interventions": reach.interventions,
        "enrolments": reach.enrolments,
        "attended_on_the_day_percent": 100 * reach.attended / reach.session_places,
        "role_groups": [_group(year, code, groups) for code, groups in GROUPS.items()],
        "female_percent": _shares(year, lambda person: person.gender == "female"),
        "minority_ethnic_percent": _shares(year, lambda person: person.ethnicity == "minority"),
        "families": [_family(year, family) for family in sorted(families)],
        "planned": [{"family": "leading_for_system_change", "programmes": 1, "cohorts": 2, "max_places": 40}],
    }


def _shares(year: Year, belongs: Callable[[Person], bool]) -> dict[str, float]:
    found = share(year, belongs)
    return {"enrolments": found.enrolments, "attendances": found.attendances, "people": found.people}


def _group(year: Year, code: str, groups: set[str]) -> dict[str, Any]:
    found = share(year, lambda person: person.position.staff_group in groups)
    percents = {"attendances_percent": found.attendances, "people_percent": found.people}
    return {"code": code, "percent": found.enrolments, **percents}


def _family(year: Year, family: str) -> dict[str, Any]:
    cohorts = [cohort for cohort in year.cohorts if cohort.held and cohort.programme.family == family]
    programmes = {cohort.programme.code for cohort in cohorts}
    return {"family": family, "programmes": len(programmes), "interventions": len(cohorts)}


def delivered(**counts: int) -> dict[str, Any]:
    at = {"outbox": 0, "lag": 0, "deferred": 0, "dead": 0, "events_published": {"enrolment.learners": 9000}}
    return at | counts


def reports(internal: dict[str, Any], *, sent: int = 5, mails: int = 5, uncertain: int = 0, **counts: int) -> Reports:
    look = DeliveryProgress(
        {"enrolment": delivered(**counts)}, {"distinct_message_ids": mails}, {"sent": sent, "uncertain": uncertain}
    )
    return Reports(internal, internal, look)


def row(compared: list[Row], figure: str) -> Row:
    return next(row for row in compared if row.figure == figure)


def test_the_planned_year_matches_every_figure_carried(report: dict[str, Any]) -> None:
    compared = rows(reports(report), published_year())
    assert [row.figure for row in compared if row.matches is False] == []
    assert exit_code(compared) == 0


def test_every_figure_of_reach_and_programmes_has_a_row() -> None:
    year = published_year()
    found = {path for section in ("reach", "programmes") for path in figures_under(section, year[section])}
    assert found <= {figure.published for figure in FIGURES}


def figures_under(path: str, node: Mapping[str, Any]) -> Iterator[str]:
    inner: dict[str, Any] = {name: child for name, child in node.items() if isinstance(child, Mapping)}
    if not inner:
        yield path
    for name, child in inner.items():
        yield from figures_under(f"{path}.{name}", child)


def test_the_year_s_file_is_the_published_one() -> None:
    year = published_year()
    assert read(year, "reach.interventions") == {"value": 191}
    assert read(year, "programmes.leading_for_system_change_places.max") == 40


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("interventions", 190),
        ("enrolments", 4115),
        ("attended_on_the_day_percent", 69.4),
        ("female_percent.people", 78.49),
        ("minority_ethnic_percent.attendances", 32.5),
        ("role_groups[code=medical_and_dental].percent", 31.5),
        ("families[family=primary_care].programmes", 8),
        ("planned[family=leading_for_system_change].max_places", 41),
    ],
)
def test_a_figure_that_differs_fails_the_review(report: dict[str, Any], path: str, wrong: float) -> None:
    compared = rows(reports(changed(report, path, wrong)), published_year())
    assert [row.matches for row in compared].count(False) == 1
    assert exit_code(compared) == 1


def changed(report: dict[str, Any], path: str, value: float) -> dict[str, Any]:
    copy = deepcopy(report)
    parent, _, name = path.rpartition(".")
    (read(copy, parent) if parent else copy)[name] = value
    return copy


def test_what_the_public_is_told_is_held_against_the_figure_too(report: dict[str, Any]) -> None:
    told = reports(report)
    public = Reports(told.internal, changed(report, "female_percent.enrolments", 78), told.delivery)
    assert row(rows(public, published_year()), "Female, %").matches is False


def test_a_programme_only_planned_must_not_be_delivered(report: dict[str, Any]) -> None:
    delivered_too = deepcopy(report)
    delivered_too["families"].append({"family": "leading_for_system_change", "programmes": 1, "interventions": 1})
    assert row(rows(reports(delivered_too), published_year()), "Leading for System Change, delivered").matches is False


@pytest.mark.parametrize(("as_json", "said"), [(False, "not replayed yet"), (True, "[]")])
async def test_an_empty_platform_has_no_year_to_compare_which_is_no_match(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, as_json: bool, said: str
) -> None:
    monkeypatch.setenv("ACADEMY_STATE", str(tmp_path))
    async with serving(answering({"interventions": 0, "enrolments": 0, "families": []})) as server:
        console = Screen(file=sys.stdout, width=160)
        found = await asyncio.to_thread(compare, gateway=server.address, as_json=as_json, console=console)
    assert found == 1
    assert capsys.readouterr().out.startswith(said)
    assert not (tmp_path / "review.json").exists()


def test_only_what_the_review_says_is_published(report: dict[str, Any]) -> None:
    beside = [(row.figure, row.expected) for row in rows(reports(report), published_year()) if row.published is None]
    events = ("Events on enrolment.learners", None)
    assert beside == [("Mails sent, each once", 5), ("Events under way or deferred", 0), events]


def test_a_figure_names_the_field_of_the_report_that_gives_it(report: dict[str, Any]) -> None:
    told = {row.figure: row.source for row in rows(reports(report), published_year())}
    assert told["ILM cohorts"] == "families[family=ilm].interventions"
    assert told["Leaders engaged"] is told["Mails sent, each once"] is None


def test_a_figure_not_carried_yet_is_said_to_be_so_and_fails_nothing(report: dict[str, Any]) -> None:
    engaged = row(rows(reports(report), published_year()), "Leaders engaged")
    assert (engaged.kind, engaged.published, engaged.reproduced) == ("at_least", 5001, NOT_CARRIED)
    assert engaged.matches is None


@pytest.mark.parametrize(("mails", "uncertain", "code"), [(6, 1, 0), (5, 1, 0), (6, 0, 1), (7, 1, 1)])
def test_a_mail_more_than_was_told_of_needs_a_sender_that_was_lost(
    report: dict[str, Any], mails: int, uncertain: int, code: int
) -> None:
    assert exit_code(rows(reports(report, sent=5, mails=mails, uncertain=uncertain), published_year())) == code


def test_a_mail_lost_or_an_event_under_way_fails_the_review(report: dict[str, Any]) -> None:
    assert exit_code(rows(reports(report, sent=5, mails=4), published_year())) == 1
    assert exit_code(rows(reports(report, lag=1), published_year())) == 1
    assert exit_code(rows(reports(report, dead=1), published_year())) == 1


@pytest.mark.parametrize(
    ("kind", "published", "holds", "fails"),
    [
        ("value", 70, 69.5, 70.5),
        ("at_least", 5001, 5001, 5000),
        ("max", 40, 40, 41),
        ("derived", 66, 66, 65),
        ("fact", False, 0, 2),
    ],
)
def test_each_kind_holds_up_to_its_bound(kind: str, published: float, holds: float, fails: float) -> None:
    assert KINDS[kind](published, holds)
    assert not KINDS[kind](published, fails)


def answering(reach: dict[str, Any]) -> Callable[[Asked], web.Response]:
    """A gateway whose services report that reach, with every mail sent and every event delivered."""

    def answer(request: Asked) -> web.Response:
        match request.path.rpartition("/")[2]:
            case "token":
                return web.json_response({"access_token": request.body["persona"]})
            case "reach" if request.headers["Authorization"] == "Bearer participant" and not reach["interventions"]:
                return web.json_response({"code": "period_not_closed"}, status=404)
            case "reach":
                return web.json_response(reach)
            case "messages":
                return web.json_response({"sent": 7, "uncertain": 0})
            case "stats":
                return web.json_response({"distinct_message_ids": 7})
            case _:
                return web.json_response(delivered())

    return answer


@pytest.mark.parametrize(("interventions", "code"), [(191, 0), (190, 1)])
async def test_the_command_reads_prints_and_keeps_the_review(
    report: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interventions: int, code: int
) -> None:
    monkeypatch.setenv("ACADEMY_STATE", str(tmp_path))
    console = Screen(record=True, width=160)
    async with serving(answering(report | {"interventions": interventions})) as server:
        found = await asyncio.to_thread(compare, gateway=server.address, as_json=False, console=console)
    assert found == code
    kept = json.loads((tmp_path / "review.json").read_text())
    assert kept[0]["matches"] is (code == 0)
    assert "Administrative and clerical" in console.export_text()
