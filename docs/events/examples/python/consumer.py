"""Reads the academy's events as a subscriber should: see README.md one folder up. Copy it, and put your effect in."""

import asyncio
import json
import os
import signal
import ssl
from collections import defaultdict
from itertools import chain
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer

ENROLMENT = "uk.nhs.midlands-leadership.enrolment"
HANDLED = {f"{ENROLMENT}.{event}.v1" for event in ("CohortOpened", "LearnerEnrolled", "EnrolmentWithdrawn")}
NO_EVENT = (AttributeError, KeyError, TypeError, ValueError)


class Journal:
    """What was done, a line an event: the effect and its number in one write. Yours is a database transaction."""

    def __init__(self, path: Path) -> None:
        self._last: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._waiting: dict[tuple[str, str, int], dict[str, Any]] = {}
        self._file = path.open("a+", buffering=1)
        self._file.seek(0)
        for line in self._file:
            self._remember(**json.loads(line))

    def take(self, event: dict[str, Any]) -> None:
        """The events of a key one after another, each once; what comes after a gap waits until it is filled."""
        key, sequence = (event["topic"], event["key"]), event["sequence"]
        if sequence <= self._last[key] or (*key, sequence) in self._waiting:
            print(json.dumps({"did": "repeat", **event}), flush=True)
        elif sequence > self._last[key] + 1:
            self.write("waiting", event)
        else:
            while event:
                self.write("applied" if event["type"] in HANDLED else "passed over", event)
                event = self._waiting.pop((*key, self._last[key] + 1), {})

    def write(self, did: str, event: dict[str, Any]) -> None:
        line = json.dumps({"did": did, **event})
        print(line, file=self._file)
        print(line, flush=True)
        self._remember(did, **event)

    def settle(self) -> None:
        """What was written stays, whatever happens to this machine."""
        os.fsync(self._file.fileno())

    def _remember(self, did: str, **event: Any) -> None:
        if did == "waiting":
            self._waiting[event["topic"], event["key"], event["sequence"]] = event
        elif did != "unreadable":
            self._last[event["topic"], event["key"]] = event["sequence"]


def read(record: Any) -> dict[str, Any]:
    """The event, of its headers those that are needed; an error of NO_EVENT where the record is none."""
    headers = dict(record.headers)
    kind, key, sequence = headers["ce_type"].decode(), record.key.decode(), int(headers["ce_sequence"])
    event = {"topic": record.topic, "key": key, "sequence": sequence, "type": kind}
    event |= {"id": headers["ce_id"].decode(), "time": headers["ce_time"].decode()}
    return event | ({"cohort_id": json.loads(record.value)["cohort_id"]} if kind in HANDLED else {})


async def main() -> None:
    """Read until told to end; any error ends it, for what was done is not done again when it is started anew."""
    user, authority = os.environ["KAFKA_USER"], os.environ.get("KAFKA_AUTHORITY")
    journal, stop = Journal(Path(os.environ.get("JOURNAL", "journal"))), asyncio.Event()
    for told in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(told, stop.set)
    consumer = AIOKafkaConsumer(
        *os.environ.get("TOPICS", "enrolment.cohorts,enrolment.learners").split(","),
        bootstrap_servers=os.environ["KAFKA"],
        security_protocol="SASL_SSL" if authority else "SASL_PLAINTEXT",
        ssl_context=ssl.create_default_context(cafile=authority) if authority else None,
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=user,
        sasl_plain_password=os.environ["KAFKA_PASSWORD"],
        group_id=f"{user}.python",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_committed",
    )
    async with consumer:
        while not stop.is_set():
            batches = await consumer.getmany(timeout_ms=500)
            for record in chain.from_iterable(batches.values()):
                try:
                    event = read(record)
                except NO_EVENT:
                    place = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
                    journal.write("unreadable", place)
                else:
                    journal.take(event)
            if batches:
                journal.settle()
                await consumer.commit()


asyncio.run(main())
