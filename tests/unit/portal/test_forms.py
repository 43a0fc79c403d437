from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.datastructures import FormData, QueryParams

from services.portal.frame.forms import Fault, Form


def a_form(**fields: str) -> Form:
    return Form.of(FormData([(name.replace("__", "-"), text) for name, text in fields.items()]))


def test_the_key_of_a_form_stays_the_same_however_often_it_is_shown() -> None:
    key = str(uuid4())
    assert a_form(idempotency_key=key).key == key


@pytest.mark.parametrize("key", ["", "x", "'; drop table"])
def test_a_key_that_is_none_is_replaced(key: str) -> None:
    assert UUID(a_form(idempotency_key=key).key)
    assert Form().key != Form().key


def test_what_was_typed_is_kept_even_where_it_is_wrong() -> None:
    form = Form.of(FormData([("title", " "), ("needs", "a"), ("needs", "b")]))
    assert form.required("title", "Enter a title") == ""
    assert form.value("title") == " "
    assert form.values("needs") == ["a", "b"]
    assert form.summary == [Fault("Enter a title", "#title")]


def test_filters_in_an_address_are_a_form_too() -> None:
    assert Form.of(QueryParams("state=open&system=QGH&system=QHL")).values("system") == ["QGH", "QHL"]


def test_a_form_may_begin_with_what_is_there() -> None:
    form = Form.showing(title="Autumn", levels=["I", "We"])
    assert (form.value("title"), form.values("levels"), form.wrong) == ("Autumn", ["I", "We"], False)


def test_a_moment_is_read_from_its_fields() -> None:
    form = a_form(on="5", on__month="July", on__year="2021", at="10am")
    assert form.moment("on", "at", "Start") == datetime(2021, 7, 5, 9, tzinfo=UTC)
    assert not form.wrong


def test_all_that_is_wrong_with_a_moment_is_told_at_once() -> None:
    form = a_form(on="5", on__month="", on__year="2021", at="soon")
    assert form.moment("on", "at", "Start") is None
    assert form.summary == [
        Fault("Start date must include a month", "#on-month"),
        Fault("Start time must be a time, like 10am or 14:30", "#at"),
    ]


def test_an_hour_the_clocks_leave_out_is_told_at_the_time() -> None:
    form = a_form(on="28", on__month="3", on__year="2021", at="01:30")
    assert form.moment("on", "at", "Start") is None
    assert list(form.faults) == ["at"]


@pytest.mark.parametrize(
    ("error", "faults", "others"),
    [
        ({"pointer": "#/title", "detail": "write at most 200 characters"}, ["title"], []),
        ({"pointer": "#/title/3/text", "detail": "too long"}, ["title"], []),
        ({"parameter": "title", "detail": "too long"}, ["title"], []),
        ({"pointer": "#/seats_held", "detail": "too few"}, ["seats"], []),
        ({"header": "If-Match", "detail": "is missing"}, [], ["Is missing"]),
        ({"pointer": "#", "detail": "and 3 more"}, [], ["And 3 more"]),
        ({"pointer": "#/unknown", "detail": "no"}, [], ["No"]),
    ],
)
def test_what_a_service_finds_wrong_stands_at_its_field(
    error: dict[str, Any], faults: list[str], others: list[str]
) -> None:
    form = a_form(title="T", seats="3")
    form.refused([{"code": "x", **error}], {"seats_held": "seats"})
    assert (list(form.faults), form.others) == (faults, others)


def test_the_first_fault_of_a_field_counts() -> None:
    form = a_form(title="")
    form.fault("title", "Enter a title")
    form.fault("title", "Too short")
    assert form.faults == {"title": "Enter a title"}


@pytest.mark.parametrize(
    ("code", "detail", "words"),
    [
        ("missing", "Field required", "Fill this in"),
        ("literal_error", "Input should be 'I', 'We' or 'Us'", "Choose one of these"),
        ("enum", "Input should be 'sent' or 'created'", "Choose one of these"),
        ("greater_than_equal", "Input should be greater than or equal to 1", "Enter 1 or more"),
        ("less_than_equal", "Input should be less than or equal to 5000", "Enter 5000 or less"),
        ("text_unusable", "write at most 200 characters", "Write at most 200 characters"),
    ],
)
def test_words_for_programs_are_told_in_words_for_people(code: str, detail: str, words: str) -> None:
    form = a_form(seats="3")
    form.refused([{"pointer": "#/seats", "code": code, "detail": detail}])
    assert form.faults == {"seats": words}
