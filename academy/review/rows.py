"""The review's rows: what was published, beside what the services' reports give."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from academy.replay.settling import DeliveryProgress
from academy.review.figures import FIGURES, Figure
from academy.review.kinds import KINDS, rounded
from academy.review.paths import read

NOT_CARRIED = "not carried yet"


@dataclass(frozen=True, slots=True)
class Row:
    """One line; `matches` is None where there is nothing to hold it against.

    `published` is None where the review says nothing: there `expected` is what the platform says of itself elsewhere.
    `other_bases` is the same share over attendances and over distinct people, `to_the_public` what the report says
    after disclosure control. `source` is the field of the reach report that gives it.
    """

    figure: str
    kind: str
    published: str | float | None
    expected: str | float | None
    reproduced: str | float | None
    other_bases: str | None
    to_the_public: str | float | None
    matches: bool | None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Reports:
    """Everything the review reads from the platform."""

    internal: Mapping[str, Any]
    published: Mapping[str, Any]
    delivery: DeliveryProgress


def year() -> Mapping[str, Any]:
    """The published figures of 2020/21, each with its kind."""
    return json.loads((files("academy.review") / "year-2020-21.json").read_text(encoding="utf-8"))


def rows(reports: Reports, published: Mapping[str, Any]) -> list[Row]:
    """Every figure of the review, then mails and events."""
    reach = [_figure_row(figure, reports, published) for figure in FIGURES]
    return [*reach, _mails(reports), _waiting(reports.delivery), *_topics(reports.delivery)]


def _figure_row(figure: Figure, reports: Reports, published: Mapping[str, Any]) -> Row:
    kind, wanted = _wanted(read(published, figure.published))
    if figure.reported is None:
        return Row(figure.title, kind, wanted, None, NOT_CARRIED, None, None, matches=None)
    found = _number(read(reports.internal, figure.reported))
    others = [_number(read(reports.internal, path)) for path in figure.also]
    public = _number(read(reports.published, figure.reported))
    holds = KINDS[kind]
    return Row(
        figure=figure.title,
        kind=kind,
        published=_printed(kind, wanted),
        expected=None,
        reproduced=_printed(kind, found),
        other_bases=" and ".join(f"{other:.2f}" for other in others) or None,
        to_the_public=_printed(kind, public),
        matches=all(holds(wanted, number) for number in (found, *others, public)),
        source=figure.reported,
    )


def _wanted(leaf: Any) -> tuple[str, float | int]:
    """The kind and number of a published figure; a bare true or false is a fact, a bare number a value."""
    if isinstance(leaf, bool):
        return "fact", leaf
    if isinstance(leaf, int | float):
        return "value", leaf
    return next((kind, leaf[kind]) for kind in KINDS if kind in leaf)


def _number(found: Any) -> float | int:
    """What a report does not list, nobody took part in."""
    return 0 if found is None else found


def _printed(kind: str, number: float) -> str | float:
    if kind == "fact":
        return "yes" if number else "no"
    return rounded(number) if number == rounded(number) else round(number, 2)


def _mails(reports: Reports) -> Row:
    """Every mail the service says it sent lies in the mailbox, by Message-ID; perhaps one more for each uncertain."""
    messages, distinct = reports.delivery.messages, reports.delivery.mails["distinct_message_ids"]
    sent = messages["sent"]
    matches = sent <= distinct <= sent + messages["uncertain"]
    return Row("Mails sent, each once", "derived", None, sent, distinct, None, None, matches=matches)


def _waiting(delivery: DeliveryProgress) -> Row:
    counts = [at[what] for at in delivery.services.values() for what in ("outbox", "lag", "deferred", "dead")]
    known = [count for count in counts if count is not None]
    waiting = sum(known)
    complete = len(known) == len(counts)
    return Row(
        "Events under way or deferred", "derived", None, 0, waiting, None, None, matches=complete and waiting == 0
    )


def _topics(delivery: DeliveryProgress) -> Iterator[Row]:
    for service in delivery.services.values():
        for topic, events in sorted(service["events_published"].items()):
            yield Row(f"Events on {topic}", "count", None, None, events, None, None, matches=None)
