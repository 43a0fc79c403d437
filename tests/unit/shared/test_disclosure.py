"""Small-number rules, and what a reader can work out."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.disclosure.audit import Audit
from shared.disclosure.publication import (
    AtLeast,
    Cover,
    Line,
    Percent,
    Publication,
    Relation,
    Sum,
    holds,
    rows,
    since,
)
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


@pytest.mark.parametrize(("people", "disclosed"), [(0, 0), (7, 5), (8, 10), (12, 10), (13, 15)])
def test_one_to_seven_people_are_few_and_more_go_to_the_nearest_five(people: int, disclosed: int) -> None:
    assert is_small(people) == (people == 7)
    assert rounded(people) == disclosed


@given(st.integers(8, 10_000))
def test_what_is_disclosed_is_known_within_two_and_never_of_fewer_than_eight(people: int) -> None:
    least, most = known_from(rounded(people))
    assert 8 <= least <= people <= most <= rounded(people) + 2


def test_that_nobody_is_counted_is_known_exactly() -> None:
    assert known_from(rounded(0)) == (0, 0)


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


def test_what_is_disclosed_exactly_gives_more_away() -> None:
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
        "men": a_line("men", 3, decision="undisclosed"),
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


@pytest.mark.parametrize("total", [70, 38])
def test_a_relation_that_is_not_true_teaches_nothing(total: int) -> None:
    lines = {"few": a_line("few", 1), "many": a_line("many", 38), "total": a_line("total", total)}

    assert disclose(Publication(lines, [Sum("total", ("few", "many"))])) == {"few"}


@pytest.mark.parametrize(
    ("relation", "whole", "is_true"),
    [
        *((Sum("whole", ("some", "many")), whole, whole == 30) for whole in (29, 30, 31)),
        *((Cover("whole", ("some", "many")), whole, 20 <= whole <= 30) for whole in (19, 20, 30, 31)),
        *((AtLeast("whole", ("some", "many")), whole, whole >= 30) for whole in (29, 30, 31)),
        *((Percent("some", "whole", 20), whole, 49 <= whole <= 51) for whole in (48, 49, 51, 52)),
    ],
)
def test_a_relation_says_how_little_and_how_much_the_whole_can_be(
    relation: Relation[str], whole: int, *, is_true: bool
) -> None:
    assert all(holds(row, {"some": 10, "many": 20, "whole": whole}) for row in rows(relation)) == is_true


def test_a_line_is_the_same_since_the_revision_that_counted_so_first() -> None:
    first = {"same": 20, "corrected": 9}
    second = first | {"corrected": 8, "new": 30}
    assert since(first, 1, None) == {"same": 1, "corrected": 1}
    assert since(second, 2, (first, since(first, 1, None))) == {"same": 1, "corrected": 2, "new": 2}


@pytest.mark.parametrize("decision", ["hidden", "withheld", "undisclosed"])
def test_a_line_that_is_not_disclosed_gives_nothing_away(decision: Any) -> None:
    lines = {"few": a_line("few", 1), "many": a_line("many", 38, decision=decision), "total": a_line("total", 39)}

    assert disclose(Publication(lines, [Sum("total", ("few", "many"))])) == {"few"}


@pytest.mark.parametrize("decision", ["withheld", "undisclosed"])
def test_many_people_who_are_not_told_of_for_another_reason_may_be_worked_out(decision: Any) -> None:
    lines = {"some": a_line("some", 20), "many": a_line("many", 38, decision=decision)}
    lines |= {"total": Line({"total": 58}, exact=frozenset({"total"}))}

    assert disclose(Publication(lines, [Sum("total", ("some", "many"))])) == set()


def test_a_hidden_lines_percentage_is_hidden_with_it() -> None:
    lines = {"women": a_line("women", 5), "all": Line({"all": 103}, exact=frozenset({"all"}))}

    assert disclose(Publication(lines, [Percent("women", "all", 5)])) == {"women"}


def test_few_people_are_not_disclosed_because_another_number_of_their_line_is_known() -> None:
    lines = {
        "line": Line({"enrolments": 40, "people": 3}),
        "rest": a_line("rest", 20, decision="disclosed"),
        "total": Line({"total": 60}, decision="disclosed", exact=frozenset({"total"})),
    }

    assert disclose(Publication(lines, [Sum("total", ("enrolments", "rest"))])) == {"line"}


@pytest.mark.parametrize("relation", [Sum("total", ("few", "many")), AtLeast("total", ("few", "many"))])
def test_few_people_may_not_be_known_to_be_one_to_five(relation: Relation[str]) -> None:
    """Within two of three they would be as good as disclosed; that it is hidden says that it is one at least."""
    lines = {"few": a_line("few", 3), "many": a_line("many", 40)}
    lines |= {"total": Line({"total": 43}, decision="disclosed", exact=frozenset({"total"}))}

    assert disclose(Publication(lines, [relation])) == {"few", "many"}


def test_that_of_few_people_nobody_came_can_be_known() -> None:
    lines = {"few": Line({"enrolments": 3, "attended": 0}), "others": a_line("others", 0), "all": a_line("all", 0)}

    assert disclose(Publication(lines, [Sum("all", ("attended", "others"))])) == {"few"}


def test_a_percentage_that_gives_few_people_away_is_hidden_with_its_line() -> None:
    lines = {
        "women": a_line("women", 97),
        "men": a_line("men", 3, decision="undisclosed"),
        "all": Line({"all": 100}, decision="disclosed", exact=frozenset({"all"})),
    }

    assert disclose(Publication(lines, [Sum("all", ("women", "men")), Percent("women", "all", 97)])) == {"women"}


def test_of_what_gives_few_people_away_the_line_of_fewest_is_hidden() -> None:
    lines = {"total": a_line("total", 39), "many": a_line("many", 38), "few": a_line("few", 1)}

    assert disclose(Publication(lines, [Sum("total", ("few", "many"))])) == {"few", "many"}


def test_what_was_published_without_care_cannot_be_fixed() -> None:
    lines = {"few": a_line("few", 1, decision="hidden")} | {
        name: a_line(name, people, decision="disclosed") for name, people in (("many", 38), ("total", 39))
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
