from datetime import date
from itertools import product

from services.talent.reporting.domain.pool_figures import BREAKDOWNS, TOTAL, LineName, Table, breakdown_of, over_time
from services.talent.reporting.domain.pools import Cell
from shared.disclosure.publication import AtLeast, Publication, Sum, holds, rows
from tests.unit.talent.builders import a_cell, counted

FEBRUARY, MARCH, APRIL = date(2021, 2, 28), date(2021, 3, 31), date(2021, 4, 30)

WORLD = {
    a_cell(readiness, group=group, system=system, service=service): 1 + n
    for n, (readiness, group, system, service) in enumerate(
        product(("ready_now", "ready_soon"), ("COO", "CNO"), ("QGH", "QHL"), ("ACU", "MHL"))
    )
}


def table(cells: dict[Cell, int], day: date = MARCH) -> Table:
    return Table.of(counted(cells, day=day))


def test_no_line_has_more_than_two_attributes() -> None:
    assert {breakdown_of(name) for name in table(WORLD).lines} == {(), *BREAKDOWNS}
    assert max(len(breakdown) for breakdown in BREAKDOWNS) == 2


def test_whatever_is_said_to_be_known_within_a_month_is_true() -> None:
    one = table(WORLD)
    publication = Publication(dict(one.open_lines()), tuple(one.relations()))
    counts = publication.counts()
    assert all(holds(row, counts) for relation in publication.relations for row in rows(relation))


def test_every_line_but_the_total_is_part_of_a_sum_and_every_crossed_one_of_two() -> None:
    one = table(WORLD)
    sums = [relation for relation in one.relations() if isinstance(relation, Sum)]
    for name in one.lines:
        wholes = [relation for relation in sums if one.id_of(name) in relation.parts]
        assert len(wholes) == len(breakdown_of(name)), name


def test_nobody_leaves_the_pools_but_people_move_from_one_to_another() -> None:
    tables = {MARCH: table(WORLD), FEBRUARY: table({a_cell(): 3}, FEBRUARY)}
    known = [relation for relation in over_time(tables) if isinstance(relation, AtLeast)]
    assert len(known) == len(list(over_time(tables)))
    assert {relation.whole[1] for relation in known} == {
        TOTAL,
        (("professional_group", "COO"),),
        (("system", "QGH"),),
        (("service_type", "ACU"),),
    }
    assert [relation.parts[0][:1] for relation in known] == [(FEBRUARY,)] * 4


def test_months_apart_are_not_compared() -> None:
    assert list(over_time({APRIL: table(WORLD, APRIL), FEBRUARY: table(WORLD, FEBRUARY)})) == []


def test_a_breakdown_of_which_more_than_half_is_small_is_never_disclosed() -> None:
    def decisions(*people: int) -> set[str]:
        cells = {a_cell(system=system): n for system, n in zip(("QGH", "QHL", "QNC", "QOC"), people, strict=False)}
        return {line.decision for (_, name, _), line in table(cells).open_lines() if breakdown_of(name) == ("system",)}

    assert decisions(7, 7, 8) == {"undisclosed"}
    assert decisions(7, 7, 8, 8) == {"open"}
    assert decisions(7) == {"undisclosed"}


def test_the_total_is_hidden_only_where_nothing_else_helps() -> None:
    dear = [name for (_, name, _), line in table({a_cell(): 3}).open_lines() if line.dear]
    assert dear == [TOTAL]
    assert [line.decision for (_, name, _), line in table({a_cell(): 3}).open_lines() if name == TOTAL] == ["open"]


def test_what_would_be_hidden_mostly_is_merged_upwards_whole() -> None:
    one = table({a_cell(system=system): 20 for system in ("QGH", "QHL", "QNC")})
    two: frozenset[LineName] = frozenset({(("system", "QGH"),), (("system", "QHL"),)})
    assert one.merged_upwards(two) == two | {(("system", "QNC"),)}
    assert one.merged_upwards(frozenset([(("system", "QGH"),)])) == {(("system", "QGH"),)}
    assert one.merged_upwards(frozenset([TOTAL])) == {TOTAL}
