"""What ops can do to events that are stuck: database, API, client and verbs are made from this table.

To add an action, write its name and entry here. Give it a test in `tests/service/shared/recovery`; run `make docs`.
If no statement there is does what it needs, add one to the `.sql` of its side: `recovery.sql`, or `undecodable.sql`.
A statement is given what the others of its side are; who did it, to what and why is written down for all.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

MOST = 1_000
"""How many events one action takes; the next one takes the next."""

Name: TypeAlias = Literal[
    "replay", "skip", "accept_gap", "retry_parked", "skip_parked", "fix_parked", "drop_undecodable"
]
Side: TypeAlias = Literal["deferred-events", "parked-events", "undecodable-records"]
READING: Side = "deferred-events"
WRITING: Side = "parked-events"
UNREAD: Side = "undecodable-records"

Heads: TypeAlias = Literal["idle", "dead", "behind_gap"]
"""Of what stands first on its key: what is not being tried; what is dead, or named; what is not the next version.

The last stands behind a gap whether or not it was looked at yet.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """`name` is what is kept of it, `said` what people and programs read; `statements` run in their order."""

    name: Name
    side: Side
    said: str
    statements: tuple[str, ...]
    heads: Heads | None = None
    """Which are meant; on the reading side only."""
    marker: bool = False
    """Whether a marker of its version goes out instead of the event; on the writing side only."""
    by_error: bool = True
    """Whether its verb takes the class of an error."""
    api: str
    """What the API says of it."""
    help: str
    """What its verb says of it."""
    done: str
    """What its verb says once it is done."""

    @property
    def verb(self) -> str:
        """The last word of its path, and the word on the command line; two sides may have the same."""
        return self.said.partition(" ")[0]

    @property
    def path(self) -> str:
        """Where it is asked for, below `/v1/operations`."""
        return f"{self.side}/{self.verb}"

    @property
    def noun(self) -> str:
        """What it is done to."""
        return "record" if self.side == UNREAD else "event"


ON_MANY = (
    Action(
        name="replay",
        side=READING,
        said="replay",
        statements=("replay",),
        heads="idle",
        api="Try again now what stands first on its key, dead or waiting; what stands behind it follows in order.",
        help="Try what stands first on its key again now, dead or waiting; what waits behind each follows in order.",
        done="will be tried again within seconds, what waits behind follows: `academy dlq list --state retry`",
    ),
    Action(
        name="skip",
        side=READING,
        said="skip",
        statements=("drop", "advance"),
        heads="dead",
        api="Pass over dead events for good, and over one that still waits if its id is given.",
        help="Pass over dead events for good, or over one named that waits: "
        "they have no effect, and what is behind goes on.",
        done="skipped for good; what waited behind goes on within seconds",
    ),
    Action(
        name="accept_gap",
        side=READING,
        said="accept-gap",
        statements=("jump", "replay"),
        heads="behind_gap",
        by_error=False,
        api="Wait no longer for versions that will never come; the events behind the gaps go on.",
        help="Wait no longer for events that will never come: the one behind each gap is next, and its key goes on.",
        done="waits no longer for what is missing; it is next on its key, which goes on within seconds",
    ),
    Action(
        name="retry_parked",
        side=WRITING,
        said="retry",
        statements=("release",),
        api="Send refused events again as they are; `error_class` is their `last_error`.",
        help="Send parked events again as they are, once what Kafka had against them is gone.",
        done="will be sent again within seconds: `academy outbox parked` shows what Kafka refuses again",
    ),
    Action(
        name="skip_parked",
        side=WRITING,
        said="skip parked",
        statements=("release",),
        marker=True,
        api="Send a marker of the same version instead of each refused event.",
        help="Send a marker of the same version instead of each parked event, so that its key has no gap.",
        done="replaced by markers; what waited behind goes out within seconds",
    ),
    Action(
        name="drop_undecodable",
        side=UNREAD,
        said="drop",
        statements=("drop",),
        by_error=False,
        api="Delete records that nobody needs any more; `event_ids` are those of their dead letters, which stay.",
        help="Forget undecodable records, once somebody has looked at them; "
        "they hold nothing up, and there is no replay.",
        done="dropped for good; the copies in the dead-letter topics stay as long as those keep anything",
    ),
)
"""Those that take what is selected; their routes and verbs are alike."""

FIX = Action(
    name="fix_parked",
    side=WRITING,
    said="fix",
    statements=("release",),
    by_error=False,
    api="Send a refused event with a fixed payload, under its id and version.",
    help="Send a parked event with a corrected payload, under its id and version; the contract is checked first.",
    done="it goes out within seconds; `academy outbox parked` shows it again if Kafka still refuses it",
)
"""It takes one event and a payload: its route and verb are its own."""


def on(side: Side) -> tuple[Action, ...]:
    """The actions on what stands there, in the order they are told in."""
    return tuple(action for action in ON_MANY if action.side == side)
