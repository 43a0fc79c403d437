"""Rows that were there before a migration are as right after it as those written since."""

from services.enrolment.app import service
from shared.ids import new_id
from shared.postgres.database import Transaction
from shared.postgres.migrate import migrate
from tests.service.enrolment.enrolment import EnrolmentService, a_learner
from tests.support.databases import connected, fresh_database
from tests.support.services import serving
from tests.support.tokens import Signer


async def test_names_kept_before_are_found_by_the_letters_of_today(postgres_admin: str, signer: Signer) -> None:
    async with (
        fresh_database(postgres_admin, "enrolment") as address,
        connected(address) as db,
        serving(service, db, signer) as under_test,
    ):
        enrolment, person = EnrolmentService(under_test), new_id()
        await enrolment.lead().put(f"/v1/learners/{person}", json=a_learner(name="Łukasz O\u02bcBrien"))
        await db.run(as_it_was)

        migrate("enrolment", address)

        for typed in ("lukasz", "obrien", "o'brien"):
            answer = await enrolment.lead().get("/v1/learners", params={"name": typed})
            assert [found["person_id"] for found in answer.json()["items"]] == [str(person)], typed


async def test_names_that_have_no_latin_letters_and_moments_out_of_time_are_fixed(
    postgres_admin: str, signer: Signer
) -> None:
    async with (
        fresh_database(postgres_admin, "enrolment") as address,
        connected(address) as db,
        serving(service, db, signer) as under_test,
    ):
        enrolment, person = EnrolmentService(under_test), new_id()
        await enrolment.lead().put(f"/v1/learners/{person}", json=a_learner(name="\u0294\u0295"))
        await enrolment.programme()
        cohort = await enrolment.cohort()
        await enrolment.session(cohort)
        await db.run(as_it_was)
        await db.run(out_of_time)

        migrate("enrolment", address)

        answer = await enrolment.lead().get("/v1/learners", params={"name": "\u0294\u0295"})
        assert [found["person_id"] for found in answer.json()["items"]] == [str(person)]
        (listed,) = (await enrolment.lead().get("/v1/cohorts")).json()["items"]
        assert (listed["opens_at"], listed["closes_at"]) == ("2000-01-01T00:00:00Z", "2100-12-31T00:00:00Z")
        (session,) = (await enrolment.lead().get(f"/v1/cohorts/{cohort}/sessions")).json()["items"]
        assert session["starts_at"] == "2000-01-01T00:00:00Z"


async def out_of_time(tx: Transaction) -> None:
    await tx.execute(
        "update cohort set opens_at = '-infinity', closes_at = 'infinity', first_session_at = '1970-01-01'"
    )
    await tx.execute("update session set starts_at = '1970-01-01T00:00Z', ends_at = '1970-01-01T01:00Z'")


async def as_it_was(tx: Transaction) -> None:
    """The database of a version before, with the words it found names by."""
    await tx.execute("update schema_revision set version_num = 'enrolment_0003' where version_num like 'enrolment%'")
    await tx.execute("alter table learner add column sort_name text not null default 'łukasz oʼbrien'")
    await tx.execute("alter table learner drop column contact_as_of, drop column email_given_at")
    await tx.execute(
        "drop table reach_snapshot, withdrawal_reason, link_host, change, cancellation_reason, organisation"
    )
    await tx.execute("drop index learner_email, learner_organisation")
    await tx.execute("alter table programme drop column retired_at")
    await tx.execute("alter table cohort drop column cancelled_at, drop column cancellation_reason")
    await tx.execute(
        "alter table session drop column cancelled_at, drop column cancellation_reason, drop column version"
    )
    await tx.execute("delete from learner_name_word")
