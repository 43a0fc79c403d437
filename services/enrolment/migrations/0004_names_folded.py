"""Names are found by other letters than before: the words of every learner are written anew.

Lists of learners are in the order of their ids, so nothing is sorted by name any more.
"""

from itertools import islice

from alembic import op

from services.enrolment.domain.learners import words_of

revision = "enrolment_0004"
down_revision = "enrolment_0003"
branch_labels = None
depends_on = None

BATCH = 5_000

_WORDS = "insert into learner_name_word (word, person_id) select * from unnest(%s::text[], %s::uuid[])"


def upgrade() -> None:
    database = op.get_bind()
    database.exec_driver_sql("alter table learner drop column sort_name")
    database.exec_driver_sql("delete from learner_name_word")
    learners = iter(database.exec_driver_sql("select person_id, name from learner").all())
    while batch := list(islice(learners, BATCH)):
        words = [(word, person_id) for person_id, name in batch for word in words_of(name)]
        database.exec_driver_sql(_WORDS, tuple(list(column) for column in zip(*words, strict=True)))
