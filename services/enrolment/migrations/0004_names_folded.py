"""Names are found by other letters than before: the words of every learner are written anew.

Lists of learners are in the order of their ids, so nothing is sorted by name any more. Moments that were taken before
they had to lie within the years come to lie there: a list that holds one of them could not be read.
"""

from itertools import islice

from alembic import op

from services.enrolment.people.domain.learners import words_of

revision = "enrolment_0004"
down_revision = "enrolment_0003"
branch_labels = None
depends_on = None

BATCH = 5_000

_WITHIN_YEARS = """
update cohort set opens_at = greatest(least(opens_at, '2100-12-31Z'), '2000-01-01Z'),
                  closes_at = greatest(least(closes_at, '2100-12-31Z'), '2000-01-01Z'),
                  first_session_at = greatest(least(first_session_at, '2100-12-31Z'), '2000-01-01Z'),
                  started_at = greatest(least(started_at, '2100-12-31Z'), '2000-01-01Z')
where not (opens_at between '2000-01-01Z' and '2101-01-01Z' and closes_at between '2000-01-01Z' and '2101-01-01Z'
           and coalesce(first_session_at, opens_at) between '2000-01-01Z' and '2101-01-01Z');
update session set starts_at = greatest(least(starts_at, '2100-12-31Z'), '2000-01-01Z'),
                   ends_at = greatest(least(ends_at, '2100-12-31T12:00:00Z'), '2000-01-01T00:01:00Z')
where not (starts_at between '2000-01-01Z' and '2101-01-01Z' and ends_at between '2000-01-01Z' and '2101-01-01Z')
"""

_WORDS = "insert into learner_name_word (word, person_id) select * from unnest(%s::text[], %s::uuid[])"


def upgrade() -> None:
    database = op.get_bind()
    for statement in _WITHIN_YEARS.split(";"):
        database.exec_driver_sql(statement)
    database.exec_driver_sql("alter table learner drop column sort_name")
    database.exec_driver_sql("delete from learner_name_word")
    learners = iter(database.exec_driver_sql("select person_id, name from learner").all())
    while batch := list(islice(learners, BATCH)):
        words = [(word, person_id) for person_id, name in batch for word in words_of(name)]
        if words:
            database.exec_driver_sql(_WORDS, tuple(list(column) for column in zip(*words, strict=True)))
