"""What happens with people's places, and the message each turn of it calls for."""

from services.notifications.calendars.store import places
from services.notifications.messages.commands.messages import ask_for
from services.notifications.messages.domain.messages import Cause, Purpose, Silence
from services.notifications.messages.store import messages, recordings
from shared.ids import CohortId, PersonId
from shared.postgres.database import Transaction


async def take_place(
    tx: Transaction, person_id: PersonId, cohort_id: CohortId, cause: Cause, *, came_off_waiting_list: bool
) -> None:
    """The participant is told of the place, with a calendar invitation for each session; who comes back, gets all."""
    await places.take(tx, cohort_id, person_id)
    await recordings.promise_recordings_again(tx, person_id, cohort_id)
    details = {"came_off_waiting_list": came_off_waiting_list}
    await ask_for(tx, Purpose.CONFIRMATION, person_id, cause, cohort_id=cohort_id, details=details)


async def join_waiting_list(
    tx: Transaction, person_id: PersonId, cohort_id: CohortId, cause: Cause, *, rank: int
) -> None:
    """The person is told where on the list they stand."""
    await ask_for(tx, Purpose.WAITING_LIST, person_id, cause, cohort_id=cohort_id, details={"rank": str(rank)})


async def withdraw(
    tx: Transaction, person_id: PersonId, cohort_id: CohortId, cause: Cause, *, had_place: bool, by_learner: bool
) -> None:
    """The person is told, and what their calendar holds of the cohort is cancelled."""
    await places.give_up(tx, cohort_id, person_id)
    details = {
        "had_place": had_place,
        "was_waiting": not had_place,
        "by_learner": by_learner,
        "by_academy": not by_learner,
    }
    await ask_for(tx, Purpose.WITHDRAWAL, person_id, cause, cohort_id=cohort_id, details=details)


async def end(tx: Transaction, person_id: PersonId, cohort_id: CohortId, cause: Cause, *, had_place: bool) -> None:
    """The cohort was cancelled: the person is told so, and what their calendar holds of it is cancelled."""
    await places.give_up(tx, cohort_id, person_id)
    await messages.keep_back(tx, person_id, cohort_id, Purpose.SESSION_CANCELLED, Silence.PLACE_GIVEN_UP)
    details = {"had_place": had_place, "was_waiting": not had_place}
    await ask_for(tx, Purpose.COHORT_CANCELLED, person_id, cause, cohort_id=cohort_id, details=details)
