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
from tests.service.enrolment.enrolment import SESSION, EnrolmentService, row
from tests.support.services import problem

OCTOBER = {"from": "2020-10-01", "to": "2020-10-31"}
AUTUMN = {"from": "2020-10-01", "to": "2020-12-31"}
YEAR = {"from": "2020-04-01", "to": "2021-03-31"}
IN_NOVEMBER = datetime(2020, 11, 2, 9, tzinfo=UTC)
IN_DECEMBER = datetime(2020, 12, 1, 9, tzinfo=UTC)
YEAR_OVER = datetime(2021, 4, 1, 8, tzinfo=UTC)


async def asked(enrolment: EnrolmentService, period: dict[str, str], **query: Any) -> Any:
    return await enrolment.as_("learner").get("/v1/reports/reach", params=period | {"audience": "published"} | query)


async def read(enrolment: EnrolmentService, period: dict[str, str], **query: Any) -> Any:
    answer = await asked(enrolment, period, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def close(enrolment: EnrolmentService, moment: datetime = YEAR_OVER) -> int:
    await enrolment.it_is(moment)
    return await RELEASES.publish_due(enrolment.db, moment)


async def three_systems(enrolment: EnrolmentService) -> None:
    """Of one system only a few."""
    await enrolment.programme()
    many = await enrolment.people(38, system="QGH", gender="female", ethnic_category="A")
    some = await enrolment.people(22, system="QHL", gender="male", ethnic_category="H")
    few = await enrolment.people(5, system="QUA", gender="male", ethnic_category="Z")
    people = many + some + few
    await enrolment.held(people, ["live"] * len(people))


async def test_few_people_are_hidden_others_rounded_totals_too_and_a_hidden_cell_says_why(
    enrolment: EnrolmentService,
) -> None:
    await three_systems(enrolment)
    await close(enrolment)

    for period, profile in ((OCTOBER, "annual_review"), (AUTUMN, "standard"), (YEAR, "standard")):
        report = await read(enrolment, period, profile=profile)
        systems = {s["system"]: (s["enrolments"], s["people"], s["hidden"]) for s in report["systems"]}
        assert systems["QGH"] == (40, 40, None)
        assert systems["QUA"] == (None, None, HIDDEN)
        assert systems["QWU"] == (0, 0, None)
        assert (report["enrolments"], report["people"], report["attended_on_the_day_percent"]) == (65, 65, 100)
        assert report["female_percent"] == {"enrolments": 62, "attendances": 62, "people": 62, "hidden": None}
        assert report["unknown_ethnicity_percent"] is None
        assert report["hidden"]["unknown_ethnicity_percent"] == HIDDEN
        assert report["interventions"] == 1


async def test_the_annual_reviews_own_figures_are_exact_of_a_whole_year(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    women = await enrolment.people(59, gender="female", ethnic_category="N", staff_group="ADM", profession="MAN")
    men = await enrolment.people(42, gender="male", ethnic_category="A", staff_group="MED", profession="DOC")
    await enrolment.held(women + men, ["live"] * 70 + ["missed"] * 31)
    await close(enrolment)

    exact = await read(enrolment, YEAR, profile="annual_review")
    month = await read(enrolment, OCTOBER, profile="annual_review")

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
async def test_no_other_span_is_published(enrolment: EnrolmentService, first: str, last: str) -> None:
    await three_systems(enrolment)
    await close(enrolment)

    for role in ("learner", "region"):
        query = {"from": first, "to": last, "audience": "published"}
        assert problem(await enrolment.as_(role).get("/v1/reports/reach", params=query)) == (
            422,
            "period_not_published",
        )
        body = {"from": first, "to": last}
        announced = await enrolment.as_("region").post("/v1/reports/reach/snapshots", json=body)
        assert problem(announced) == (422, "period_not_published")


async def test_what_is_not_over_is_not_published_and_nothing_is_before_a_cohort_was_opened(
    enrolment: EnrolmentService,
) -> None:
    assert await close(enrolment, SESSION) == 0
    await three_systems(enrolment)
    assert await close(enrolment, IN_NOVEMBER) == 9  # seven months from April on, two quarters

    assert (await asked(enrolment, OCTOBER)).status_code == 200
    assert problem(await asked(enrolment, {"from": "2020-11-01", "to": "2020-11-30"})) == (404, "period_not_closed")
    for period in (AUTUMN, YEAR):
        assert problem(await asked(enrolment, period)) == (404, "period_not_closed")
    before = {"from": "2019-10-01", "to": "2019-10-31"}
    assert problem(await asked(enrolment, before)) == (422, "period_not_published")
    announced = await enrolment.as_("region").post("/v1/reports/reach/snapshots", json=AUTUMN)
    assert problem(announced) == (404, "period_not_closed")


async def test_a_published_figure_is_frozen_until_the_next_month_is_closed(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    people = await enrolment.people(40)
    cohort = await enrolment.cohort(places=200)
    session = (await enrolment.session(cohort))["session_id"]
    for person in people:
        await enrolment.enrol(cohort, person)
    await enrolment.register(session, [row(person, "live") for person in people])
    await close(enrolment, IN_NOVEMBER)
    before = await read(enrolment, OCTOBER)

    late = [row(person, "missed") for person in people[:20]]
    await enrolment.register(session, late, at=IN_NOVEMBER + timedelta(hours=1))

    assert await close(enrolment, IN_NOVEMBER + timedelta(days=20)) == 0
    assert await read(enrolment, OCTOBER) == before
    assert (before["revision"], before["attended_on_the_day_percent"]) == (1, 100)

    assert await close(enrolment, IN_DECEMBER) == 2  # November, and October once more
    corrected = await read(enrolment, OCTOBER)
    assert (corrected["revision"], corrected["attended_on_the_day_percent"]) == (2, 50)
    assert await read(enrolment, OCTOBER, revision=1) == before
    assert problem(await asked(enrolment, OCTOBER, revision=3)) == (404, "revision_not_published")
    assert (await read(enrolment, {"from": "2020-04-01", "to": "2020-04-30"}))["revision"] == 1


WAITING = """
select count(*)
from pg_locks
where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database())
"""


async def test_of_several_who_publish_at_once_one_does(enrolment: EnrolmentService) -> None:
    """Each has decided what to publish before the first of them may."""
    await three_systems(enrolment)

    async def start(tx: Transaction) -> list[asyncio.Task[int]]:
        await RELEASES.one_at_a_time(tx)
        started = [asyncio.create_task(RELEASES.publish_due(enrolment.db, YEAR_OVER)) for _ in range(3)]
        async with asyncio.timeout(60):
            while await tx.fetchval(WAITING) < len(started):  # noqa: ASYNC110 the server tells nobody
                await asyncio.sleep(0.01)
        return started

    assert sorted(await asyncio.gather(*await enrolment.db.run(start))) == [0, 0, 17]
    assert await enrolment.value("select count(*) from reach_snapshot") == 17


async def test_all_periods_are_counted_at_one_moment(enrolment: EnrolmentService) -> None:
    await three_systems(enrolment)

    async def count(tx: Transaction) -> str:
        assert (await RELEASES.count_due(tx, YEAR_OVER)).counted
        return await tx.fetchval("show transaction_isolation")

    assert await enrolment.db.run(count) == "repeatable read"


async def test_what_is_counted_twice_is_no_correction(enrolment: EnrolmentService) -> None:
    await three_systems(enrolment)
    await close(enrolment, IN_NOVEMBER)

    assert await close(enrolment, IN_DECEMBER) == 1
    assert (
        await close(enrolment) == 7
    )  # five months, a quarter and a half is none: December to March, two quarters, year


async def test_another_title_is_no_correction(enrolment: EnrolmentService) -> None:
    await three_systems(enrolment)
    await close(enrolment, IN_NOVEMBER)

    await enrolment.value("update programme set title = 'Another title' returning title")

    assert await close(enrolment, IN_DECEMBER) == 1


async def test_periods_counted_together_are_counted_as_each_alone(enrolment: EnrolmentService) -> None:
    await three_systems(enrolment)
    periods = closed_periods(date(2020, 4, 1), YEAR_OVER)

    async def count(tx: Transaction) -> tuple[list[Reach], list[Reach]]:
        together = await reach.count(tx, periods, EVERYONE)
        return together, [one for period in periods for one in await reach.count(tx, [period], EVERYONE)]

    together, alone = await enrolment.db.run(count)
    assert together == alone
    day = SESSION.date()
    assert [one.period for one in together if one.total.people] == [p for p in periods if p.first <= day <= p.last]
    assert {len(one.cells) for one in together if not one.total.people} == {1}  # of nobody there is a total too


async def test_whether_a_period_is_published_is_known_by_index(enrolment: EnrolmentService) -> None:
    async def explain(tx: Transaction) -> str:
        await tx.execute("set local enable_seqscan = off")
        day = IN_NOVEMBER.date()
        return "\n".join(row[0] for row in await tx.fetch(f"explain {snapshots.SQL['has_closed']}", day, day))

    assert "reach_snapshot_pkey" in await enrolment.db.run(explain)


async def test_places_of_cohorts_to_come_are_the_annual_reviews_alone(enrolment: EnrolmentService) -> None:
    await enrolment.programme("LFSC", family="leading_for_system_change", title="Leading for System Change")
    await enrolment.programme("SOLO", family="solo", title="One to one")
    for programme, places in (("LFSC", 40), ("SOLO", 5)):
        cohort = await enrolment.cohort(programme=programme, places=places)
        await enrolment.session(cohort, datetime(2021, 6, 1, 9, tzinfo=UTC))
    await close(enrolment)

    review, standard = [await read(enrolment, YEAR, profile=profile) for profile in ("annual_review", "standard")]

    assert {p["family"]: (p["cohorts"], p["max_places"]) for p in review["planned"]} == {
        "leading_for_system_change": (1, 40),
        "solo": (1, None),
    }
    assert {p["max_places"] for p in standard["planned"]} == {None}


async def test_the_worker_publishes_what_is_over_and_then_rests(enrolment: EnrolmentService) -> None:
    await three_systems(enrolment)
    await enrolment.it_is(YEAR_OVER)
    context = WorkerContext(enrolment.db, enrolment.under_test.clock, None)

    assert await publish(context) == 17
    assert await publish(context) == 0


async def test_a_snapshot_announces_what_is_published_and_no_more(enrolment: EnrolmentService) -> None:
    await three_systems(enrolment)
    await enrolment.it_is(YEAR_OVER)
    body = YEAR | {"profile": "annual_review"}

    answer = await enrolment.as_("region").post("/v1/reports/reach/snapshots", json=body)

    assert answer.status_code == 201, answer.text
    (event,) = await enrolment.announced(ReachSnapshotPublished)
    assert (event.interventions, event.enrolments, event.attended_percent, event.revision) == (1, 65, 100, 1)
    page = {s["system"]: s["people"] for s in (await read(enrolment, YEAR))["systems"] if s["people"] != 0}
    assert {c.code: c.people for c in event.cells if c.dimension == "system"} == page
    assert page["QUA"] is None
    assert {c.code for c in event.cells if c.dimension == "gender"} == {"female"}
    assert {c.code for c in event.cells if c.dimension == "ethnicity"} == {"minority", "unknown"}
    refused = await enrolment.as_("programme_lead").post("/v1/reports/reach/snapshots", json=body)
    assert problem(refused)[0] == 403


async def test_so_few_people_are_not_announced(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    await enrolment.held(await enrolment.people(3), ["live", "missed", "missed"])
    await enrolment.it_is(YEAR_OVER)

    answer = await enrolment.as_("region").post("/v1/reports/reach/snapshots", json=OCTOBER)

    assert problem(answer) == (409, "nothing_to_announce")
    report = await read(enrolment, OCTOBER)
    assert (report["enrolments"], report["people"], report["hidden"]["people"]) == (None, None, HIDDEN)


async def test_the_academy_sees_exact_figures_of_any_span(enrolment: EnrolmentService) -> None:
    await three_systems(enrolment)
    day = {"from": "2020-10-12", "to": "2020-10-12", "audience": "internal"}

    report = (await enrolment.as_("region").get("/v1/reports/reach", params=day)).json()

    assert {s["system"]: s["people"] for s in report["systems"] if s["people"]} == {"QGH": 38, "QHL": 22, "QUA": 5}
    assert (report["revision"], report["published_at"], report["hidden"]) == (None, None, {})
    assert await enrolment.value("select caller from report_audit") == "region"


async def test_nobody_changes_what_was_published(enrolment: EnrolmentService) -> None:
    await three_systems(enrolment)
    await close(enrolment)

    for statement in ("update reach_snapshot set revision = 2", "delete from reach_snapshot"):
        with pytest.raises(Exception, match="only ever added"):
            await enrolment.value(statement)


async def test_the_file_for_spreadsheets_says_what_the_answer_says_and_why_a_cell_is_hidden(
    enrolment: EnrolmentService,
) -> None:
    await three_systems(enrolment)
    await close(enrolment)
    query = OCTOBER | {"audience": "published"}

    answer = await enrolment.as_("learner").get("/v1/reports/reach/lines.csv", params=query)

    assert answer.headers["content-disposition"] == (
        'attachment; filename="reach-2020-10-01-to-2020-10-31-published.csv"'
    )
    figures = {(r["breakdown"], r["code"], r["measure"]): r["figure"] for r in csv_rows(answer.text)}
    report = await read(enrolment, OCTOBER)
    assert figures["all", "", "enrolments"] == str(report["enrolments"])
    assert figures["all", "", "unknown_ethnicity_percent"] == HIDDEN
    assert figures["gender", "female", "people_percent"] == str(report["female_percent"]["people"])
    assert figures["programme", "CLS7", "interventions"] == "1"
    systems = {s["system"]: str(s["hidden"] or s["people"]) for s in report["systems"]}
    assert {
        code: told for (line, code, what), told in figures.items() if (line, what) == ("system", "people")
    } == systems
    refused = await enrolment.as_("learner").get(
        "/v1/reports/reach/lines.csv", params=OCTOBER | {"audience": "internal"}
    )
    assert problem(refused) == (403, "internal_report_refused")


def csv_rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
