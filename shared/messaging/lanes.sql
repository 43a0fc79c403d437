-- name: announce
select pg_advisory_lock_shared($1, $2);

-- name: held
select objid::int as lane, pid, pg_backend_pid() as me
from pg_locks
where locktype = 'advisory' and classid = $1::int4::oid and granted
  and database = (select oid from pg_database where datname = current_database());

-- name: take
select lane, pg_try_advisory_lock($1, lane) as taken from unnest($2::int[]) as lane;

-- name: give
select pg_advisory_unlock($1, lane) from unnest($2::int[]) as lane;
