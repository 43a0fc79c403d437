"""A step of the replay: one call of the API, at its moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from academy.replay.plan.draw import stable_id

Body = Mapping[str, object]

YEAR_END = "year end"
"""The lane of the very last steps, in order: the published reach tells that a replay went through to its end."""


@dataclass(frozen=True, slots=True)
class Step:
    """One call. Steps of one moment run side by side, those of one `lane` after another.

    A path may name the answer of an earlier step in braces, `…/cohorts/{cohort CLS7-03}/sessions`: the id that step
    said to `keep`. `on_behalf` None is the academy's own call; else the person calls for themselves.
    """

    key: str
    moment: datetime
    method: Literal["PUT", "POST", "GET"]
    path: str
    body: Body | None = None
    keep: str | None = None
    lane: str | None = None
    on_behalf: UUID | None = None
    rows: str | None = None
    """Of a batch: where its answer tells what became of each row; none may be refused."""
    until: tuple[str, str] | None = None
    """For a GET: repeat it until an item of the list has this value, since the item follows from an event."""

    @property
    def idempotency_key(self) -> str:
        """The same in every replay, so that a step never takes effect twice."""
        return str(stable_id(f"step {self.key}"))
