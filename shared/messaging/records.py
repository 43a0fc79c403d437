"""One event of each type as it stands in Kafka: `docs/events/records`, which `academy.records` writes."""

import json
from pathlib import Path
from typing import Any, TypedDict

from shared.contracts.envelope import Contract

PUBLIC_URL = "https://academy.example.nhs.uk"
"""Stands in documents for where a deployment is reached."""

FOLDER = Path(__file__).parents[2] / "docs" / "events" / "records"


class Record(TypedDict):
    """A record: headers as text, the payload as JSON."""

    topic: str
    key: str
    headers: dict[str, str]
    payload: dict[str, Any]


def record_of(event: type[Contract]) -> Record:
    """The event's; FileNotFoundError where nobody has caught one yet."""
    return json.loads((FOLDER / f"{event.event_type()}.json").read_text())
