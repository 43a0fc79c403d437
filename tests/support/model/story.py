"""A story as data: its acts and its schedule. It can be written into one word, and told from it."""

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any, Self, cast

from tests.support.failures import PYTHON
from tests.support.model.bus import BrokerOutcome
from tests.support.model.handler_faults import HandlerFault
from tests.support.model.readers import Fault

TEST = (
    "tests/service/shared/test_delivery_model.py"
    "::test_each_committed_event_takes_effect_once_and_in_order_whatever_happens"
)
VARIABLE = "ACADEMY_MODEL_STORY"

_KINDS: Mapping[str, type[Enum]] = MappingProxyType(
    {kind.__name__: kind for kind in (BrokerOutcome, Fault, HandlerFault)}
)


@dataclass(frozen=True, slots=True)
class Act:
    """A method of the world, and what it is called with."""

    name: str
    arguments: Mapping[str, Any]

    def __str__(self) -> str:
        """The same whether the act was drawn or read."""
        told = ", ".join(f"{name}={json.dumps(_plain(value))}" for name, value in sorted(self.arguments.items()))
        return f"{self.name}({told})"


@dataclass(slots=True)
class Story:
    """What happens, and who goes first when several can."""

    schedule: int
    acts: list[Act] = field(default_factory=list[Act])

    def blob(self) -> str:
        """One word without anything a shell would look at."""
        plain = [self.schedule, *([act.name, _plain(act.arguments)] for act in self.acts)]
        return urlsafe_b64encode(zlib.compress(json.dumps(plain, separators=(",", ":")).encode(), 9)).decode()

    @classmethod
    def of(cls, blob: str) -> Self:
        """From such a word."""
        schedule, *acts = json.loads(zlib.decompress(urlsafe_b64decode(blob)))
        return cls(schedule, [Act(name, _meant(arguments)) for name, arguments in acts])

    def command(self) -> str:
        """Tells this story again, and nothing else."""
        return f"{VARIABLE}={self.blob()} {PYTHON} -m pytest -s {TEST}"


def command_of_run(seed: int, examples: int) -> str:
    """Tells all stories of a run again."""
    return f"ACADEMY_MODEL_SEED={seed} ACADEMY_MODEL_EXAMPLES={examples} {PYTHON} -m pytest {TEST}"


def _plain(value: object) -> Any:
    if isinstance(value, Enum):
        return {type(value).__name__: value.name}
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in cast("Mapping[str, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in cast("Sequence[object]", value)]
    return value


def _meant(value: Any) -> Any:
    if isinstance(value, list):
        return [_meant(each) for each in cast("list[Any]", value)]
    if isinstance(value, dict):
        told = cast("dict[str, Any]", value)
        kind = _KINDS.get(next(iter(told), ""))
        return kind[next(iter(told.values()))] if kind else {name: _meant(each) for name, each in told.items()}
    return value
