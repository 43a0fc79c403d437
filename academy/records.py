"""Writes one real event of each type: `python -m academy.records docs/events/records` beside a replayed platform.

Of each type the first of the year, as it stood in Kafka; only the address of the platform in it is changed. Types that
nothing replays keep the record they have.
"""

import argparse
import asyncio
import json
import os
import re
import sys
from datetime import datetime
from pathlib import Path

from academy.cli.reaching import here, topic_prefix
from academy.operations import access
from academy.operations.kafka_log import Log
from shared.contracts.catalogue import BY_TYPE
from shared.contracts.subscribers import OPS
from shared.contracts.topics import TOPICS
from shared.messaging.records import PUBLIC_URL, Record
from shared.messaging.wire import Event

_WHERE = re.compile(r"^https?://[^/]+")


async def _first_of_each(log: Log) -> dict[str, Event]:
    """The earliest event of each published type, by the academy's own time."""
    found: dict[str, Event] = {}
    async for batch in log.read(await log.spans([topic.name for topic in TOPICS])):
        for record in batch:
            event = record.content
            if isinstance(event, Event) and event.envelope.type in BY_TYPE:
                earliest = found.setdefault(event.envelope.type, event)
                found[event.envelope.type] = min(earliest, event, key=_age)
    return found


def _age(event: Event) -> tuple[datetime, str, int]:
    return event.envelope.time, event.envelope.key, event.envelope.sequence


def record_of(event: Event) -> Record:
    """The event as documents show it."""
    written = event.raw.headers if event.raw else ()
    headers = {name: (value or b"").decode() for name, value in written}
    headers["ce_dataschema"] = _WHERE.sub(PUBLIC_URL, headers["ce_dataschema"])
    return {
        "topic": event.envelope.topic,
        "key": event.envelope.key,
        "headers": headers,
        "payload": json.loads(event.payload),
    }


async def _caught() -> dict[str, Event]:
    async with Log(access.kafka(os.environ, here, OPS), prefix=topic_prefix()) as log:
        return await _first_of_each(log)


def main() -> int:
    """Exit 0 written, 1 nothing found."""
    parser = argparse.ArgumentParser(prog="records", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder, found = parser.parse_args().folder, asyncio.run(_caught())
    folder.mkdir(parents=True, exist_ok=True)
    for kind, event in found.items():
        (folder / f"{kind}.json").write_text(json.dumps(record_of(event), indent=2, ensure_ascii=False) + "\n")
    missing = sorted(set(BY_TYPE) - set(found))
    sys.stderr.writelines(f"{kind} was not replayed\n" for kind in missing)
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
