"""What enrolment announces, as far as it makes candidates for the register."""

from services.coaching.commands.candidates import note_completion
from shared.contracts.enrolment import ProgrammeCompleted
from shared.contracts.envelope import Envelope
from shared.ids import PersonId
from shared.messaging.inbox import subscribes
from shared.postgres.database import Transaction


@subscribes(ProgrammeCompleted)
async def note_award(event: ProgrammeCompleted, _: Envelope, tx: Transaction) -> None:
    """Most programmes award nothing."""
    if event.award is not None:
        await note_completion(
            tx,
            PersonId(event.person_id),
            award=event.award,
            programme_code=event.programme_code,
            now=event.effective_at,
        )
