from datetime import date, timedelta

from services.talent.reporting.domain.pool_figures import LineName
from services.talent.reporting.domain.pools import Pools
from services.talent.reporting.domain.snapshots import Snapshot
from shared.reports.revisions import changed, newest
from tests.unit.talent.builders import AS_AT, a_cell, counted

POOLS = counted(
    {
        a_cell("ready_now", system="QGH"): 12,
        a_cell("ready_now", system="QHL"): 9,
        a_cell("ready_soon", system="QNC"): 23,
    }
)


def a_snapshot(*hidden: LineName, pools: Pools = POOLS, revision: int = 1) -> Snapshot:
    return Snapshot(pools, frozenset(hidden), revision, AS_AT.known_at + timedelta(days=revision))


def test_what_is_disclosed_goes_to_the_nearest_five_the_total_too() -> None:
    table = a_snapshot().disclosed()
    assert (table.people, table.margins["system"]) == (45, {"QGH": 10, "QHL": 10, "QNC": 25})
    assert (table.revision, table.published_at) == (1, AS_AT.known_at + timedelta(days=1))


def test_a_cell_is_readiness_crossed_with_one_attribute() -> None:
    table = a_snapshot().disclosed()
    assert {cell: n for cell, n in table.cells.items() if cell.system != "all"} == {
        a_cell("ready_now", system="QGH", group="all", service="all"): 10,
        a_cell("ready_now", system="QHL", group="all", service="all"): 10,
        a_cell("ready_soon", system="QNC", group="all", service="all"): 25,
    }
    for cell in table.cells:
        assert [cell.professional_group, cell.system, cell.service_type].count("all") == 2


def test_a_hidden_line_has_no_number() -> None:
    hidden = a_snapshot((("system", "QHL"),), ()).disclosed()
    assert (hidden.people, hidden.margins["system"]) == (None, {"QGH": 10, "QHL": None, "QNC": 25})


def test_a_margin_of_hidden_lines_is_one_row_the_total() -> None:
    lines: tuple[LineName, ...] = ((("system", "QGH"),), (("system", "QHL"),), (("system", "QNC"),))
    assert a_snapshot(*lines).disclosed().margins["system"] == {"all": 45}
    assert a_snapshot(*lines, ()).disclosed().margins["system"] == {"all": None}
    assert a_snapshot(*lines).of_system("QGH") is None


def test_of_crossed_hidden_lines_nothing_is_disclosed() -> None:
    lines: tuple[LineName, ...] = (
        (("readiness", "ready_now"), ("system", "QGH")),
        (("readiness", "ready_now"), ("system", "QHL")),
        (("readiness", "ready_soon"), ("system", "QNC")),
    )
    snapshot = a_snapshot(*lines)
    assert snapshot.cells("system") == {}
    assert set(snapshot.disclosed().cells) == {*snapshot.cells("professional_group"), *snapshot.cells("service_type")}
    assert snapshot.disclosed().margins["readiness"] == {"ready_now": 20, "ready_soon": 25}


def test_in_a_system_that_is_not_in_a_disclosed_margin_is_nobody() -> None:
    assert a_snapshot().of_system("QUA") == 0
    assert a_snapshot((("system", "QHL"),)).of_system("QHL") is None


def test_pools_of_nobody_are_disclosed_as_nobody() -> None:
    empty = a_snapshot(pools=counted({})).disclosed()
    assert (empty.people, empty.cells, empty.margins["system"]) == (0, {}, {})


def test_the_newest_revision_counts_of_those_there_were() -> None:
    first, second = a_snapshot(), a_snapshot(revision=2)
    assert newest([second, first]) == {AS_AT.day: second}
    assert newest([second, first], by=first.published_at) == {AS_AT.day: first}


def test_a_month_is_published_anew_when_it_counts_otherwise_not_when_it_is_known_later() -> None:
    published = newest([a_snapshot()])
    other, later = counted({a_cell(): 44}), Pools(type(AS_AT)(AS_AT.day, AS_AT.known_at + timedelta(9)), POOLS.cells)
    april = counted(POOLS.cells, day=date(2021, 4, 30))
    assert changed([other, later, april], published) == [other, april]
