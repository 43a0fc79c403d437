from pathlib import Path

import pytest

from shared.postgres.queries import Queries

COHORT = """
-- columns: cohort
c.cohort_id,
c.title

-- name: find
select {cohort}
from cohort c
where c.cohort_id = $1;
"""


def queries(folder: Path, text: str, *others: Queries, name: str = "cohorts") -> Queries:
    module = folder / f"{name}.py"
    module.with_suffix(".sql").write_text(text)
    return Queries(str(module), *others)


def test_the_columns_of_an_aggregate_stand_where_a_query_names_them(tmp_path: Path) -> None:
    read = queries(tmp_path, COHORT)
    assert dict(read) == {"find": "select c.cohort_id,\nc.title\nfrom cohort c\nwhere c.cohort_id = $1"}


def test_a_page_and_its_count_hold_by_one_condition(tmp_path: Path) -> None:
    late = "-- where: late\nat > $1\n"
    read = queries(tmp_path, late + "-- name: page\nselect id where {late};\n-- name: count\nselect 1 where {late};")
    assert dict(read) == {"page": "select id where at > $1", "count": "select 1 where at > $1"}


def test_a_query_names_columns_that_stand_in_another_file(tmp_path: Path) -> None:
    cohorts = queries(tmp_path, COHORT)
    read = queries(tmp_path, "-- name: all\nselect {cohort} from cohort c", cohorts, name="places")
    assert read["all"] == "select c.cohort_id,\nc.title from cohort c"


@pytest.mark.parametrize(
    "text",
    [
        "select 1",
        "-- columns: cohort\nc.cohort_id",
        "-- name: one\nselect 1;\n-- name: one\nselect 2;",
        "-- columns: one\nc.one\n-- name: one\nselect 1;",
        "-- name: one\nselect {cohort} from cohort",
    ],
)
def test_a_file_that_cannot_be_read_as_meant_is_an_error_at_import(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"cohorts\.sql"):
        queries(tmp_path, text)
