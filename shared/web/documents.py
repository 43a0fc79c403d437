"""The OpenAPI document as somebody who has never seen the service reads it.

FastAPI knows types; here is added what people need: sentences for summaries, who may call, how a route refuses and an
example of each body. What FastAPI makes up from names is taken away.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeAlias, cast
from uuid import NAMESPACE_URL, uuid5

from fastapi import FastAPI
from fastapi.routing import APIRoute

from shared.web import headers, refusals
from shared.web.examples import NoExample, example
from shared.web.problems import MEDIA_TYPE
from shared.web.refusals import Refusal
from shared.web.routes import callers, sentence

Json: TypeAlias = dict[str, Any]

JSON = "application/json"
_CLAUSE = re.compile(r"[;:]\s")
_SCHEMA = re.compile(r"#/components/schemas/(\w+)")
_HEADER = re.compile(r"#/components/headers/([\w-]+)")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_KEY = "Idempotency-Key"
"""Who leaves it out is told so under a code of its own; FastAPI, which would use another, believes it optional."""

_MADE_UP = ("Successful Response", "Created")
_IN_WORDS = {"302": "Where to go.", "201": "It is new: {}"}
_PROBLEM: Json = {"$ref": "#/components/schemas/Problem"}
_OTHERWISE = "Any other refusal: a problem too, whatever its status."


def install(app: FastAPI, routes: Iterable[APIRoute], tags: Mapping[str, str]) -> None:
    """Let the app serve its document as it is completed here; `tags` says of each tag what it is for."""
    plain: Callable[[], Json] = app.openapi
    shown = [route for route in routes if route.include_in_schema]

    @cache
    def completed() -> Json:
        return _completed(plain(), shown, tags)

    app.openapi = completed


def _completed(document: Json, routes: Iterable[APIRoute], tags: Mapping[str, str]) -> Json:
    schemas: Json = document["components"]["schemas"]
    for name, schema in schemas.items():
        _tidy(name, schema)
    used: set[str] = set()
    for route, operation in _operations(document, routes):
        used.update(map(str, route.tags))
        _describe(operation, route)
        _head(operation, schemas)
        _refuse(operation, refusals.of_route(route), document["components"].setdefault("responses", {}))
        _give_examples(operation, schemas)
    _drop_unused(document)
    document["components"]["headers"] = {name: headers.HEADERS[name] for name in _used(_HEADER, document)}
    document["tags"] = [{"name": tag, "description": said} for tag, said in tags.items() if tag in used]
    return document


def _drop_unused(document: Json) -> None:
    """FastAPI lists models that no schema speaks of, such as what a row becomes that cannot be read."""
    for name in document["components"]["schemas"].keys() - _used(_SCHEMA, document):
        del document["components"]["schemas"][name]


def _used(reference: re.Pattern[str], document: Json) -> list[str]:
    return sorted(set(reference.findall(json.dumps(document))))


def _operations(document: Json, routes: Iterable[APIRoute]) -> Iterator[tuple[APIRoute, Json]]:
    for route in routes:
        for method in sorted(route.methods or ()):
            yield route, document["paths"][route.path_format][method.lower()]


def _tidy(name: str, schema: Json) -> None:
    """Titles for people; a property's title is its name once more."""
    title = name.removesuffix("_").replace("Page_", "Page of ").removesuffix("View")
    schema["title"] = _HUMP.sub(" ", title).capitalize()
    for inner in schema.get("properties", {}).values():
        inner.pop("title", None)


def _describe(operation: Json, route: APIRoute) -> None:
    operation["summary"] = _CLAUSE.split(sentence(route), maxsplit=1)[0].replace("`", "")
    operation["description"] = "\n\n".join((route.description, *(f"For: {rule}." for rule in callers(route))))
    for parameter in operation.get("parameters", ()):
        parameter["schema"].pop("title", None)
        if parameter["name"] == _KEY:
            _ask_for_key(parameter, route)
        elif parameter["required"]:
            _fill_in(parameter)


def _ask_for_key(parameter: Json, route: APIRoute) -> None:
    """Each operation's own, since whoever tries one after the other may not send the key of another request."""
    schema: Json = parameter["schema"]
    schema.pop("default", None)
    schema["examples"] = [str(uuid5(NAMESPACE_URL, route.unique_id))]
    parameter["required"] = True
    _fill_in(parameter)


def _fill_in(parameter: Json) -> None:
    """What a page that tries requests out begins with: of a parameter it takes no example but this."""
    if examples := parameter["schema"].get("examples"):
        parameter["example"] = examples[0]


def _head(operation: Json, schemas: Json) -> None:
    """Of what FastAPI knows, which is all but refusals."""
    answers = cast("Mapping[str, Json]", operation["responses"])
    for status, answer in answers.items():
        if answer["description"] in _MADE_UP:
            answer["description"] = _IN_WORDS.get(status, "{}").format(_answered(answer, schemas))
        if status[0] in "23" and (found := headers.of_answer(operation, status, schemas)):
            answer["headers"] = found


def _answered(answer: Json, schemas: Json) -> str:
    """What is answered: the first sentence of its view, or of what a page of it holds."""
    schema: Json = answer.get("content", {}).get(JSON, {}).get("schema", {})
    view = _referred(schema, schemas)
    item = _referred(view.get("properties", {}).get("items", {}).get("items", {}), schemas)
    if item:
        return f"A page. Of each: {_first(item)}"
    return _first(view) if view else "What was asked for."


def _referred(schema: Json, schemas: Json) -> Json:
    return schemas.get(schema.get("$ref", "").rpartition("/")[2], {})


def _first(view: Json) -> str:
    said = view.get("description") or f"{view['title']}."
    return " ".join(said.partition("\n\n")[0].split())


def _refuse(operation: Json, known: Iterable[Refusal], shared: Json) -> None:
    """Each status with its codes; what many operations answer stands once among the document's `shared` parts."""
    answers: Json = operation["responses"]
    for status, found in groupby(known, key=attrgetter("status")):
        told = list(found)
        name = "-".join(refusal.code for refusal in told)
        shared[name] = _answer(
            "\n".join(f"- `{refusal.code}`: {refusal.when}" for refusal in told),
            headers.of_refusal(status),
            {
                "examples": {
                    r.code: {"summary": r.when, "value": r.example.model_dump(mode="json", exclude_none=True)}
                    for r in told
                }
            },
        )
        answers[str(int(status))] = {"$ref": f"#/components/responses/{name}"}
    answers["default"] = _answer(_OTHERWISE, {}, {})


def _answer(description: str, headed: Json, more: Json) -> Json:
    answer = {"description": description, "content": {MEDIA_TYPE: {"schema": _PROBLEM, **more}}}
    return answer | {"headers": headed} if headed else answer


def _give_examples(operation: Json, schemas: Json) -> None:
    bodies = [operation.get("requestBody", {})]
    bodies += [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    for body in bodies:
        content = cast("Mapping[str, Json]", body.get("content", {}))
        if JSON in content:
            with suppress(NoExample):
                content[JSON]["example"] = example(content[JSON]["schema"], schemas)
