-- name: one_moment
set transaction isolation level repeatable read;

-- name: one_at_a_time
select pg_advisory_xact_lock(hashtextextended($1, 0));
