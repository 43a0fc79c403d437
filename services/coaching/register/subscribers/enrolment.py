"""What enrolment announces, as far as it makes candidates for the register."""

from services.coaching.register.commands.candidates import note_completion, take_back_completion
from shared.contracts.enrolment.learners import CompletionWithdrawn, ProgrammeCompleted
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
            enrolment_id=event.enrolment_id,
            now=event.effective_at,
        )


@subscribes(CompletionWithdrawn)
async def forget_award(event: CompletionWithdrawn, _: Envelope, tx: Transaction) -> None:
    """Whatever it awarded: what nobody kept is nothing to take back."""
    await take_back_completion(
        tx, PersonId(event.person_id), programme_code=event.programme_code, enrolment_id=event.enrolment_id
    )
