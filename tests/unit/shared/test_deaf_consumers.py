"""A member that Kafka answers no more says so, and falls behind from that moment on."""

import time
from typing import Any, cast

from prometheus_client import REGISTRY

from shared.messaging.cluster import Cluster
from shared.messaging.consumer import Consumer


class _Inbox:
    consumer = "deaf"


async def _unseen(_: object) -> None:
    return None


def _late() -> float | None:
    return REGISTRY.get_sample_value("academy_consumer_lag_seconds", {"consumer": "deaf"})


async def test_what_is_not_known_is_no_lag_of_nothing() -> None:
    member = Consumer(cast("Any", _Inbox()), Cluster("127.0.0.1:1"), topics=("t",), seen=_unseen, fetch_wait_ms=50)
    now = time.time()
    member.note_lag(0, busy=False, now=now)
    assert (member.deaf, _late()) == (False, 0.0)
    member.note_lag(None, busy=False, now=now + 90)
    assert (member.deaf, _late()) == (True, 90.0)
    member.note_lag(0, busy=False, now=now + 95)
    assert (member.deaf, _late()) == (False, 0.0)
