"""What the topics promise of a record, whoever applied them and whichever broker was down just then."""

import contextlib
from collections.abc import Mapping

from shared.messaging import topics
from shared.messaging.kafka import KafkaUnavailable, TopicRefused
from tests.chaos import wiretap
from tests.chaos.collect import service_of, topics_of
from tests.chaos.deployment import BROKERS
from tests.chaos.invariants import Finding
from tests.chaos.site import Site

COPIES, IN_SYNC = 3, 2

Copies = Mapping[str, tuple[int, int]]


async def apply(site: Site) -> None:
    """What the migrate job of every service does with its topics; one that cannot be done has to change nothing."""
    for name in site.deployment.services:
        with contextlib.suppress(topics.BrokersAmiss, KafkaUnavailable, TopicRefused, *wiretap.UNAVAILABLE):
            await topics.apply(site.kafka, service_of(name).topics(), brokers=BROKERS)


async def read(site: Site) -> Copies:
    return await wiretap.patiently(lambda: wiretap.copies(site.kafka, topics_of(site.deployment.services)))


def as_declared(copies: Copies) -> Finding:
    """No topic keeps less than it was made with."""
    wrong = [
        f"{topic}: {kept} copies, {in_sync} in sync"
        for topic, (kept, in_sync) in copies.items()
        if (kept, in_sync) != (COPIES, IN_SYNC)
    ]
    return Finding(17, "every topic on three brokers, two of which acknowledge", len(copies), wrong)
