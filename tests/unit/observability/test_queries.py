"""Alerts and boards ask for labels and values that occur, and the year's board for nothing that tells on people."""

import json
from typing import get_args

import pytest

from services.notifications.messages.domain.messages import State as MessageState
from shared.contracts.topics import TOPICS
from shared.messaging.deferred import State as DeferredState
from tests.support.packages import PORTAL, ROOT, SERVICES
from tests.unit.observability.configuration import (
    Query,
    boards,
    grouped_by,
    matchers_in,
    metrics_in,
    queries,
    queries_of,
    recorded,
)


def test_labels_are_matched_with_values_that_occur() -> None:
    routes = {path for s in SERVICES for path in json.loads((ROOT / "docs" / "api" / f"{s}.json").read_text())["paths"]}
    occurring = {
        "route": routes,
        "topic": {topic.name for topic in TOPICS},
        "state": {*get_args(DeferredState), *MessageState},
        "service": {*SERVICES, PORTAL},
        "job": {"services", "gateway"},
        "role": {"api", "consumer", "relay"},
        "entrypoint": {"web"},
    }
    wrong = [
        (q.place, label, value)
        for q in queries()
        for _, label, operator, value in matchers_in(q.expression)
        if operator == "=" and label in occurring and value not in occurring[label]
    ]
    assert wrong == []


def test_what_the_rules_record_is_used() -> None:
    asked = set[str]().union(*(metrics_in(q.expression) for q in queries()))
    assert recorded() <= asked


@pytest.mark.parametrize(
    ("expression", "metrics"),
    [
        ('sum by (a, b) (rate(x_total{route="/v1/{id}", y=~"[45].."}[5m])) / (z > 0)', {"x_total", "z"}),
        ('a:b:rate5m and on (c) max(d) > 1e3 or absent(up{job="j"})', {"a:b:rate5m", "d", "up"}),
        ("histogram_quantile(0.99, sum by (le) (rate(h_bucket[5m] offset 1h))) > bool 0", {"h_bucket"}),
    ],
)
def test_names_are_read_from_an_expression(expression: str, metrics: set[str]) -> None:
    assert metrics_in(expression) == metrics


def test_matchers_are_read_from_an_expression() -> None:
    expression = 'x{route="/v1/{id}", status!~"2.."} > y{a="b"}'
    assert list(matchers_in(expression)) == [
        ("x", "route", "=", "/v1/{id}"),
        ("x", "status", "!~", "2.."),
        ("y", "a", "=", "b"),
    ]


def _of_the_year() -> list[Query]:
    return list(queries_of(boards()["year.json"]))


def test_the_year_is_never_split_by_what_tells_on_people() -> None:
    """A count of one purpose, or of one topic of judgements, may be a count of very few people."""
    restricted = {topic.name for topic in TOPICS if topic.access == "restricted"}
    for query in _of_the_year():
        assert grouped_by(query.expression) <= {"service", "state", "alertname", "severity"}, query.place
        values = {value for _, label, _, value in matchers_in(query.expression) if label in {"topic", "purpose"}}
        assert not values & restricted, query.place
        assert not any(label == "purpose" for _, label, _, _ in matchers_in(query.expression)), query.place
