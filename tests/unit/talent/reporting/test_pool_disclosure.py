from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from services.talent.reporting.commands.pool_disclosure import hidden_lines, published_with, tables_of
from services.talent.reporting.domain.pool_figures import TOTAL, LineName, Table
from services.talent.reporting.domain.pools import Cell, Pools
from services.talent.reporting.domain.snapshots import Snapshot
from shared.disclosure.audit import Audit
from shared.disclosure.rules import is_small
from tests.unit.talent.builders import AS_AT, a_cell, counted

MONTHS = [date(2020, 10, 31), date(2020, 11, 30), date(2020, 12, 31), date(2021, 1, 31)]
MARCH = AS_AT.day


def publish(counted_: Iterable[Pools], published: list[Snapshot]) -> list[Snapshot]:
    """All there is after a release of these."""
    release = list(counted_)
    hidden = hidden_lines(release, published)
    at = AS_AT.known_at + timedelta(days=len(published))
    revisions = Counter(snapshot.period for snapshot in published)
    return published + [Snapshot(p, hidden[p.as_at.day], revisions[p.as_at.day] + 1, at) for p in release]


def systems(day: date = MARCH, **people: int) -> Pools:
    return counted({a_cell(system=system): n for system, n in people.items()}, day=day)


def worked_out(published: list[Snapshot]) -> list[set[object]]:
    """What a reader of everything that was published can work out, and from which lines."""
    publication = published_with({}, published, tables_of(published))
    counts = publication.counts()
    exposed = Audit(publication, ()).exposed()
    return [set(lines) for figure, lines in exposed if is_small(counts[figure]) or not corrected(published)]


def corrected(published: list[Snapshot]) -> bool:
    """From then on what is hidden though many are counted may be worked out."""
    return any(snapshot.revision > 1 for snapshot in published)


def a_member(draw: Random) -> Cell:
    readiness = draw.choices(("ready_now", "ready_soon", "between", "not_yet_ready"), (4, 3, 1, 3))[0]
    group, system = draw.choices(("COO", "CNO", "CFO", "HRD"), (5, 3, 2, 1))[0], draw.choice(("QGH", "QHL", "QNC"))
    return a_cell(readiness, group=group, system=system, service=draw.choices(("ACU", "MHL", "PRI"), (5, 2, 1))[0])


def a_world(draw: Random) -> list[list[Pools]]:
    """Releases: people join and move every month, and now and then the month before was counted wrongly."""
    people = [a_member(draw) for _ in range(draw.randrange(10, 90))]
    releases: list[list[Pools]] = []
    for month, before in zip(MONTHS, [None, *MONTHS], strict=False):
        corrected = [counted(Counter([*people, a_member(draw)]), day=before)] if before else []
        people += [a_member(draw) for _ in range(draw.randrange(4, 30))]
        moved = draw.randrange(len(people))
        people[moved] = replace(people[moved], readiness=a_member(draw).readiness)
        releases.append([*corrected, counted(Counter(people), day=month)])
    return releases


@pytest.mark.parametrize("seed", range(8))
def test_nobody_works_out_a_hidden_number_from_all_that_was_ever_published(seed: int) -> None:
    published: list[Snapshot] = []
    for release in a_world(Random(seed)):
        published = publish(release, published)
        assert worked_out(published) == []
    for snapshot in published:
        small = {name for name, people in Table.of(snapshot.pools).lines.items() if is_small(people)}
        assert small <= snapshot.hidden


def test_the_readers_arithmetic_finds_what_is_merely_small() -> None:
    """So that the test above can fail: hiding small numbers and no more gives some of them away."""
    exposed = 0
    for seed in range(8):
        pools = a_world(Random(seed))[0][-1]
        lines = Table.of(pools).lines
        small: frozenset[LineName] = frozenset(name for name, people in lines.items() if is_small(people))
        exposed += len(worked_out([Snapshot(pools, small, 1, AS_AT.known_at)]))
    assert exposed


def test_what_would_give_few_people_away_is_hidden_too_and_then_the_breakdown_is_merged() -> None:
    """Of 8 to 12 people 8 to 12 are elsewhere: at most four are here."""
    (snapshot,) = publish([systems(QGH=1, QHL=8)], [])
    assert (("system", "QHL"),) in snapshot.hidden
    assert snapshot.margin("system") == {"all": 10}


def test_where_rounding_keeps_few_people_safe_nothing_else_is_hidden() -> None:
    (snapshot,) = publish([systems(QGH=3, QHL=40, QNC=20, QOC=60)], [])
    assert snapshot.margin("system") == {"QGH": None, "QHL": 40, "QNC": 20, "QOC": 60}


def test_few_people_are_not_told_even_as_the_total() -> None:
    (snapshot,) = publish([systems(QGH=3)], [])
    assert snapshot.people is None
    assert snapshot.margin("system") == {"all": None}
    assert snapshot.disclosed().cells == {}


def test_the_lines_of_a_merged_breakdown_are_all_told_of_as_not_disclosed() -> None:
    (snapshot,) = publish([systems(QGH=1, QHL=1, QNC=8, QOC=8)], [])
    assert snapshot.margin("system") == {"all": 20}
    assert {(("system", code),) for code in ("QGH", "QHL", "QNC", "QOC")} <= snapshot.hidden


def test_the_month_before_tells_how_many_are_new_so_that_the_total_may_be_hidden() -> None:
    """Nobody left the 23 or more of October: of 27 at most in November four would be elsewhere."""
    november = systems(MONTHS[1], QGH=12, QHL=13, QNC=1)
    (alone,) = publish([november], [])
    after = publish([november], publish([systems(MONTHS[0], QGH=12, QHL=13)], []))[-1]
    assert (alone.people, alone.margin("system")["QNC"]) == (25, None)
    assert (after.people, after.margin("system")["QNC"]) == (None, None)


def test_what_was_hidden_stays_hidden_in_later_revisions_whatever_it_counts() -> None:
    (first,) = publish([systems(QGH=7, QHL=40, QNC=20, QOC=60)], [])
    also: frozenset[LineName] = frozenset({(("system", "QNC"),), (("readiness", "ready_now"), ("system", "QNC"))})
    first = replace(first, hidden=first.hidden | also)
    corrected = publish([systems(QGH=8, QHL=40, QNC=20, QOC=60)], [first])[-1]
    assert corrected.revision == 2
    assert corrected.margin("system") == {"QGH": None, "QHL": 40, "QNC": None, "QOC": 60}


def test_a_breakdown_once_merged_is_disclosed_when_it_no_longer_is_of_small_numbers() -> None:
    first = publish([systems(QGH=3, QHL=2, QNC=20)], [])
    assert first[0].margin("system") == {"all": 25}
    corrected = publish([systems(QGH=13, QHL=12, QNC=20)], first)[-1]
    assert corrected.margin("system") == {"QGH": 15, "QHL": 10, "QNC": 20}


def test_a_total_that_was_disclosed_stays_disclosed() -> None:
    first = publish([systems(QGH=23)], [])
    assert TOTAL not in first[0].hidden
    again = publish([systems(QGH=20, QHL=3)], first)[-1]
    assert TOTAL not in again.hidden
    assert worked_out([*first, again]) == []


def test_corrections_of_corrections_are_published_and_tell_nothing() -> None:
    """Nine, eight and nine again, but one of them elsewhere."""
    published = publish([systems(MONTHS[0], QGH=9)], [])
    published = publish([systems(MONTHS[0], QGH=8)], published)
    published = publish([systems(MONTHS[0], QGH=8, QHL=1), systems(MONTHS[1], QGH=20, QHL=20)], published)
    assert [(s.period, s.revision) for s in published[2:]] == [(MONTHS[0], 3), (MONTHS[1], 1)]
    assert worked_out(published) == []


def test_where_earlier_figures_tell_a_number_nothing_new_is_disclosed() -> None:
    october, november = systems(MONTHS[0], QGH=1, QHL=38), systems(MONTHS[1], QGH=20, QHL=40)
    few = {name for name, people in Table.of(october).lines.items() if is_small(people)}
    without_care = Snapshot(october, frozenset(few), 1, AS_AT.known_at)
    assert publish([november], [without_care])[-1].hidden == Table.of(november).lines.keys()
