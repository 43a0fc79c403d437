import asyncio
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from services.talent.reporting.commands.snapshots import RELEASES
from services.talent.reporting.domain.pool_figures import LineName
from services.talent.reporting.domain.pools import Pools
from services.talent.reporting.domain.snapshots import Snapshot
from services.talent.reporting.store import snapshots
from shared.contracts.talent.pools import PoolSnapshotPublished
from shared.disclosure.rules import HIDDEN
from shared.postgres.database import Transaction
from tests.service.talent.builders import JANUARY, OCTOBER, YEAR_END, join, lead
from tests.support.delivery import PATIENCE
from tests.support.services import ServiceUnderTest, problem

REPORT = "/v1/reports/pools"
NOVEMBER = datetime(2020, 11, 1, 0, 5, tzinfo=UTC)
DECEMBER = datetime(2020, 12, 1, 9, tzinfo=UTC)


def counts(lines: list[dict[str, Any]]) -> dict[str, int | None]:
    return {line["code"]: line["people"] for line in lines}


async def people(talent: ServiceUnderTest, at: datetime = OCTOBER, months: int = 6, **systems: int) -> None:
    for system, number in systems.items():
        for _ in range(number):
            await join(talent, months, at=at, system=system, assessed_on=at.date().isoformat())


async def publish(talent: ServiceUnderTest, at: datetime = NOVEMBER) -> int:
    return await RELEASES.publish_due(talent.db, at)


async def read(talent: ServiceUnderTest, **asked: Any) -> dict[str, Any]:
    answer = await talent.as_("learner").get(REPORT, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refused(talent: ServiceUnderTest, **asked: Any) -> tuple[int, str]:
    return problem(await talent.as_("learner").get(REPORT, params=asked))


async def test_a_month_is_published_once_it_is_over_and_only_once(talent: ServiceUnderTest) -> None:
    await people(talent, QGH=9)
    assert await publish(talent, datetime(2020, 10, 31, 23, 59, tzinfo=UTC)) == 0
    assert await publish(talent, NOVEMBER) == 1
    assert await publish(talent, DECEMBER) == 1
    assert await publish(talent, DECEMBER) == 0


async def test_who_is_overtaken_by_an_older_release_publishes_the_newer_month_all_the_same(
    talent: ServiceUnderTest,
) -> None:
    """As a worker that began before the month was over, and somebody who asks for it once it is."""
    await people(talent, QGH=9)
    loop, older = asyncio.get_running_loop(), [publish(talent, NOVEMBER)]

    def deciding(counted: Sequence[Pools], published: Sequence[Snapshot]) -> Mapping[date, frozenset[LineName]]:
        if older:
            asyncio.run_coroutine_threadsafe(older.pop(), loop).result(PATIENCE)
        return RELEASES.hidden_lines(counted, published)

    assert await replace(RELEASES, hidden_lines=deciding).publish_due(talent.db, DECEMBER) == 1
    assert [(await read(talent, as_at=day))["people"] for day in ("2020-10-31", "2020-11-30")] == [10, 10]


async def test_the_worker_publishes_what_is_due_and_then_rests(talent: ServiceUnderTest) -> None:
    await people(talent, QGH=9)
    assert [await talent.work("published_pools") for _ in range(2)] == [5, 0]


async def test_months_before_the_first_assessment_was_recorded_are_not_published(talent: ServiceUnderTest) -> None:
    assert await publish(talent, YEAR_END) == 0
    await people(talent, JANUARY, QGH=9)
    assert await publish(talent, YEAR_END) == 2
    assert await refused(talent, as_at="2020-12-31") == (422, "day_not_published")


async def test_published_counts_hide_small_numbers(talent: ServiceUnderTest) -> None:
    await people(talent, QGH=9, QHL=3, QNC=12)
    await publish(talent)
    report = await read(talent)
    assert (report["as_at"], report["revision"], report["people"], report["hidden"]) == ("2020-10-31", 1, 25, None)
    assert report["published_at"] == report["known_at"]
    assert [line["hidden"] for line in report["system"]] == [None, HIDDEN, None]
    assert counts(report["system"]) == {"QGH": 10, "QHL": None, "QNC": 10}
    assert counts(report["readiness"]) == {"ready_soon": 25}
    assert {c["system"]: c["people"] for c in report["cells"] if c["system"] != "all"} == {
        "QGH": 10,
        "QHL": None,
        "QNC": 10,
    }


async def test_nobody_is_told_apart_by_more_than_two_attributes(talent: ServiceUnderTest) -> None:
    await people(talent, QGH=9, QHL=9)
    await publish(talent)
    cells = (await read(talent))["cells"]
    assert len(cells) == 4
    assert {[c[name] for name in ("professional_group", "system", "service_type")].count("all") for c in cells} == {2}


async def test_a_breakdown_of_small_numbers_is_one_row(talent: ServiceUnderTest) -> None:
    await people(talent, QGH=4, QHL=3, QNC=2)
    await publish(talent)
    report = await read(talent)
    assert counts(report["system"]) == {"all": 10}
    assert [cell for cell in report["cells"] if cell["system"] != "all"] == []


async def test_few_people_in_all_are_not_told(talent: ServiceUnderTest) -> None:
    await people(talent, QGH=3)
    await publish(talent)
    report = await read(talent)
    assert (report["people"], report["hidden"], report["cells"]) == (None, HIDDEN, [])
    assert report["readiness"] == [{"code": "all", "people": None, "hidden": HIDDEN}]


async def test_only_a_months_last_day_is_published(talent: ServiceUnderTest) -> None:
    await people(talent, QGH=9)
    await publish(talent)
    assert await refused(talent, as_at="2020-10-30") == (422, "day_not_published")
    assert await refused(talent, as_at="2020-09-30") == (422, "day_not_published")
    assert await refused(talent, as_at="2020-11-30") == (404, "month_not_closed")
    assert await refused(talent, as_at="2020-10-31", revision=2) == (404, "revision_not_published")


async def test_before_anything_is_published_there_is_nothing_to_read(talent: ServiceUnderTest) -> None:
    assert await refused(talent) == (404, "month_not_closed")
    assert await refused(talent, as_at="2020-10-31") == (404, "month_not_closed")


async def test_as_far_as_known_is_no_question_of_published_figures(talent: ServiceUnderTest) -> None:
    await people(talent, QGH=9)
    await publish(talent)
    known_at = NOVEMBER.isoformat()
    assert await refused(talent, as_at="2020-10-31", known_at=known_at) == (422, "known_at_not_published")
    assert await refused(talent, known_at=known_at) == (422, "known_at_not_published")


async def test_the_newest_month_is_read_when_none_is_asked_for(talent: ServiceUnderTest) -> None:
    await people(talent, QGH=9)
    await publish(talent)
    await people(talent, JANUARY, QHL=20)
    await publish(talent, YEAR_END)
    assert [(await read(talent))[name] for name in ("as_at", "people")] == ["2021-02-28", 30]
    assert (await read(talent, as_at="2020-12-31"))["people"] == 10


async def test_a_correction_is_the_next_revision_when_the_next_month_closes(talent: ServiceUnderTest) -> None:
    await people(talent, QGH=12)
    await publish(talent)
    first = await read(talent)
    for _ in range(9):
        await join(talent, at=datetime(2020, 11, 9, 9, tzinfo=UTC), system="QHL", assessed_on="2020-10-06")
    assert await publish(talent, datetime(2020, 11, 30, 9, tzinfo=UTC)) == 0
    assert await read(talent, as_at="2020-10-31") == first
    assert await publish(talent, DECEMBER) == 2
    second = await read(talent, as_at="2020-10-31")
    assert (second["revision"], second["people"], counts(second["system"])) == (2, 20, {"QGH": 10, "QHL": 10})
    assert await read(talent, as_at="2020-10-31", revision=1) == first
    assert (await read(talent))["as_at"] == "2020-11-30"


async def test_nobody_learns_of_a_single_joining_by_subtracting(talent: ServiceUnderTest) -> None:
    """Nobody left, so 26 beside 25 of the month before would tell that four at most are new, and where."""
    await people(talent, QGH=12, QHL=13)
    await publish(talent)
    before = await read(talent)
    at, day = datetime(2020, 11, 9, 9, tzinfo=UTC), "2020-11-09"
    await join(talent, 0, at=at, system="QNC", assessed_on=day)
    assert await read(talent) == before
    await publish(talent, DECEMBER)
    after = await read(talent)
    assert after["as_at"] == "2020-11-30"
    assert (before["people"], after["people"]) == (25, None)
    assert counts(after["system"])["QNC"] is None
    assert counts(after["readiness"]) == {"all": None}
    for day in ("2020-11-08", "2020-11-09", "2020-11-10"):
        assert await refused(talent, as_at=day) == (422, "day_not_published")


async def test_a_joining_among_many_shows_in_no_number(talent: ServiceUnderTest) -> None:
    await people(talent, QGH=11, QHL=14)
    await publish(talent)
    before = await read(talent)
    await people(talent, datetime(2020, 11, 9, 9, tzinfo=UTC), QGH=1)
    await publish(talent, DECEMBER)
    after = await read(talent)
    assert (before["as_at"], after["as_at"]) == ("2020-10-31", "2020-11-30")
    assert after == before | {name: after[name] for name in ("as_at", "known_at", "published_at")}


WAITING = """
select count(*)
from pg_locks
where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database())
"""


async def at_once(talent: ServiceUnderTest, *moments: datetime) -> list[int]:
    """Each has decided what to publish before the first of them may."""

    async def start(tx: Transaction) -> list[asyncio.Task[int]]:
        await RELEASES.one_at_a_time(tx)
        started = [asyncio.create_task(publish(talent, at)) for at in moments]
        async with asyncio.timeout(60):
            while await tx.fetchval(WAITING) < len(moments):  # noqa: ASYNC110 the server tells nobody
                await asyncio.sleep(0.01)
        return started

    return await asyncio.gather(*await talent.db.run(start))


async def test_of_several_who_publish_at_once_one_does(talent: ServiceUnderTest) -> None:
    await people(talent, QGH=9)
    assert sorted(await at_once(talent, YEAR_END, YEAR_END, YEAR_END)) == [0, 0, 5]
    published = await talent.db.read(snapshots.every)
    assert [s.revision for s in published] == [1] * 5
    assert len({s.published_at for s in published}) == 1


async def test_of_several_who_publish_other_months_at_once_each_month_is_published_once(
    talent: ServiceUnderTest,
) -> None:
    await people(talent, QGH=9)
    assert sum(await at_once(talent, NOVEMBER, DECEMBER, YEAR_END)) == 5
    published = await talent.db.read(snapshots.every)
    assert [(s.period.month, s.revision) for s in published] == [(10, 1), (11, 1), (12, 1), (1, 1), (2, 1)]
    assert await publish(talent, YEAR_END) == 0


async def test_all_months_are_counted_at_one_moment(talent: ServiceUnderTest) -> None:
    async def count(tx: Transaction) -> str:
        assert await RELEASES.count_due(tx, YEAR_END)
        return await tx.fetchval("show transaction_isolation")

    assert await talent.db.run(count) == "repeatable read"


async def test_whether_a_month_is_published_is_known_by_index(talent: ServiceUnderTest) -> None:
    async def explain(tx: Transaction) -> str:
        await tx.execute("set local enable_seqscan = off")
        return "\n".join(row[0] for row in await tx.fetch(f"explain {snapshots.SQL['has_closed']}", OCTOBER.date()))

    assert "pool_snapshot_pkey" in await talent.db.run(explain)


async def announce(talent: ServiceUnderTest, as_at: str, at: datetime = NOVEMBER) -> Any:
    return await lead(talent, at).post(f"{REPORT}/snapshots", json={"as_at": as_at})


async def announced(talent: ServiceUnderTest) -> dict[str, PoolSnapshotPublished]:
    return {event.system: event for event in await talent.announced(PoolSnapshotPublished)}


async def test_every_system_and_the_region_are_announced_as_they_are_disclosed(talent: ServiceUnderTest) -> None:
    await people(talent, QGH=9, QHL=3, QNC=12)
    answer = await announce(talent, "2020-10-31")
    assert (answer.status_code, answer.json()["revision"], len(answer.json()["systems"])) == (201, 1, 11)
    events = await announced(talent)
    assert sorted(events) == sorted([*answer.json()["systems"], "all"])
    assert {system: events[system].people for system in ("all", "QGH", "QHL", "QNC", "QOC")} == {
        "all": 25,
        "QGH": 10,
        "QHL": None,
        "QNC": 10,
        "QOC": 0,
    }
    of_systems = [event for system, event in events.items() if system != "all"]
    assert [c.people for event in of_systems for c in event.cells] == [10, None, 10]
    assert {(c.professional_group, c.service_type) for e in of_systems for c in e.cells} == {("all", "all")}
    assert [(c.readiness, c.professional_group, c.service_type, c.people) for c in events["all"].cells] == [
        ("ready_soon", "all", "all", 25),
        ("ready_soon", "COO", "all", 25),
        ("ready_soon", "all", "ACU", 25),
    ]


async def test_what_is_merged_is_not_announced(talent: ServiceUnderTest) -> None:
    await people(talent, QGH=4, QHL=3, QNC=2)
    assert (await announce(talent, "2020-10-31")).status_code == 201
    events = await announced(talent)
    assert events.pop("all").people == 10
    assert {(event.people, event.cells) for event in events.values()} == {(None, ())}


async def test_what_is_announced_is_what_was_frozen(talent: ServiceUnderTest) -> None:
    await people(talent, QGH=9)
    await publish(talent)
    await join(talent, at=datetime(2020, 11, 2, 9, tzinfo=UTC), assessed_on="2020-10-06")
    assert (await announce(talent, "2020-10-31", datetime(2020, 11, 20, 9, tzinfo=UTC))).json()["revision"] == 1
    assert (await announced(talent))["QGH"].revision == 1
    assert (await announce(talent, "2020-10-31", DECEMBER)).json()["revision"] == 2


async def test_only_what_is_published_is_announced(talent: ServiceUnderTest) -> None:
    await people(talent, QGH=9)
    assert problem(await announce(talent, "2020-10-30")) == (422, "day_not_published")
    assert problem(await announce(talent, "2020-11-30")) == (404, "month_not_closed")
    assert problem(await announce(talent, "2020-09-30")) == (422, "day_not_published")
    assert await announced(talent) == {}


async def test_the_file_for_spreadsheets_says_what_the_answer_says_and_why_a_cell_is_hidden(
    talent: ServiceUnderTest,
) -> None:
    await people(talent, QGH=20, QHL=3, QNC=12)
    await publish(talent)

    answer = await talent.as_("learner").get(f"{REPORT}/lines.csv")

    assert answer.headers["content-disposition"] == 'attachment; filename="pools-2020-10-31-published.csv"'
    lines = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    report = await read(talent)
    alone = [line for line in lines if line["readiness"] == "all"]
    assert {r["system"]: r["people"] for r in alone if r["system"] != "all"} == {
        row["code"]: str(row["hidden"] or row["people"]) for row in report["system"]
    }
    assert HIDDEN in {line["people"] for line in lines}
    assert alone[0] == dict.fromkeys(("readiness", "professional_group", "system", "service_type"), "all") | {
        "people": str(report["people"])
    }
