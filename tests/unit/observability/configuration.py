"""What deploy/observability holds, as the tests look at it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from academy.local.layout import ROOT

FOLDER = ROOT / "deploy" / "observability"
PROMETHEUS = FOLDER / "prometheus"

GRAFANA_VARIABLES = {"$__rate_interval": "5m", "$__range": "1h", "$service": ".+"}


@dataclass(frozen=True, slots=True)
class Query:
    """One PromQL expression and where it stands."""

    place: str
    expression: str


def read(path: Path) -> Any:
    """A YAML file of that folder."""
    return yaml.safe_load(path.read_text())


def rules() -> list[dict[str, Any]]:
    """Recording rules and alerts alike."""
    files = (read(PROMETHEUS / name) for name in ("recorded.yml", "alerts.yml"))
    return [rule for file in files for group in file["groups"] for rule in group["rules"]]


def alerts() -> list[dict[str, Any]]:
    return [rule for rule in rules() if "alert" in rule]


def recorded() -> set[str]:
    """The series that recording rules make."""
    return {rule["record"] for rule in rules() if "record" in rule}


def boards() -> dict[str, dict[str, Any]]:
    """Each board by the name of its file."""
    return {path.name: json.loads(path.read_text()) for path in sorted((FOLDER / "grafana" / "boards").glob("*.json"))}


def queries_of(board: dict[str, Any]) -> Iterator[Query]:
    """What the board's panels and annotations ask, Grafana's own variables filled in."""
    for panel in board["panels"]:
        for target in panel.get("targets", ()):
            yield Query(f"{board['title']}: {panel['title']}", _filled_in(target["expr"]))
    for annotation in board["annotations"]["list"]:
        yield Query(f"{board['title']}: {annotation['name']}", _filled_in(annotation["expr"]))


def queries() -> list[Query]:
    """Every expression of rules and boards."""
    of_rules = [Query(rule.get("alert") or rule["record"], rule["expr"]) for rule in rules()]
    return of_rules + [query for board in boards().values() for query in queries_of(board)]


def _filled_in(expression: str) -> str:
    for variable, value in GRAFANA_VARIABLES.items():
        expression = expression.replace(variable, value)
    return expression


_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_MATCHERS = re.compile(r"\{[^}]*\}")
_RANGE = re.compile(r"\[[^\]]*\]")
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
_NAME = re.compile(r"(?<![\w:.])[a-zA-Z_:][\w:]*(?![\w:]*\s*\()")
_WORDS = frozenset({"and", "or", "unless", "bool", "offset"})
_SELECTOR = re.compile(r"([a-zA-Z_:][\w:]*)\{([^}]*)\}")
_MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"')


def _unquoted(expression: str) -> str:
    """Without its strings: a route holds braces of its own."""
    return _STRING.sub('""', expression)


def metrics_in(expression: str) -> set[str]:
    """The series an expression asks for."""
    bare = _GROUPING.sub("", _RANGE.sub("", _MATCHERS.sub("", _unquoted(expression))))
    return {name for name in _NAME.findall(bare) if name not in _WORDS}


def grouped_by(expression: str) -> set[str]:
    """The labels an expression groups or joins by."""
    return {label.strip() for found in _GROUPING.findall(_unquoted(expression)) for label in found.split(",")}


def matchers_in(expression: str) -> Iterator[tuple[str, str, str, str]]:
    """Each label an expression selects by: metric, label, operator, value."""
    braces = str.maketrans("{}", "⟨⟩")
    quoted = _STRING.sub(lambda found: found[0].translate(braces), expression)
    for metric, inside in _SELECTOR.findall(quoted):
        for label, operator, value in _MATCHER.findall(inside):
            yield metric, label, operator, value.translate(str.maketrans("⟨⟩", "{}"))
