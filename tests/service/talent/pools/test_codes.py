"""Of lists as long as real ones, what a member's record names is read, and no more."""

from dataclasses import replace

import pytest

from services.talent.pools.commands.members import upsert_member
from services.talent.pools.domain.assessments import Judgement
from services.talent.pools.domain.members import Member, Position
from shared.codes import UnknownCode
from shared.ids import PersonId, new_id
from shared.postgres.database import Transaction
from shared.upserts import UNCONDITIONAL
from tests.service.talent.builders import CHAIR, OCTOBER
from tests.support.rows_read import FEW, MANY, lengthened, rows_read
from tests.support.services import ServiceUnderTest

LISTS = ["system_area", "professional_group", "service_type"]
POST = Position("COO", "executive", "QGH", "ACU")


async def joins(tx: Transaction, position: Position) -> None:
    judgement = Judgement(18, OCTOBER.date(), PersonId(CHAIR))
    person = PersonId(new_id())
    member = Member(person, "Asha Bloom", "asha.bloom@example.nhs.uk", position, judgement, OCTOBER, OCTOBER)
    await upsert_member(tx, member, expected_version=UNCONDITIONAL, now=OCTOBER)


async def test_a_members_codes_are_asked_for_by_themselves(talent: ServiceUnderTest) -> None:
    await talent.db.run(lengthened, *LISTS)
    assert 0 < await rows_read(talent.db, LISTS, joins, POST) < FEW


async def test_the_list_of_a_code_that_is_not_in_force_is_read_whole(talent: ServiceUnderTest) -> None:
    await talent.db.run(lengthened, *LISTS)

    async def refused(tx: Transaction) -> None:
        with pytest.raises(UnknownCode) as told:
            await joins(tx, replace(POST, system="QG"))
        assert told.value.nearest[0].code.startswith("QGH")

    assert await rows_read(talent.db, ["system_area"], refused) > MANY
    assert await rows_read(talent.db, ["professional_group", "service_type"], refused) < FEW
