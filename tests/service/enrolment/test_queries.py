from importlib import import_module
from typing import Any
from uuid import UUID

import pytest

from shared.postgres.database import Transaction
from tests.service.enrolment.enrolment import OPENS, EnrolmentService
from tests.service.enrolment.grown import grown

A_UUID = UUID(int=1)


def _wanted(*, stage: str | None = None, system: str | None = None) -> tuple[Any, ...]:
    """The filters of a list of cohorts, in their order."""
    return (None, None, None, None, stage, OPENS, system, None, None, None, None)


@pytest.mark.parametrize(
    ("store", "name", "index", "args"),
    [
        ("places.store.enrolments", "of_cohort", "enrolment_cohort", (A_UUID, None, None, None, 51)),
        ("places.store.enrolments", "count_of_cohort", "enrolment_cohort", (A_UUID, None, None)),
        ("places.store.enrolments", "of_person", "enrolment_person", (A_UUID, None, 51)),
        ("places.store.waiting_lists", "next_waiting", "enrolment_waiting", (A_UUID,)),
        ("places.store.enrolments", "applicant", "enrolment_held", (A_UUID, A_UUID)),
        ("attendance.store.own_sessions", "oldest", "enrolment_person", (A_UUID, None, OPENS, None, None, 51)),
        ("attendance.store.own_sessions", "newest", "session_cohort", (A_UUID, True, OPENS, True, A_UUID, 51)),
        ("attendance.store.completions", "graduates", "enrolment_cohort", (A_UUID,)),
        ("catalogue.store.cohorts", "oldest", "cohort_pkey", (*_wanted(), None, 51)),
        ("catalogue.store.cohorts", "newest", "cohort_pkey", (*_wanted(), None, 51)),
        ("catalogue.store.cohorts", "oldest", "enrolment_held", (*_wanted(system="QGH"), None, 51)),
        ("catalogue.store.cohorts", "newest", "session_cohort", (*_wanted(stage="over"), None, 51)),
        ("catalogue.store.cohorts", "count", "enrolment_held", _wanted(system="QGH")),
        ("catalogue.store.cohorts", "count", "session_cohort", _wanted(stage="over")),
        ("catalogue.store.changes", "page", "change_of", ("cohort", "x", None, 51)),
        ("attendance.store.registers", "page", "enrolment_", (A_UUID, A_UUID, OPENS, OPENS, None, 51)),
        ("attendance.store.completions", "records", "enrolment_cohort", (A_UUID,)),
        ("catalogue.store.sessions", "of_cohort", "session_cohort", (A_UUID,)),
        ("attendance.store.registers", "participants", "enrolment_", (A_UUID, A_UUID, OPENS, OPENS, [A_UUID])),
    ],
)
async def test_what_is_asked_often_is_read_by_index(
    enrolment: EnrolmentService, store: str, name: str, index: str, args: tuple[Any, ...]
) -> None:
    queries = import_module(f"services.enrolment.{store}").SQL

    async def plan(tx: Transaction) -> str:
        await grown(tx)
        return "\n".join(row[0] for row in await tx.fetch(f"explain {queries[name]}", *args))

    explained = await enrolment.db.run(plan)

    assert index in explained
    assert "Seq Scan on enrolment" not in explained
