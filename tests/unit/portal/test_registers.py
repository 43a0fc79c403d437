from uuid import UUID, uuid4

import pytest
from starlette.datastructures import FormData

from services.portal.clients.enrolment.registers import Answer, Line
from services.portal.frame.forms import Form
from services.portal.pages.registers.rows import key_of, rows, standing, summary, tell_refusals, told

WHO = UUID("0192a7c4-7b5e-7c3a-9d1f-3f2b8a6c5e10")


def a_line(on_the_day: str | None = None, *, apologies: bool = False) -> Line:
    return Line(person_id=WHO, name="Asha Kaur", on_the_day=on_the_day, apologies=apologies)


def sent(chosen: str, stood: str) -> Form:
    return Form.of(FormData([(f"mode-{WHO}", chosen), (f"stood-{WHO}", stood)]))


@pytest.mark.parametrize(
    ("line", "chosen"),
    [
        (a_line(), ""),
        (a_line("live"), "live"),
        (a_line("missed"), "missed"),
        (a_line("missed", apologies=True), "apologies"),
    ],
)
def test_what_was_entered_is_one_choice(line: Line, chosen: str) -> None:
    assert standing(line) == chosen
    assert rows([line])[0].chosen == chosen


@pytest.mark.parametrize(
    ("chosen", "stood", "row"),
    [
        ("live", "", ("live", False)),
        ("part", "live", ("part", False)),
        ("apologies", "missed", ("missed", True)),
        ("missed", "apologies", ("missed", False)),
        ("live", "live", None),
        ("recording", "", None),
        ("", "", None),
    ],
)
def test_only_what_differs_is_told(chosen: str, stood: str, row: tuple[str, bool] | None) -> None:
    found = [(one["mode"], one["apologies"]) for one in told(sent(chosen, stood))]
    assert found == ([row] if row else [])


def test_people_stand_by_name() -> None:
    names = ["bela", "Asha", "Chike"]
    lines = [Line(person_id=uuid4(), name=name) for name in names]
    assert [row.line.name for row in rows(lines)] == ["Asha", "bela", "Chike"]


def test_the_key_is_of_the_form_and_of_what_it_says() -> None:
    form = Form()
    live, part = told(sent("live", "")), told(sent("part", ""))
    assert key_of(form, live) == key_of(form, live)
    assert len({key_of(form, live), key_of(form, part), key_of(Form(), live)}) == 3


def test_a_refused_row_keeps_what_was_chosen_and_is_led_to() -> None:
    form = sent("part", "live")
    answer = Answer(person_id=WHO, outcome="refused", message="no place")
    [row] = shown = rows([a_line("live")], form, [answer])
    tell_refusals(form, shown, [answer])
    assert (row.refused, row.chosen, row.stands) == (True, "part", "live")
    assert [(fault.text, fault.href) for fault in form.summary] == [("Asha Kaur: no place", f"#mode-{WHO}")]


def test_what_somebody_else_saved_meanwhile_is_not_taken_back_by_the_next_save() -> None:
    [row] = rows([a_line("missed")], sent("live", "live"))
    assert (row.stands, row.chosen) == ("missed", "missed")


def test_a_choice_that_was_saved_is_what_stands() -> None:
    [row] = rows([a_line("part")], sent("part", "live"), [Answer(person_id=WHO, outcome="changed")])
    assert (row.stands, row.chosen) == ("part", "part")


def test_a_refusal_of_somebody_who_is_gone_is_told_too() -> None:
    form, gone = Form(), Answer(person_id=uuid4(), outcome="refused", message="no place")
    tell_refusals(form, rows([a_line()]), [gone])
    assert form.others == ["Somebody who is not in this register any more: no place"]


def test_what_became_of_all_rows_is_a_sentence() -> None:
    outcomes = ("recorded", "changed", "unchanged")
    people = [Line(person_id=uuid4(), name=outcome) for outcome in outcomes]
    answers = [Answer(person_id=one.person_id, outcome=one.name) for one in people]
    assert summary(rows(people, None, answers)) == "2 rows saved, 1 as before"
    assert summary(rows(people)) is None
