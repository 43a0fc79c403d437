"""What becomes of a message that is claimed: sent, tried again, or not sent at all."""

from dataclasses import dataclass
from datetime import timedelta
from typing import NewType
from uuid import UUID

from services.notifications.messages.domain.messages import Silence, State
from shared.pauses import doubled

ClaimId = NewType("ClaimId", UUID)
"""What one sender has taken to send, for a time: nobody else sends it meanwhile."""

DATES_TO_FOLLOW_AFTER = timedelta(hours=1)
"""How long a confirmation waits for the first date of its cohort before it leaves without."""

_UNCONFIRMED = "unconfirmed"
FIRST_RETRY = timedelta(seconds=30)
LAST_RETRY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message; `retry_in` only for a temporary failure."""

    state: State
    code: str | None = None
    retry_in: timedelta | None = None


ENDED_UNCONFIRMED = Outcome(State.TECHNICAL_FAILURE, _UNCONFIRMED)
MOST_UNCONFIRMED = 3
"""How often a mail is handed over whole without a word: by then whoever it is for has it that many times."""


def unconfirmed(times: int, *, attempts: int, jitter: float) -> Outcome:
    """Nobody knows whether it was taken; `times` it was so before."""
    if times + 1 >= MOST_UNCONFIRMED:
        return ENDED_UNCONFIRMED
    return temporary_failure(_UNCONFIRMED, attempts=attempts, jitter=jitter)


def temporary_failure(code: str, *, attempts: int, jitter: float) -> Outcome:
    """Try again after a pause that doubles with every attempt up to an hour; `jitter` in 0 … 1 spreads the tries."""
    pause = doubled(FIRST_RETRY, attempts, most=LAST_RETRY)
    return Outcome(State.TEMPORARY_FAILURE, code, pause * (0.5 + jitter / 2))


def suppressed(code: Silence) -> Outcome:
    """Nothing is left to say."""
    return Outcome(State.SUPPRESSED, code)
