"""A command neither begins nor ends a transaction, however it is written."""

import pytest

from shared.postgres.statements import ControlsTransaction, stay_inside


@pytest.mark.parametrize(
    "sql",
    [
        "commit",
        "COMMIT",
        " \n\tEnd;",
        "commit and chain",
        "rollback to savepoint a",
        "abort",
        "begin",
        "start transaction read only",
        "savepoint a",
        "release a",
        "prepare  transaction 'a'",
        "-- it's so\ncommit",
        "/* it's\nso */ /**/ rollback",
        ";commit",
        "select 1; commit",
        "select 'it''s', \"it's\"; -- 'so\n /* ' */ commit",
        "do $$ begin end; $$; commit",
    ],
)
def test_it_is_refused(sql: str) -> None:
    with pytest.raises(ControlsTransaction):
        stay_inside(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "select commit from begin",
        "committed",
        "prepare question (int) as select $1",
        "select '; commit'",
        "select 1 -- ; commit",
        "-- before its end\nselect 1",
        "/* at the */ select 1 /* end */",
        "select 1 /* ; commit */",
        "create function f() returns trigger language plpgsql as $$ begin return new; end; $$",
        "do $a$ begin perform $$; commit$$; end; $a$",
        "select case when true then 1 end; select 2",
    ],
)
def test_it_is_let_through(sql: str) -> None:
    stay_inside(sql)
