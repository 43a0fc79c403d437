"""What the services announce: the contracts, with their schemas and records as subscribers are given them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from inspect import getdoc
from pathlib import Path
from typing import Any

from services.portal.pages.catalogue.fields import Field, fields_of
from shared.contracts.catalogue import BY_TYPE, PUBLISHED
from shared.contracts.envelope import TYPE_PREFIX, Contract
from shared.contracts.topics import TOPICS, Topic, owner, topic

DOCUMENTS = Path(__file__).parents[4] / "docs" / "events"


@dataclass(frozen=True, slots=True)
class Announced:
    """An event as the catalogue lists it; `about` are the paragraphs that say what it tells."""

    ce_type: str
    name: str
    version: int
    about: Sequence[str]
    topic: Topic
    key: str

    @classmethod
    def of(cls, contract: type[Contract]) -> "Announced":
        """What its contract says."""
        about = [" ".join(part.split()) for part in (getdoc(contract) or "").split("\n\n")]
        name, place = contract.__name__, topic(contract.topic)
        return cls(contract.event_type(), name, contract.version, about, place, contract.key_field)

    @property
    def owner(self) -> str:
        """The service that alone announces it."""
        return owner(self.topic.name)

    @property
    def kept(self) -> str:
        """How long a subscriber may come too late."""
        return kept(self.topic)


@dataclass(frozen=True, slots=True)
class Whole:
    """An event with its fields and a record of the replayed year."""

    event: Announced
    fields: Sequence[Field]
    headers: Mapping[str, str]
    payload: str


def kept(place: Topic) -> str:
    """How long records of the topic are kept, in words."""
    return f"{place.retention.days} days" if place.retention else "for ever"


@cache
def by_topic() -> Sequence[tuple[Topic, Sequence[Announced]]]:
    """Every topic with its events, in the order of the catalogue."""
    return [(place, [Announced.of(c) for c in PUBLISHED if c.topic == place.name]) for place in TOPICS]


def whole(kind: str) -> Whole | None:
    """The event whose `ce_type` ends so behind the academy's name; None where nobody announces it."""
    contract = BY_TYPE.get(f"{TYPE_PREFIX}.{kind}")
    if contract is None:
        return None
    event = Announced.of(contract)
    record = _document("records", event.ce_type)
    payload = json.dumps(record["payload"], indent=2, ensure_ascii=False)
    return Whole(event, fields_of(_document("schemas", event.ce_type)), record["headers"], payload)


def _document(folder: str, kind: str) -> Any:
    return json.loads((DOCUMENTS / folder / f"{kind}.json").read_text(encoding="utf-8"))
