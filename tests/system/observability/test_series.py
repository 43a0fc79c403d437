"""Alerts and boards ask for what is really exported: a series that does not exist never alerts."""

import pytest

from tests.system.observability import exported
from tests.unit.observability.configuration import grouped_by, matchers_in, metrics_in, queries, rules


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> dict[str, frozenset[str]]:
    """Each series there is, with its labels."""
    gateway = exported.by_gateway(tmp_path_factory.mktemp("gateway"))
    known = gateway | exported.by_services() | exported.OF_PROMETHEUS
    # A rule may build on another, so the labels of the first ones have to be known first.
    for rule in rules():
        if "record" in rule:
            known[rule["record"]] = frozenset(grouped_by(rule["expr"]))
    return known


def test_every_series_asked_for_is_exported(series: dict[str, frozenset[str]]) -> None:
    unknown = {q.place: missing for q in queries() if (missing := metrics_in(q.expression) - series.keys())}
    assert unknown == {}


def test_series_are_selected_by_labels_they_have(series: dict[str, frozenset[str]]) -> None:
    wrong = [
        (q.place, metric, label)
        for q in queries()
        for metric, label, _, _ in matchers_in(q.expression)
        if label not in series[metric]
    ]
    assert wrong == []


def test_series_are_grouped_by_labels_they_have(series: dict[str, frozenset[str]]) -> None:
    wrong = {
        q.place: lacking
        for q in queries()
        if (lacking := grouped_by(q.expression) - frozenset().union(*(series[m] for m in metrics_in(q.expression))))
    }
    assert wrong == {}
