"""Each state of the services in words and a colour: the one place where both are decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

Colour: TypeAlias = Literal["white", "grey", "green", "aqua-green", "blue", "purple", "pink", "red", "orange", "yellow"]


@dataclass(frozen=True, slots=True)
class State:
    """Words that say it alone; the colour only helps to find it."""

    words: str
    colour: Colour


STATES: Mapping[str, Mapping[str, State]] = MappingProxyType(
    {
        "enrolment": {
            "enrolled": State("Confirmed", "green"),
            "waitlisted": State("Waiting", "yellow"),
            "withdrawn": State("Withdrawn", "grey"),
            "completed": State("Completed", "blue"),
        },
        "availability": {
            "open": State("Places free", "green"),
            "few_left": State("Few places left", "yellow"),
            "full": State("Full", "orange"),
            "waiting": State("Waiting list", "orange"),
            "cancelled": State("Cancelled", "red"),
        },
        "cohort": {
            "announced": State("Not open yet", "white"),
            "open": State("Open", "green"),
            "closed": State("Closed", "yellow"),
            "running": State("Running", "blue"),
            "over": State("Over", "grey"),
            "cancelled": State("Cancelled", "red"),
        },
        "programme": {
            "offered": State("Offered", "green"),
            "retired": State("Retired", "grey"),
        },
        "session": {
            "planned": State("Planned", "blue"),
            "held": State("Held", "green"),
            "cancelled": State("Cancelled", "red"),
        },
        "attendance": {
            "live": State("Attended", "green"),
            "part": State("Attended in part", "yellow"),
            "missed": State("Missed", "orange"),
            "recording": State("Watched the recording", "blue"),
            "not_watched": State("Recording not watched", "grey"),
        },
        "evidence": {
            "session_attended": State("Session attended", "blue"),
            "programme_completed": State("Programme completed", "green"),
        },
        "change": {
            "created": State("Created", "green"),
            "edited": State("Edited", "blue"),
            "cancelled": State("Cancelled", "red"),
            "retired": State("Retired", "grey"),
        },
        "row": {
            "created": State("Added", "green"),
            "recorded": State("Recorded", "green"),
            "changed": State("Changed", "blue"),
            "unchanged": State("As before", "grey"),
            "refused": State("Not saved", "red"),
        },
        "message": {
            "created": State("Not sent yet", "white"),
            "sent": State("Sent", "green"),
            "suppressed": State("Not needed", "grey"),
            "temporary-failure": State("Trying again", "yellow"),
            "permanent-failure": State("Address does not work", "red"),
            "technical-failure": State("Failed", "red"),
        },
        "readiness": {
            "ready_now": State("Ready now", "green"),
            "ready_soon": State("Ready soon", "aqua-green"),
            "between": State("Between", "blue"),
            "not_yet_ready": State("Not yet ready", "grey"),
        },
        "relationship": {
            "invited": State("Invited", "blue"),
            "requested": State("Requested", "yellow"),
        },
        "event": {
            "retry": State("Trying again", "yellow"),
            "gap": State("Waits for an earlier one", "orange"),
            "behind": State("Waits its turn", "blue"),
            "dead": State("Needs a decision", "red"),
        },
        "verdict": {
            "matches": State("Matches", "green"),
            "differs": State("Differs", "red"),
            "not_carried": State("Not carried yet", "yellow"),
            "no_verdict": State("Nothing to compare", "grey"),
        },
        "action": {
            "replay": State("Tried again", "white"),
            "skip": State("Skipped", "white"),
            "accept_gap": State("Gap accepted", "white"),
            "retry_parked": State("Sent again", "white"),
            "skip_parked": State("Marker sent instead", "white"),
            "fix_parked": State("Sent with another content", "white"),
            "drop_undecodable": State("Unreadable record dropped", "white"),
            "reconcile_lane": State("Versions reconciled", "white"),
            "resume_publishing": State("Publishing resumed", "white"),
            "republish_contacts": State("Contacts announced again", "white"),
        },
        "service": {
            "running": State("Running", "green"),
            "away": State("Does not answer", "red"),
        },
        "publishing": {
            "restored": State("Restored, not publishing", "red"),
            "recovering": State("Recovering", "orange"),
        },
    }
)


def choices(kind: str, anything: str) -> list[tuple[str, str]]:
    """Those of a kind to filter by, behind the one that stands for all."""
    return [("", anything), *((name, told.words) for name, told in STATES[kind].items())]


def state(kind: str, name: str) -> State:
    """One that a later release of a service knows is told by its name: a page shows less rather than fail."""
    return STATES[kind].get(name) or State(name.replace("_", " ").replace("-", " ").capitalize(), "white")
