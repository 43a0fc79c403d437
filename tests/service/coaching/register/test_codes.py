"""Of lists as long as real ones, what an entry names is read, and no more."""

import pytest

from services.coaching.register.commands.candidates import note_completion
from services.coaching.register.commands.practitioners import register
from services.coaching.register.domain.practitioners import Entry
from shared.codes import UnknownCode
from shared.ids import PersonId, new_id
from shared.postgres.database import Transaction
from shared.upserts import UNCONDITIONAL
from tests.service.coaching.builders import OCTOBER
from tests.support.rows_read import FEW, MANY, lengthened, rows_read
from tests.support.services import ServiceUnderTest

LISTS = ["system_area", "qualification"]


async def enters(tx: Transaction, *qualifications: str) -> None:
    entry = Entry("Colm Reid", "colm.reid@example.nhs.uk", ("coach",), "added", qualifications, "QGH", 3)
    await register(tx, PersonId(new_id()), entry, expected_version=UNCONDITIONAL, now=OCTOBER)


async def completes(tx: Transaction, award: str) -> None:
    person = PersonId(new_id())
    await note_completion(tx, person, award=award, programme_code="ILM", enrolment_id=new_id(), now=OCTOBER)


async def test_the_codes_of_an_entry_are_asked_for_by_themselves(coaching: ServiceUnderTest) -> None:
    await coaching.db.run(lengthened, *LISTS)
    assert 0 < await rows_read(coaching.db, LISTS, enters, "ilm_5", "mentoring_skills") < FEW


async def test_the_list_of_a_code_that_is_not_in_force_is_read_whole(coaching: ServiceUnderTest) -> None:
    await coaching.db.run(lengthened, *LISTS)

    async def refused(tx: Transaction) -> None:
        with pytest.raises(UnknownCode) as told:
            await enters(tx, "ilm_5", "mentoring_skill")
        assert told.value.nearest[0].code.startswith("mentoring_skills")

    assert await rows_read(coaching.db, ["qualification"], refused) > MANY
    assert await rows_read(coaching.db, ["system_area"], refused) < FEW


@pytest.mark.parametrize("award", ["ilm_5", "certificate_of_attendance"])
async def test_an_award_is_asked_for_by_itself_whether_it_qualifies_or_not(
    coaching: ServiceUnderTest, award: str
) -> None:
    await coaching.db.run(lengthened, *LISTS)
    assert await rows_read(coaching.db, LISTS, completes, award) < FEW
