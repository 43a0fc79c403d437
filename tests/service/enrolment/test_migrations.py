"""Rows that were there before a migration are as right after it as those written since."""

from services.enrolment.app import service
from shared.ids import new_id
from shared.postgres.database import Transaction
from shared.postgres.migrate import migrate
from tests.service.enrolment.academy import Academy, a_learner
from tests.support.databases import connected, fresh_database
from tests.support.services import serving
from tests.support.tokens import Signer


async def test_names_kept_before_are_found_by_the_letters_of_today(postgres_admin: str, signer: Signer) -> None:
    async with (
        fresh_database(postgres_admin, "enrolment") as address,
        connected(address) as db,
        serving(service, db, signer) as under_test,
    ):
        academy, person = Academy(under_test), new_id()
        await academy.lead().put(f"/v1/learners/{person}", json=a_learner(name="Łukasz O\u02bcBrien"))
        await db.run(as_it_was)

        migrate("enrolment", address)

        for typed in ("lukasz", "obrien", "o'brien"):
            answer = await academy.lead().get("/v1/learners", params={"name": typed})
            assert [found["person_id"] for found in answer.json()["items"]] == [str(person)], typed


async def as_it_was(tx: Transaction) -> None:
    """The database of a version before, with the words it found names by."""
    await tx.execute("update schema_revision set version_num = 'enrolment_0003' where version_num like 'enrolment%'")
    await tx.execute("alter table learner add column sort_name text not null default 'łukasz oʼbrien'")
    await tx.execute("update learner_name_word set word = 'łukasz' where word = 'lukasz'")
    await tx.execute("delete from learner_name_word where word <> 'łukasz'")
