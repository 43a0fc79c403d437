"""What anybody may read: whole months, quarters and years that are over, frozen, and nobody is known by it."""

import asyncio
import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.enrolment.reporting.commands.snapshots import RELEASES
from services.enrolment.reporting.domain.closed_periods import closed_periods
from services.enrolment.reporting.domain.reach import Reach
from services.enrolment.reporting.store import reach, snapshots
from services.enrolment.reporting.workers.snapshots import publish
from shared.contracts.enrolment.activity import ReachSnapshotPublished
from shared.disclosure.rules import HIDDEN
from shared.postgres.database import Transaction
from shared.whose import EVERYONE
from shared.workers import WorkerContext
from tests.service.enrolment.academy import SESSION, Academy, row
from tests.support.services import problem

OCTOBER = {"from": "2020-10-01", "to": "2020-10-31"}
AUTUMN = {"from": "2020-10-01", "to": "2020-12-31"}
YEAR = {"from": "2020-04-01", "to": "2021-03-31"}
IN_NOVEMBER = datetime(2020, 11, 2, 9, tzinfo=UTC)
IN_DECEMBER = datetime(2020, 12, 1, 9, tzinfo=UTC)
YEAR_OVER = datetime(2021, 4, 1, 8, tzinfo=UTC)


async def asked(academy: Academy, period: dict[str, str], **query: Any) -> Any:
    return await academy.as_("learner").get("/v1/reports/reach", params=period | {"audience": "published"} | query)


async def read(academy: Academy, period: dict[str, str], **query: Any) -> Any:
    answer = await asked(academy, period, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def close(academy: Academy, moment: datetime = YEAR_OVER) -> int:
    await academy.it_is(moment)
    return await RELEASES.publish_due(academy.db, moment)


async def three_systems(academy: Academy) -> None:
    """Of one system only a few."""
    await academy.programme()
    many = await academy.people(38, system="QGH", gender="female", ethnic_category="A")
    some = await academy.people(22, system="QHL", gender="male", ethnic_category="H")
    few = await academy.people(5, system="QUA", gender="male", ethnic_category="Z")
    people = many + some + few
    await academy.held(people, ["live"] * len(people))


async def test_few_people_are_hidden_others_rounded_totals_too_and_a_hidden_cell_says_why(academy: Academy) -> None:
    await three_systems(academy)
    await close(academy)

    for period, profile in ((OCTOBER, "annual_review"), (AUTUMN, "standard"), (YEAR, "standard")):
        report = await read(academy, period, profile=profile)
        systems = {s["system"]: (s["enrolments"], s["people"], s["hidden"]) for s in report["systems"]}
        assert systems["QGH"] == (40, 40, None)
        assert systems["QUA"] == (None, None, HIDDEN)
        assert systems["QWU"] == (0, 0, None)
        assert (report["enrolments"], report["people"], report["attended_on_the_day_percent"]) == (65, 65, 100)
        assert report["female_percent"] == {"enrolments": 62, "attendances": 62, "people": 62, "hidden": None}
        assert report["unknown_ethnicity_percent"] is None
        assert report["hidden"]["unknown_ethnicity_percent"] == HIDDEN
        assert report["interventions"] == 1


async def test_the_annual_reviews_own_figures_are_exact_of_a_whole_year(academy: Academy) -> None:
    await academy.programme()
    women = await academy.people(59, gender="female", ethnic_category="N", staff_group="ADM", profession="MAN")
    men = await academy.people(42, gender="male", ethnic_category="A", staff_group="MED", profession="DOC")
    await academy.held(women + men, ["live"] * 70 + ["missed"] * 31)
    await close(academy)

    exact = await read(academy, YEAR, profile="annual_review")
    month = await read(academy, OCTOBER, profile="annual_review")

    assert (exact["enrolments"], exact["people"], exact["attended_on_the_day_percent"]) == (101, 100, 69)
    assert (exact["female_percent"]["enrolments"], exact["minority_ethnic_percent"]["enrolments"]) == (58, 58)
    assert {g["code"]: (g["enrolments"], g["percent"]) for g in exact["role_groups"]} == {
        "administrative_and_clerical": (60, 58),
        "medical_and_dental": (40, 42),
    }
    assert (month["enrolments"], month["attended_on_the_day_percent"]) == (100, 70)
    assert month["female_percent"]["enrolments"] == 60


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2020-10-12", "2020-10-12"),
        ("2020-10-01", "2020-10-30"),
        ("2020-10-02", "2020-10-31"),
        ("2020-10-01", "2020-11-30"),
        ("2020-09-01", "2020-11-30"),
        ("2020-01-01", "2020-12-31"),
        ("2020-04-01", "2022-03-31"),
    ],
)
async def test_no_other_span_is_published(academy: Academy, first: str, last: str) -> None:
    await three_systems(academy)
    await close(academy)

    for role in ("learner", "region"):
        query = {"from": first, "to": last, "audience": "published"}
        assert problem(await academy.as_(role).get("/v1/reports/reach", params=query)) == (422, "period_not_published")
        body = {"from": first, "to": last}
        announced = await academy.as_("region").post("/v1/reports/reach/snapshots", json=body)
        assert problem(announced) == (422, "period_not_published")


async def test_what_is_not_over_is_not_published_and_nothing_is_before_a_cohort_was_opened(academy: Academy) -> None:
    assert await close(academy, SESSION) == 0
    await three_systems(academy)
    assert await close(academy, IN_NOVEMBER) == 9  # seven months from April on, two quarters

    assert (await asked(academy, OCTOBER)).status_code == 200
    assert problem(await asked(academy, {"from": "2020-11-01", "to": "2020-11-30"})) == (404, "period_not_closed")
    for period in (AUTUMN, YEAR):
        assert problem(await asked(academy, period)) == (404, "period_not_closed")
    before = {"from": "2019-10-01", "to": "2019-10-31"}
    assert problem(await asked(academy, before)) == (422, "period_not_published")
    announced = await academy.as_("region").post("/v1/reports/reach/snapshots", json=AUTUMN)
    assert problem(announced) == (404, "period_not_closed")


async def test_a_published_figure_is_frozen_until_the_next_month_is_closed(academy: Academy) -> None:
    await academy.programme()
    people = await academy.people(40)
    cohort = await academy.cohort(places=200)
    session = (await academy.session(cohort))["session_id"]
    for person in people:
        await academy.enrol(cohort, person)
    await academy.register(session, [row(person, "live") for person in people])
    await close(academy, IN_NOVEMBER)
    before = await read(academy, OCTOBER)

    late = [row(person, "missed") for person in people[:20]]
    await academy.register(session, late, at=IN_NOVEMBER + timedelta(hours=1))

    assert await close(academy, IN_NOVEMBER + timedelta(days=20)) == 0
    assert await read(academy, OCTOBER) == before
    assert (before["revision"], before["attended_on_the_day_percent"]) == (1, 100)

    assert await close(academy, IN_DECEMBER) == 2  # November, and October once more
    corrected = await read(academy, OCTOBER)
    assert (corrected["revision"], corrected["attended_on_the_day_percent"]) == (2, 50)
    assert await read(academy, OCTOBER, revision=1) == before
    assert problem(await asked(academy, OCTOBER, revision=3)) == (404, "revision_not_published")
    assert (await read(academy, {"from": "2020-04-01", "to": "2020-04-30"}))["revision"] == 1


WAITING = """
select count(*)
from pg_locks
where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database())
"""


async def test_of_several_who_publish_at_once_one_does(academy: Academy) -> None:
    """Each has decided what to publish before the first of them may."""
    await three_systems(academy)

    async def start(tx: Transaction) -> list[asyncio.Task[int]]:
        await RELEASES.one_at_a_time(tx)
        started = [asyncio.create_task(RELEASES.publish_due(academy.db, YEAR_OVER)) for _ in range(3)]
        async with asyncio.timeout(60):
            while await tx.fetchval(WAITING) < len(started):  # noqa: ASYNC110 the server tells nobody
                await asyncio.sleep(0.01)
        return started

    assert sorted(await asyncio.gather(*await academy.db.run(start))) == [0, 0, 17]
    assert await academy.value("select count(*) from reach_snapshot") == 17


async def test_all_periods_are_counted_at_one_moment(academy: Academy) -> None:
    await three_systems(academy)

    async def count(tx: Transaction) -> str:
        assert (await RELEASES.count_due(tx, YEAR_OVER)).counted
        return await tx.fetchval("show transaction_isolation")

    assert await academy.db.run(count) == "repeatable read"


async def test_what_is_counted_twice_is_no_correction(academy: Academy) -> None:
    await three_systems(academy)
    await close(academy, IN_NOVEMBER)

    assert await close(academy, IN_DECEMBER) == 1
    assert await close(academy) == 7  # five months, a quarter and a half is none: December to March, two quarters, year


async def test_another_title_is_no_correction(academy: Academy) -> None:
    await three_systems(academy)
    await close(academy, IN_NOVEMBER)

    await academy.value("update programme set title = 'Another title' returning title")

    assert await close(academy, IN_DECEMBER) == 1


async def test_periods_counted_together_are_counted_as_each_alone(academy: Academy) -> None:
    await three_systems(academy)
    periods = closed_periods(date(2020, 4, 1), YEAR_OVER)

    async def count(tx: Transaction) -> tuple[list[Reach], list[Reach]]:
        together = await reach.count(tx, periods, EVERYONE)
        return together, [one for period in periods for one in await reach.count(tx, [period], EVERYONE)]

    together, alone = await academy.db.run(count)
    assert together == alone
    day = SESSION.date()
    assert [one.period for one in together if one.total.people] == [p for p in periods if p.first <= day <= p.last]
    assert {len(one.cells) for one in together if not one.total.people} == {1}  # of nobody there is a total too


async def test_whether_a_period_is_published_is_known_by_index(academy: Academy) -> None:
    async def explain(tx: Transaction) -> str:
        await tx.execute("set local enable_seqscan = off")
        day = IN_NOVEMBER.date()
        return "\n".join(row[0] for row in await tx.fetch(f"explain {snapshots.SQL['has_closed']}", day, day))

    assert "reach_snapshot_pkey" in await academy.db.run(explain)


async def test_places_of_cohorts_to_come_are_the_annual_reviews_alone(academy: Academy) -> None:
    await academy.programme("LFSC", family="leading_for_system_change", title="Leading for System Change")
    await academy.programme("SOLO", family="solo", title="One to one")
    for programme, places in (("LFSC", 40), ("SOLO", 5)):
        cohort = await academy.cohort(programme=programme, places=places)
        await academy.session(cohort, datetime(2021, 6, 1, 9, tzinfo=UTC))
    await close(academy)

    review, standard = [await read(academy, YEAR, profile=profile) for profile in ("annual_review", "standard")]

    assert {p["family"]: (p["cohorts"], p["max_places"]) for p in review["planned"]} == {
        "leading_for_system_change": (1, 40),
        "solo": (1, None),
    }
    assert {p["max_places"] for p in standard["planned"]} == {None}


async def test_the_worker_publishes_what_is_over_and_then_rests(academy: Academy) -> None:
    await three_systems(academy)
    await academy.it_is(YEAR_OVER)
    context = WorkerContext(academy.db, academy.under_test.clock, None)

    assert await publish(context) == 17
    assert await publish(context) == 0


async def test_a_snapshot_announces_what_is_published_and_no_more(academy: Academy) -> None:
    await three_systems(academy)
    await academy.it_is(YEAR_OVER)
    body = YEAR | {"profile": "annual_review"}

    answer = await academy.as_("region").post("/v1/reports/reach/snapshots", json=body)

    assert answer.status_code == 201, answer.text
    (event,) = await academy.announced(ReachSnapshotPublished)
    assert (event.interventions, event.enrolments, event.attended_percent, event.revision) == (1, 65, 100, 1)
    page = {s["system"]: s["people"] for s in (await read(academy, YEAR))["systems"] if s["people"] != 0}
    assert {c.code: c.people for c in event.cells if c.dimension == "system"} == page
    assert page["QUA"] is None
    assert {c.code for c in event.cells if c.dimension == "gender"} == {"female"}
    assert {c.code for c in event.cells if c.dimension == "ethnicity"} == {"minority", "unknown"}
    refused = await academy.as_("programme_lead").post("/v1/reports/reach/snapshots", json=body)
    assert problem(refused)[0] == 403


async def test_so_few_people_are_not_announced(academy: Academy) -> None:
    await academy.programme()
    await academy.held(await academy.people(3), ["live", "missed", "missed"])
    await academy.it_is(YEAR_OVER)

    answer = await academy.as_("region").post("/v1/reports/reach/snapshots", json=OCTOBER)

    assert problem(answer) == (409, "nothing_to_announce")
    report = await read(academy, OCTOBER)
    assert (report["enrolments"], report["people"], report["hidden"]["people"]) == (None, None, HIDDEN)


async def test_the_academy_sees_exact_figures_of_any_span(academy: Academy) -> None:
    await three_systems(academy)
    day = {"from": "2020-10-12", "to": "2020-10-12", "audience": "internal"}

    report = (await academy.as_("region").get("/v1/reports/reach", params=day)).json()

    assert {s["system"]: s["people"] for s in report["systems"] if s["people"]} == {"QGH": 38, "QHL": 22, "QUA": 5}
    assert (report["revision"], report["published_at"], report["hidden"]) == (None, None, {})
    assert await academy.value("select caller from report_audit") == "region"


async def test_nobody_changes_what_was_published(academy: Academy) -> None:
    await three_systems(academy)
    await close(academy)

    for statement in ("update reach_snapshot set revision = 2", "delete from reach_snapshot"):
        with pytest.raises(Exception, match="only ever added"):
            await academy.value(statement)


async def test_the_file_for_spreadsheets_says_what_the_answer_says_and_why_a_cell_is_hidden(academy: Academy) -> None:
    await three_systems(academy)
    await close(academy)
    query = OCTOBER | {"audience": "published"}

    answer = await academy.as_("learner").get("/v1/reports/reach/lines.csv", params=query)

    assert answer.headers["content-disposition"] == (
        'attachment; filename="reach-2020-10-01-to-2020-10-31-published.csv"'
    )
    figures = {(r["breakdown"], r["code"], r["measure"]): r["figure"] for r in csv_rows(answer.text)}
    report = await read(academy, OCTOBER)
    assert figures["all", "", "enrolments"] == str(report["enrolments"])
    assert figures["all", "", "unknown_ethnicity_percent"] == HIDDEN
    assert figures["gender", "female", "people_percent"] == str(report["female_percent"]["people"])
    assert figures["programme", "CLS7", "interventions"] == "1"
    systems = {s["system"]: str(s["hidden"] or s["people"]) for s in report["systems"]}
    assert {
        code: told for (line, code, what), told in figures.items() if (line, what) == ("system", "people")
    } == systems
    refused = await academy.as_("learner").get("/v1/reports/reach/lines.csv", params=OCTOBER | {"audience": "internal"})
    assert problem(refused) == (403, "internal_report_refused")


def csv_rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
