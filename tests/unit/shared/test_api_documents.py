"""What the OpenAPI documents tell people beside types: examples that are right, refusals, tags, where to send it."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Path, Query
from jsonschema import Draft202012Validator

from academy.replay.plan.tables import rows
from shared.errors import Conflict
from shared.web.app import create_app
from shared.web.idempotency import Idempotent
from shared.web.principal import REGION, allowed
from shared.web.refusals import refuses
from tests.support.academies import app_of
from tests.support.packages import SERVICES


class HallClosed(Conflict):
    """The hall is closed on that day."""

    code = "hall_closed"


router = APIRouter(prefix="/v1", tags=["halls"], dependencies=[allowed(ops=REGION)])


@router.post("/halls/{number}/bookings")
@refuses(HallClosed)
async def create_booking(number: Annotated[int, Path(examples=[7])], once: Idempotent) -> None:
    """Book a hall; who comes first has it.

    Halls open at eight.
    """
    del number, once


@router.delete("/halls/{number}")
async def close_hall(number: int, once: Idempotent, guests: Annotated[int, Query(examples=[20])] = 0) -> None:
    """Close a hall (send `If-Match`). It opens no more."""
    del number, once, guests


APP = create_app(
    name="halls",
    title="Halls",
    description="For tests.",
    routers=(router,),
    tags={"halls": "Where people meet.", "rooms": "Nobody's."},
)
BOOKING = APP.openapi()["paths"]["/v1/halls/{number}/bookings"]["post"]
CLOSURE = APP.openapi()["paths"]["/v1/halls/{number}"]["delete"]


def parameter(operation: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    (found,) = (p for p in operation["parameters"] if p["name"] == name)
    return found


def told(document: Mapping[str, Any], operation: Mapping[str, Any], status: int) -> set[str]:
    name = operation["responses"][str(status)]["$ref"].rpartition("/")[2]
    return set(document["components"]["responses"][name]["content"]["application/problem+json"]["examples"])


def examples(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], Any]]:
    """Each example of a body or answer, with its place and schema."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"].items()
            told = [("body", operation.get("requestBody", {})), *(a for a in answers if a[0].startswith("2"))]
            for part, body in told:
                media = body.get("content", {}).get("application/json", {})
                if "example" in media:
                    yield f"{method} {path} {part}", media["schema"], media["example"]
    for name, answer in document["components"]["responses"].items():
        for media in answer["content"].values():
            yield from ((name, media["schema"], told["value"]) for told in media["examples"].values())


def wrong(document: Mapping[str, Any], schema: Mapping[str, Any], example: Any) -> Iterator[str]:
    """What a validator finds wrong with an example."""
    validator: Any = Draft202012Validator(
        {**schema, "components": document["components"]}, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    return (f"{error.json_path}: {error.message}" for error in validator.iter_errors(example))


@pytest.mark.parametrize("name", SERVICES)
def test_each_example_is_what_its_schema_says(name: str) -> None:
    document = app_of(name).openapi()
    found = list(examples(document))
    faults = [f"{place}: {fault}" for place, schema, example in found for fault in wrong(document, schema, example)]
    assert found
    assert faults == []


def test_a_summary_is_the_beginning_of_a_sentence() -> None:
    assert BOOKING["summary"] == "Book a hall"
    assert BOOKING["description"].startswith("Book a hall; who comes first has it.\n\nHalls open at eight.\n\nFor: ")


def test_a_summary_is_plain_text() -> None:
    assert CLOSURE["summary"] == "Close a hall (send If-Match)"


def test_a_route_tells_how_it_refuses_by_itself_and_by_what_it_stands_on() -> None:
    document = APP.openapi()
    assert told(document, BOOKING, 409) == {"hall_closed"}
    assert told(document, BOOKING, 401) == {"token_refused"}
    assert told(document, BOOKING, 403) == {"role_missing"}
    assert told(document, BOOKING, 400) == {
        "idempotency_key_missing",
        "parameter_repeated",
        "parameter_unknown",
        "target_unusable",
    }
    assert told(document, BOOKING, 422) == {"idempotency_key_reused", "malformed_body"}
    assert told(document, BOOKING, 503) == {"database_unavailable", "issuer_unavailable", "service_stopping"}


def test_a_refusal_says_when_it_comes() -> None:
    closed = APP.openapi()["components"]["responses"]["hall_closed"]
    assert closed["description"] == "- `hall_closed`: The hall is closed on that day."
    example = closed["content"]["application/problem+json"]["examples"]["hall_closed"]["value"]
    assert (example["status"], example["title"], example["code"]) == (409, "Conflict", "hall_closed")


def problem_told(document: Mapping[str, Any], code: str) -> Mapping[str, Any]:
    """The example of that code."""
    answers = document["components"]["responses"].values()
    return next(
        told[code]["value"]
        for answer in answers
        if code in (told := answer["content"]["application/problem+json"]["examples"])
    )


def test_the_example_of_an_unknown_code_names_what_is_near_and_where_the_list_is() -> None:
    (fault,) = problem_told(app_of("enrolment").openapi(), "unknown_code")["errors"]
    assert (fault["pointer"], fault["codes"]) == ("#/band", "/v1/codes/bands")
    assert fault["nearest"] == [{"code": "8a", "words": "Band 8a"}]


@pytest.mark.parametrize(
    ("code", "field"),
    [("session_times_wrong", "ends_at"), ("programme_fixed", "programme_code"), ("link_host_unknown", "join_url")],
)
def test_the_example_of_a_broken_rule_points_to_the_field_that_breaks_it(code: str, field: str) -> None:
    (fault,) = problem_told(app_of("enrolment").openapi(), code)["errors"]
    assert (fault["pointer"], fault["code"]) == (f"#/{field}", code)


def test_the_example_of_a_malformed_request_says_where_it_is() -> None:
    faults = problem_told(APP.openapi(), "malformed_body")["errors"]
    assert [("pointer" in fault, "parameter" in fault) for fault in faults] == [(True, False), (False, True)]


def test_the_example_of_a_record_that_exists_names_it() -> None:
    document = app_of("enrolment").openapi()
    assert "existing" in problem_told(document, "learner_exists")
    assert "existing" not in problem_told(document, "learner_may_exist")


def test_what_many_answers_have_in_their_heads_stands_once() -> None:
    document = APP.openapi()
    shared = document["components"]
    assert shared["responses"]["too_many_requests"]["headers"] == {
        "Retry-After": {"$ref": "#/components/headers/Retry-After"}
    }
    assert set(shared["responses"]["token_refused"]["headers"]) == {"WWW-Authenticate"}
    assert set(shared["headers"]) == {"Retry-After", "WWW-Authenticate"}
    assert "headers" not in shared["responses"]["hall_closed"]


def test_what_is_answered_is_told_in_words() -> None:
    paths = app_of("enrolment").openapi()["paths"]
    codes, put = paths["/v1/codes/{code_list}"]["get"], paths["/v1/learners/{person_id}"]["put"]
    said = "A page. Of each: A code, in force from its first day until the day before `valid_to`."
    assert codes["responses"]["200"]["description"] == said
    assert put["responses"]["201"]["description"] == f"It is new: {put['responses']['200']['description']}"
    answers = [a for path in paths.values() for o in path.values() for a in o["responses"].values()]
    assert {"Successful Response", "Created"}.isdisjoint(a.get("description") for a in answers)


def test_an_idempotency_key_is_required_and_filled_in() -> None:
    key = parameter(BOOKING, "Idempotency-Key")
    assert (key["in"], key["required"]) == ("header", True)
    assert key["example"] == key["schema"]["examples"][0]


def test_the_key_that_is_filled_in_is_no_other_operations() -> None:
    keys = [parameter(operation, "Idempotency-Key")["example"] for operation in (BOOKING, CLOSURE)]
    assert keys[0] != keys[1]


def test_what_is_required_is_filled_in_and_a_filter_is_not() -> None:
    assert parameter(BOOKING, "number")["example"] == 7
    assert "example" not in parameter(CLOSURE, "number")
    assert "example" not in parameter(CLOSURE, "guests")


@pytest.mark.parametrize("name", SERVICES)
def test_programmes_of_examples_are_offered_in_the_replayed_year(name: str) -> None:
    document = app_of(name).openapi()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    bodies = [schema.get("properties", {}) for schema in document["components"]["schemas"].values()]
    told = [p["schema"] for o in operations for p in o.get("parameters", ()) if p["name"] in {"code", "programme"}]
    told += [body[about] for body in bodies for about in ("programme_code", "family") if about in body]
    offered = {known for row in rows("programmes") for known in (row["code"], row["family"])}
    assert {example for schema in told for example in schema.get("examples", ())} <= offered


def test_each_tag_that_is_used_has_a_sentence() -> None:
    assert APP.openapi()["tags"] == [{"name": "halls", "description": "Where people meet."}]


@pytest.mark.parametrize("name", SERVICES)
def test_nobody_is_offered_what_replays_alone_may_say(name: str) -> None:
    operations = (o for path in app_of(name).openapi()["paths"].values() for o in path.values())
    offered = {p["name"].lower() for operation in operations for p in operation.get("parameters", ())}
    assert "academy-time" not in offered


async def test_behind_the_gateway_requests_are_tried_out_below_the_services_own_path() -> None:
    transport = httpx.ASGITransport(APP, root_path="/halls")
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test/halls") as client:
        page = (await client.get("/docs")).text
        document = (await client.get("/openapi.json")).json()
    assert "url: '/halls/openapi.json'" in page
    assert 'src="/halls/docs/assets/swagger-ui-bundle.js"' in page
    assert document["servers"] == [{"url": "/halls"}]
    assert document["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    assert BOOKING["security"] == [{"HTTPBearer": []}]
