"""No door is left without a rule: every text, moment, day and number of every body, query and event has its type."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Any, get_args, get_origin, get_type_hints
from uuid import uuid4

import pytest
from pydantic import TypeAdapter, ValidationError

from academy.documents import document
from academy.services import SERVICES
from shared.contracts.catalogue import PUBLISHED
from shared.contracts.enrolment.learners import LearnerWaitlisted
from shared.contracts.envelope import Contract
from shared.fields import Code, Day, Flag, Id, Moment
from shared.web.views import Body

_RULES = frozenset({"enum", "const", "format", "pattern", "maxLength"})
_LEAST, _MOST = frozenset({"minimum", "exclusiveMinimum"}), frozenset({"maximum", "exclusiveMaximum"})
_METHODS = frozenset({"get", "put", "post", "delete", "patch"})


def schemas_of(service: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What callers of the service may send: name and schema of each parameter and of each part of a body."""
    api = json.loads(document(service))
    for path, item in api["paths"].items():
        for method in _METHODS & item.keys():
            for parameter in item[method].get("parameters", ()):
                yield from parts(f"{method} {path} {parameter['name']}", parameter["schema"], api)
            for content in item[method].get("requestBody", {}).get("content", {}).values():
                yield from parts(f"{method} {path}", content["schema"], api)


def parts(name: str, schema: Mapping[str, Any], api: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if "$ref" in schema:
        schema = api["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    yield name, schema
    for field, inner in schema.get("properties", {}).items():
        yield from parts(f"{name} {field}", inner, api)
    for inner in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())):
        yield from parts(name, inner, api)


@pytest.mark.parametrize("service", SERVICES)
def test_every_text_a_caller_may_send_has_a_rule_and_a_length(service: str) -> None:
    texts = [(name, schema) for name, schema in schemas_of(service) if schema.get("type") == "string"]

    assert texts
    assert [name for name, schema in texts if not _RULES & schema.keys()] == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_number_a_caller_may_send_has_bounds_a_database_can_hold(service: str) -> None:
    numbers = [(n, s) for n, s in schemas_of(service) if s.get("type") in {"integer", "number"} and "const" not in s]

    assert [n for n, s in numbers if not (_LEAST & s.keys() and _MOST & s.keys())] == []


def bodies(base: type[Body] = Body) -> Iterator[type[Body]]:
    for kind in base.__subclasses__():
        yield kind
        yield from bodies(kind)


def test_no_body_takes_a_value_for_what_it_is_not() -> None:
    kinds = [kind for kind in bodies() if kind.__module__.startswith(("services.", "shared."))]

    assert len(kinds) > 10
    assert [kind.__name__ for kind in kinds if not kind.model_config.get("strict")] == []


def is_bare(kind: object) -> bool:
    """Whether a type takes any text, moment or day there is."""
    bare = any(kind is known for known in (str, date, datetime))
    return bare or (get_origin(kind) is not Annotated and any(map(is_bare, get_args(kind))))


@pytest.mark.parametrize("event", PUBLISHED, ids=lambda e: e.event_type())
def test_events_carry_no_text_moment_or_day_without_its_rule(event: type[Contract]) -> None:
    fields = get_type_hints(event, include_extras=True)

    assert [name for name in event.model_fields if is_bare(fields[name])] == []


@pytest.mark.parametrize(("kind", "value"), [(Moment, 1764000000), (Moment, True), (Day, 20000), (Moment, "2026")])
def test_no_number_is_a_moment_or_a_day(kind: Any, value: object) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    with pytest.raises(ValidationError):
        adapter.validate_python(value)
    with pytest.raises(ValidationError):
        adapter.validate_json(json.dumps(value))


class Ordered(Body):
    person_id: Id
    seats: int
    at: Moment
    on: Day
    sure: bool


ORDER = {"person_id": str(uuid4()), "seats": 1, "at": "2026-11-28T09:30:00+01:00", "on": "2026-11-28", "sure": True}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seats", True),
        ("seats", "1"),
        ("seats", 1.5),
        ("at", 1),
        ("on", 1),
        ("sure", 1),
        ("sure", "yes"),
        ("person_id", 1),
    ],
)
def test_a_body_is_taken_by_the_letter(field: str, value: object) -> None:
    assert Ordered.model_validate(ORDER).at.isoformat() == "2026-11-28T08:30:00+00:00"
    with pytest.raises(ValidationError):
        Ordered.model_validate(ORDER | {field: value})


@pytest.mark.parametrize(("field", "value"), [("rank", "1"), ("rank", True), ("person_id", 1), ("effective_at", 0)])
def test_an_event_is_taken_by_the_letter(field: str, value: object) -> None:
    told: dict[str, Any] = {
        "effective_at": "2020-10-01T09:00:00+00:00",
        "person_id": str(uuid4()),
        "enrolment_id": str(uuid4()),
        "cohort_id": str(uuid4()),
        "programme_code": "CLS7",
        "rank": 1,
        "rule": "first_come",
    }
    assert LearnerWaitlisted.model_validate_json(json.dumps(told)).rank == 1
    with pytest.raises(ValidationError):
        LearnerWaitlisted.model_validate_json(json.dumps(told | {field: value}))


@pytest.mark.parametrize("given", ["yes", "1", "on", "t", "True", "TRUE", "", " true"])
def test_a_flag_of_a_query_is_true_or_false(given: str) -> None:
    flag: TypeAdapter[bool] = TypeAdapter(Flag)
    assert (flag.validate_python("true"), flag.validate_python("false")) == (True, False)
    with pytest.raises(ValidationError):
        flag.validate_python(given)


@pytest.mark.parametrize("given", ["", "Asha Patel", "a@b", "-a", "a" * 65, "8\na", "é", "a/b"])
def test_a_code_has_the_form_of_one(given: str) -> None:
    code: TypeAdapter[str] = TypeAdapter(Code)
    assert [code.validate_python(known) for known in ("8a", "QGH", "ilm_5", "99", "CLS7.2-b")]
    with pytest.raises(ValidationError):
        code.validate_python(given)
