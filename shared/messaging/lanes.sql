-- name: announce
select pg_advisory_lock_shared($1, $2),
       coalesce(pg_sequence_last_value(pg_get_serial_sequence('outbox', 'seq')::regclass), 0) as last;

-- name: held
-- Who holds lanes, and in rows without a lane which transactions hold the lock under which rows get their numbers, and
-- the last number given.
select case locktype when 'advisory' then objid::int end as lane, pid, virtualtransaction as transaction,
       pg_backend_pid() as me,
       coalesce(pg_sequence_last_value(pg_get_serial_sequence('outbox', 'seq')::regclass), 0) as last
from pg_locks
where granted and database = (select oid from pg_database where datname = current_database())
  and (
      locktype = 'advisory' and classid = $1::int4::oid
      or locktype = 'relation' and relation = 'outbox'::regclass and mode = 'RowExclusiveLock'
  );

-- name: take
select lane, pg_try_advisory_lock($1, lane) as taken from unnest($2::int[]) as lane;

-- name: give
select pg_advisory_unlock($1, lane) from unnest($2::int[]) as lane;
