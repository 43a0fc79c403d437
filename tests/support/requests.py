"""Requests nobody would think of, drawn from a service's own OpenAPI document, half of them against what exists."""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any, cast
from uuid import uuid4

import schemathesis
from fastapi import FastAPI
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

BASE = "http://service.test"
TEXTS = (
    "\0",
    "\u202e",
    "\u200b",
    "9" * 5_000,
    "9999-12-31T23:59:59.9999999Z",
    "9999-12-31",
    "2026",
    "jo@[::1]",
)
NASTY: tuple[Any, ...] = (*TEXTS, "\ud800", True, None, 2**31, 2**63, -1, 1764000000, 1e300, [], {"\ud800": 1})
"""What was seen to spoil a list, a mail or a batch, and its like."""

_MODES = (*[GenerationMode.POSITIVE] * 3, GenerationMode.NEGATIVE)
_OURS = frozenset({"academy-time", "authorization"})
"""Who calls and when is said by the test; else hardly a request would come past the door."""
_SAID = frozenset({"if-match", "idempotency-key"})
"""What a request that speaks of what exists says rightly."""


KNOWN_SHARE, SPOILT_SHARE, WHOLE_SHARE = 0.8, 0.4, 0.15
"""How many requests speak of what exists, how many are spoilt in one place, and how many of those in a whole part."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it goes over the wire."""

    method: str
    url: str
    query: Mapping[str, Any]
    headers: Mapping[str, str]
    body: bytes | None


def operations(app: FastAPI) -> Iterator[Any]:
    """The operations of the app's document."""
    document: Any = schemathesis.openapi.from_dict(app.openapi())
    return (found.ok() for found in document.get_all_operations())


def drawn(operation: Any, known: Mapping[str, Any], *, examples: int, start: int) -> list[Request]:
    """`examples` requests, as allowed by the document and as not, from the given start of chance."""
    found: list[Request] = []
    chance = Random(start)

    @seed(start)
    @settings(max_examples=examples, phases=[Phase.generate], derandomize=False)
    @given(st.data())
    def draw(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy(data.draw(st.sampled_from(_MODES))))
        found.append(_request(case, known if chance.random() < KNOWN_SHARE else {}, chance))

    draw()
    return found


def _request(case: Any, known: Mapping[str, Any], chance: Random) -> Request:
    case.path_parameters = _with({**(case.path_parameters or {})}, known)
    sent = case.as_transport_kwargs(base_url=BASE)
    ours = _OURS | _SAID if known else _OURS
    headers = {name: value for name, value in sent["headers"].items() if name.lower() not in ours}
    if known:
        headers |= {"Idempotency-Key": str(uuid4())} | ({"If-Match": "*"} if chance.random() < KNOWN_SHARE else {})
    query = _with({**(sent.get("params") or {})}, known)
    if query and chance.random() < SPOILT_SHARE:
        query[chance.choice(sorted(query))] = chance.choice(TEXTS)
    return Request(sent["method"], sent["url"], query, headers, _body(sent, known, chance))


def _body(sent: Mapping[str, Any], known: Mapping[str, Any], chance: Random) -> bytes | None:
    if "json" not in sent:
        data = sent.get("data")
        return data.encode() if isinstance(data, str) else data
    body = _with(sent["json"], known)
    if chance.random() < SPOILT_SHARE:
        _spoil(body, chance)
    return json.dumps(body).encode()


def _with(value: Any, known: Mapping[str, Any]) -> Any:
    """The body with what is known to be right, wherever a field of that name stands."""
    match value:
        case list():
            return [_with(item, known) for item in cast("list[Any]", value)]
        case dict():
            fields = cast("dict[str, Any]", value)
            return {name: known.get(name) or _with(inner, known) for name, inner in fields.items()}
        case _:
            return value


def _spoil(body: Any, chance: Random) -> None:
    """Put something nasty in the place of one value, however deep it lies."""
    while body and isinstance(body, dict | list):
        whole = cast("dict[Any, Any]", body)
        place = chance.choice(sorted(whole) if isinstance(body, dict) else range(len(whole)))
        body = whole[place]
        if not (body and isinstance(body, dict | list)) or chance.random() < WHOLE_SHARE:
            whole[place] = deepcopy(chance.choice(NASTY))
            return
