"""Of lists as long as real ones, what a request names is read, and no more."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.enrolment.catalogue.store import link_hosts, reasons
from services.enrolment.people.api.learners import LearnerBody
from services.enrolment.people.commands.learners import insert_learners, register_learner, upsert_learner
from services.enrolment.people.domain.learners import Learner
from shared.codes import UnknownCode
from shared.ids import new_id
from shared.london import day_of
from shared.postgres.database import Transaction
from shared.upserts import UNCONDITIONAL, ExpectedVersion
from tests.service.enrolment.enrolment import NOW, EnrolmentService, a_learner
from tests.support.rows_read import FEW, MANY, lengthened, rows_read

OF_PEOPLE = ["organisation", "system_area", "staff_group", "profession", "band", "ethnic_category"]


def somebody(**given: Any) -> Learner:
    return LearnerBody.model_validate(a_learner(**given)).learner(new_id(), at=NOW)


async def put(tx: Transaction, *rows: Learner) -> None:
    await upsert_learner(tx, rows[0], expected_version=UNCONDITIONAL, now=NOW)


async def post(tx: Transaction, *rows: Learner) -> None:
    await register_learner(tx, rows[0], now=NOW)


async def post_all(tx: Transaction, *rows: Learner) -> None:
    await insert_learners(tx, rows, now=NOW)


@pytest.mark.parametrize("command", [put, post, post_all])
async def test_a_learners_codes_are_asked_for_by_themselves(
    enrolment: EnrolmentService, command: Callable[..., Awaitable[None]]
) -> None:
    await enrolment.db.run(lengthened, *OF_PEOPLE)
    rows = [somebody(system=system) for system in ("QGH", "QHL", "QNC", "QOC", "QGH")]
    assert 0 < await rows_read(enrolment.db, OF_PEOPLE, command, *rows) < FEW


@pytest.mark.parametrize(("table", "wrong"), [("organisation", "QGH0"), ("ethnic_category", "british")])
async def test_the_list_of_a_code_that_is_not_in_force_is_read_whole_and_no_other(
    enrolment: EnrolmentService, table: str, wrong: str
) -> None:
    await enrolment.db.run(lengthened, *OF_PEOPLE)

    async def refused(tx: Transaction) -> None:
        with pytest.raises(UnknownCode) as told:
            await post(tx, somebody(**{table: wrong}))
        assert told.value.nearest
        assert told.value.beside == ()

    whole, others = [table], [other for other in OF_PEOPLE if other != table]
    assert await rows_read(enrolment.db, whole, refused) > MANY
    assert await rows_read(enrolment.db, others, refused) < FEW


async def test_a_workplace_that_stays_as_it_was_is_not_looked_up(enrolment: EnrolmentService) -> None:
    await enrolment.db.run(lengthened, *OF_PEOPLE)
    known = somebody()
    await enrolment.db.run(put, known)
    await enrolment.value("update learner set organisation = 'RXX' where person_id = $1 returning 1", known.person_id)
    assert await rows_read(enrolment.db, ["organisation"], _edited, known) == 0


async def _edited(tx: Transaction, known: Learner) -> None:
    body = LearnerBody.model_validate(a_learner(organisation="RXX", band="7"))
    await upsert_learner(
        tx, body.learner(known.person_id, at=NOW), expected_version=ExpectedVersion(frozenset({"1"})), now=NOW
    )


@pytest.mark.parametrize(
    ("name", "table", "known"),
    [
        (reasons.WITHDRAWAL, "withdrawal_reason", "workload"),
        (reasons.CANCELLATION, "cancellation_reason", "room_unavailable"),
    ],
)
async def test_a_reason_is_asked_for_by_itself(enrolment: EnrolmentService, name: str, table: str, known: str) -> None:
    await enrolment.db.run(lengthened, table)

    async def refused(tx: Transaction) -> None:
        with pytest.raises(UnknownCode):
            await reasons.check(tx, name, "weather", on=day_of(NOW))

    assert 0 < await rows_read(enrolment.db, [table], reasons.check, name, known, on=day_of(NOW)) < FEW
    assert await rows_read(enrolment.db, [table], refused) > MANY


async def test_a_host_is_asked_for_by_itself(enrolment: EnrolmentService) -> None:
    await enrolment.db.run(lengthened, "link_host", key="host")

    async def read(url: str) -> int:
        return await rows_read(enrolment.db, ["link_host"], link_hosts.in_force, url, day_of(NOW))

    assert 0 < await read("https://rooms.example.org/1") < FEW
    assert await read("https://example.net/1") > MANY
