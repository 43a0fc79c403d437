"""What bounds every session of ours: an open transaction holds locks, and keeps every deleted row in its place."""

from collections.abc import Mapping
from types import MappingProxyType

BY_INDEX: Mapping[str, str] = MappingProxyType(
    {"enable_seqscan": "off", "enable_bitmapscan": "off", "enable_sort": "off", "jit": "off"}
)
"""An outbox is empty one moment and full the next, so its statistics are always wrong; but there is one good plan."""

COMMAND: Mapping[str, str] = MappingProxyType(
    {"idle_in_transaction_session_timeout": "30s", "transaction_timeout": "5min"}
)
"""A unit of work: a handler has a minute, and a batch of them shares a transaction."""

MIGRATION: Mapping[str, str] = MappingProxyType(
    {"idle_in_transaction_session_timeout": "60s", "transaction_timeout": "1h"}
)
"""Waiting for another migration counts. What has to rewrite more than an hour takes is to be cut into parts."""
