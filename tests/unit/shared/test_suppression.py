"""Which lines stay hidden where more is known of people than what is new: what was published before, and per cents."""

from typing import Any

import pytest

from shared.disclosure.publication import AtLeast, Cover, Line, Percent, Publication, Relation, Sum
from shared.disclosure.suppression import disclose


def a_line(name: str, people: int, **given: Any) -> Line[str]:
    return Line({name: people}, **given)


def exactly(name: str, people: int) -> Line[str]:
    return Line({name: people}, decision="disclosed", exact=frozenset({name}))


def beside_known(few: int = 1, many: int = 38, more: int = 20) -> dict[str, Line[str]]:
    """Of 39 people one is few; that the 38 others are 36 to 40 can be worked out from what was disclosed before.

    So the few are one to six; were it said that the others are 38 at least, they would be one to four.
    """
    lines = {"few": a_line("few", few), "many": a_line("many", many), "total": a_line("total", few + many)}
    return lines | {"more": a_line("more", more, decision="disclosed"), "known": exactly("known", many + more)}


KNOWN: list[Relation[str]] = [Sum("total", ("few", "many")), Sum("known", ("many", "more"))]


@pytest.mark.parametrize(("few", "many", "more"), [(1, 38, 20), (6, 37, 22)])
def test_a_line_that_can_be_worked_out_anyway_is_disclosed_and_another_is_hidden(
    few: int, many: int, more: int
) -> None:
    """What it says when it is disclosed makes the most that the few can be less, or the least more."""
    assert disclose(Publication(beside_known(few, many, more), KNOWN)) == {"few", "total"}


def test_a_line_hidden_before_is_not_taken_for_disclosed_when_it_can_be_worked_out() -> None:
    lines = beside_known() | {"many": a_line("many", 38, decision="hidden")}

    assert disclose(Publication(lines, KNOWN)) == {"few"}


def test_a_line_with_a_percentage_stays_hidden_though_it_can_be_worked_out() -> None:
    """In whole per cent it would tell more than that."""
    lines = beside_known() | {"all": exactly("all", 100)}

    assert disclose(Publication(lines, [*KNOWN, Percent("many", "all", 38)])) == {"few", "many"}


def test_a_percentage_that_says_how_many_at_most_is_hidden_with_its_line() -> None:
    """Of 44.5 at most 43 at least are others, whose line is not the one to hide."""
    lines = {"few": a_line("few", 1), "others": a_line("others", 43, dear=True), "women": a_line("women", 44)}
    lines |= {"all": exactly("all", 100)}
    known: list[Relation[str]] = [Sum("women", ("few", "others")), Percent("women", "all", 44)]

    assert disclose(Publication(lines, known)) == {"few", "women"}


def test_a_percentage_that_says_how_many_at_least_is_hidden_with_its_line() -> None:
    lines = {"few": a_line("few", 1), "women": a_line("women", 99), "all": exactly("all", 100)}
    known: list[Relation[str]] = [Sum("all", ("few", "women")), Percent("women", "all", 99)]

    assert disclose(Publication(lines, known)) == {"few", "women"}


def test_a_percentage_stays_known_while_its_line_is_disclosed() -> None:
    """From rounded figures the few are one to nine; 95 per cent are women, so they are three."""
    lines = {"few": a_line("few", 3), "women": a_line("women", 57), "all": a_line("all", 60)}
    total: Relation[str] = Sum("all", ("few", "women"))

    assert disclose(Publication(lines, [total])) == {"few"}
    assert disclose(Publication(lines, [total, Percent("women", "all", 95)])) == {"few", "women"}


def test_a_percentage_that_gives_nothing_away_is_not_hidden() -> None:
    lines = {"few": a_line("few", 1), "many": a_line("many", 38), "total": a_line("total", 39)}
    lines |= {"women": a_line("women", 20), "all": exactly("all", 100)}
    known: list[Relation[str]] = [Sum("total", ("few", "many")), Percent("women", "all", 20)]

    assert disclose(Publication(lines, known)) == {"few", "many"}


def test_for_a_line_disclosed_because_it_is_known_nothing_else_is_hidden() -> None:
    """Its other figures are disclosed with it: they are no secret that another line gives away."""
    lines = beside_known() | {"many": Line({"many": 38, "people": 30}), "total": a_line("total", 39, dear=True)}
    lines |= {"limit": Line({"limit": 31}, exact=frozenset({"limit"}))}

    assert disclose(Publication(lines, [*KNOWN, AtLeast("limit", ("people",))])) == {"few", "total"}


def test_how_many_more_than_its_part_a_hidden_line_counts_nobody_knows() -> None:
    lines = {"whole": a_line("whole", 1000, decision="hidden"), "part": a_line("part", 1000)}

    assert disclose(Publication(lines, [AtLeast("whole", ("part",))])) == set()


@pytest.mark.parametrize(("above", "below", "hidden"), [(20, 40, "above"), (60, 40, "below")])
def test_what_says_how_few_and_what_says_how_many_at_most_can_both_be_hidden(
    above: int, below: int, hidden: str
) -> None:
    """The seven are five at least, less than which one would leave, and nine at most, for which the other has room."""
    lines = {"few": a_line("few", 7), "above": a_line("above", above), "below": a_line("below", below)}
    lines |= {"room": exactly("room", above + 7), "all": exactly("all", below + 7)}
    known: list[Relation[str]] = [AtLeast("room", ("few", "above")), Cover("all", ("few", "below"))]

    assert disclose(Publication(lines, known)) == {"few", hidden}


def test_of_no_figures_at_all_there_is_no_audit() -> None:
    nothing: Publication[str, str] = Publication({}, [])
    with pytest.raises(RuntimeError, match="came to no end"):
        disclose(nothing)


def test_a_line_of_many_people_can_be_hidden_though_one_of_its_figures_is_nobody() -> None:
    lines = {"few": a_line("few", 1), "many": Line({"many": 38, "gone": 0}), "total": a_line("total", 39)}

    assert disclose(Publication(lines, [Sum("total", ("few", "many"))])) == {"few", "many"}


def test_one_line_hidden_for_two_numbers_is_enough() -> None:
    """The other that would do for the second has fewer people, but what hides the first hides both."""
    few = {"few": a_line("few", 1), "also few": a_line("also few", 1)}
    lines = few | {name: a_line(name, n) for name, n in (("both", 38), ("one", 28), ("39", 39), ("67", 67))}
    known: list[Relation[str]] = [Sum("39", ("few", "both")), Sum("67", ("also few", "both", "one"))]

    assert disclose(Publication(lines, known)) == {"few", "also few", "both"}
