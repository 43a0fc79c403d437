"""Small-number rules, and what a reader can work out."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.disclosure.audit import Audit
from shared.disclosure.publication import AtLeast, Cover, Line, Percent, Publication, Relation, Sum
from shared.disclosure.rules import NotACount, is_small, known_from, rounded, whole_percent
from shared.disclosure.suppression import NothingToHide, disclose

counts = st.integers(0, 60)


def a_line(name: str, people: int, **given: Any) -> Line[str]:
    return Line({name: people}, **given)


def a_table(cells: Mapping[str, int], **given: Any) -> Publication[str, str]:
    """One breakdown, and the total it adds up to."""
    lines = {name: a_line(name, people) for name, people in cells.items()} | {
        "total": a_line("total", sum(cells.values()))
    }
    return Publication(lines | given, [Sum("total", tuple(cells))])


def exposed(publication: Publication[str, str], hidden: frozenset[str]) -> list[set[str]]:
    return [giving_away for _, giving_away in Audit(publication, hidden).exposed()]


@pytest.mark.parametrize(("people", "printed"), [(0, 0), (7, 5), (8, 10), (12, 10), (13, 15)])
def test_one_to_seven_people_are_few_and_more_go_to_the_nearest_five(people: int, printed: int) -> None:
    assert is_small(people) == (people == 7)
    assert rounded(people) == printed


@given(st.integers(8, 10_000))
def test_what_is_printed_is_known_within_two_and_never_of_fewer_than_eight(people: int) -> None:
    least, most = known_from(rounded(people))
    assert 8 <= least <= people <= most <= rounded(people) + 2


@pytest.mark.parametrize("no_count", [-1, 2.5, float("nan"), True, "3", None])
def test_what_nobody_can_have_counted_is_refused(no_count: Any) -> None:
    with pytest.raises(NotACount):
        is_small(no_count)
    with pytest.raises(NotACount):
        rounded(no_count)
    with pytest.raises(NotACount):
        a_line("people", no_count)


@pytest.mark.parametrize("cells", [(1, 1), (1, 1, 8), (7, 7, 7), (1,), (7,), (3, 40), (1, 37), (2, 36, 0), (5, 12, 13)])
def test_a_table_does_not_give_itself_away(cells: tuple[int, ...]) -> None:
    """Each of these did, beside an exact total, when only single hidden cells got a companion."""
    publication = a_table({f"cell {n}": people for n, people in enumerate(cells)})

    assert not exposed(publication, disclose(publication))


def test_a_lone_cell_beside_rounded_figures_is_found_where_it_can_be_worked_out() -> None:
    publication = a_table({"few": 1, "many": 38})  # 40 and 40: the rest is at most 4

    assert exposed(publication, frozenset({"few"})) == [{"many", "total"}]
    assert disclose(publication) == {"few", "many"}


def test_more_is_not_hidden_than_has_to_be() -> None:
    assert disclose(a_table({"few": 3, "many": 40})) == {"few"}
    assert disclose(a_table({"some": 9, "many": 40, "nobody": 0})) == set()


def test_what_is_printed_exactly_gives_more_away() -> None:
    cells = {"few": 3, "many": 40}
    exact = {name: Line({name: people}, exact=frozenset({name})) for name, people in (cells | {"total": 43}).items()}
    publication = Publication(exact, [Sum("total", tuple(cells))])

    assert disclose(publication) == {"few", "many"}


def test_a_dear_line_is_hidden_last() -> None:
    lines = {"few": a_line("few", 1), "many": a_line("many", 38, dear=True), "total": a_line("total", 39)}

    assert disclose(Publication(lines, [Sum("total", ("few", "many"))])) == {"few", "total"}


def test_a_percentage_is_a_figure_too() -> None:
    part = Line({"women": 27}, exact=frozenset())
    lines = {
        "women": part,
        "men": a_line("men", 3, decision="unprinted"),
        "all": Line({"all": 30}, exact=frozenset({"all"})),
    }
    known: list[Relation[str]] = [Sum("all", ("women", "men")), Percent("women", "all", 90)]
    publication = Publication(lines, known)

    assert exposed(publication, frozenset())
    hidden = disclose(publication)
    assert hidden
    assert not exposed(publication, hidden)


@pytest.mark.parametrize("relation", [Cover("whole", ("few", "many")), AtLeast("whole", ("few", "many"))])
def test_people_counted_in_several_cells_and_wholes_that_have_more_teach_less(relation: Relation[str]) -> None:
    lines = {"few": a_line("few", 1), "many": a_line("many", 38), "whole": a_line("whole", 39)}
    publication = Publication(lines, [relation])

    assert not exposed(publication, disclose(publication))


def test_a_relation_that_is_not_true_teaches_nothing() -> None:
    lines = {"few": a_line("few", 1), "many": a_line("many", 38), "total": a_line("total", 70)}

    assert disclose(Publication(lines, [Sum("total", ("few", "many"))])) == {"few"}


def test_what_was_published_without_care_cannot_be_fixed() -> None:
    lines = {"few": a_line("few", 1, decision="hidden")} | {
        name: a_line(name, people, decision="printed") for name, people in (("many", 38), ("total", 39))
    }
    with pytest.raises(NothingToHide):
        disclose(Publication(lines, [Sum("total", ("few", "many"))]))


@given(st.lists(st.lists(counts, min_size=3, max_size=3), min_size=2, max_size=4))
def test_of_a_table_with_two_margins_nothing_can_be_worked_out(rows: list[list[int]]) -> None:
    lines = {("cell", r, c): people for r, row in enumerate(rows) for c, people in enumerate(row)}
    lines |= {("row", r, 0): sum(row) for r, row in enumerate(rows)}
    lines |= {("column", 0, c): sum(row[c] for row in rows) for c in range(3)}
    lines |= {("all", 0, 0): sum(map(sum, rows))}
    known: list[Relation[Any]] = [Sum(("row", r, 0), tuple(("cell", r, c) for c in range(3))) for r in range(len(rows))]
    known += [Sum(("column", 0, c), tuple(("cell", r, c) for r in range(len(rows)))) for c in range(3)]
    known += [Sum(("all", 0, 0), tuple(("row", r, 0) for r in range(len(rows))))]
    known += [Sum(("all", 0, 0), tuple(("column", 0, c) for c in range(3)))]
    publication = Publication({name: Line({name: people}) for name, people in lines.items()}, known)

    hidden = disclose(publication)

    assert {name for name, people in lines.items() if 0 < people < 8} <= hidden
    assert not list(Audit(publication, hidden).exposed())
    assert not {name for name in hidden if lines[name] == 0}


@pytest.mark.parametrize(("part", "whole", "percent"), [(1, 200, 1), (1, 201, 0), (0, 5, 0), (5, 5, 100), (0, 0, None)])
def test_a_half_per_cent_is_rounded_up(part: int, whole: int, percent: int | None) -> None:
    assert whole_percent(part, whole) == percent
