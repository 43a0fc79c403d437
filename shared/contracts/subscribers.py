"""Who besides the services enters Kafka: what each may read stands here, so that a change of it is reviewed."""

import re
from dataclasses import dataclass

from shared.contracts.topics import TOPICS

OPS = "ops"
"""Reads every topic and puts groups back (`academy events`, `academy streams`); writes nothing."""

_NAME = re.compile(r"[a-z][a-z0-9-]{1,62}")
"""Without a dot: what follows one in the name of a group is its owner's to say."""

_TAKEN = frozenset({OPS, "admin", "controller"} | {t.name.partition(".")[0] for t in TOPICS})


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Another NHS system: it reads the open topics, and of the restricted ones those it is named for here.

    Its consumer groups bear its name, alone or with a dot and more behind it.
    """

    name: str
    restricted: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or self.name in _TAKEN:
            raise ValueError(f"{self.name!r} is no name for a subscriber")
        if unknown := self.restricted - {t.name for t in TOPICS}:
            raise ValueError(f"there are no topics {sorted(unknown)}")


SUBSCRIBERS: tuple[Subscriber, ...] = (Subscriber("subscriber"),)
"""`subscriber` is the one of demonstrations and tests; a system that is admitted gets a line of its own."""
