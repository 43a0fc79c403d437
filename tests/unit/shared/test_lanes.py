"""A key's lane is the partition Kafka's own clients would choose."""

import pytest

from shared.messaging.kafka import murmur2
from shared.messaging.lanes import fair_share, lane_of


@pytest.mark.parametrize(
    ("data", "expected"),
    [(b"21", -973932308), (b"foobar", -790332482), (b"a-little-bit-long-string", -985981536)],
)
def test_murmur2_agrees_with_the_java_client(data: bytes, expected: int) -> None:
    assert murmur2(data) == expected & 0xFFFFFFFF


def test_lanes_are_spread_over_all_partitions() -> None:
    assert {lane_of(f"key-{n}") for n in range(500)} == set(range(12))


@pytest.mark.parametrize("count", range(1, 15))
def test_relays_share_all_lanes_and_none_has_two_more_than_another(count: int) -> None:
    relays = {100 + n for n in range(count)}
    shares = [fair_share(me, relays) for me in relays]
    assert sum(shares) == 12
    assert max(shares) - min(shares) <= 1
