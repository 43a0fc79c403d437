"""Names are found by other letters than before: the words of every learner are written anew."""

from itertools import islice

from alembic import op

from services.enrolment.domain.learners import folded, words_of

revision = "enrolment_0004"
down_revision = "enrolment_0003"
branch_labels = None
depends_on = None

BATCH = 5_000

_SORT_NAMES = """
update learner set sort_name = told.sort_name
from unnest(%s::uuid[], %s::text[]) as told (person_id, sort_name)
where learner.person_id = told.person_id
"""
_WORDS = "insert into learner_name_word (word, person_id) select * from unnest(%s::text[], %s::uuid[])"


def upgrade() -> None:
    database = op.get_bind()
    database.exec_driver_sql("delete from learner_name_word")
    learners = iter(database.exec_driver_sql("select person_id, name from learner").all())
    while batch := list(islice(learners, BATCH)):
        names = [(person_id, folded(name)) for person_id, name in batch]
        words = [(word, person_id) for person_id, name in batch for word in words_of(name)]
        database.exec_driver_sql(_SORT_NAMES, tuple(list(column) for column in zip(*names, strict=True)))
        database.exec_driver_sql(_WORDS, tuple(list(column) for column in zip(*words, strict=True)))
