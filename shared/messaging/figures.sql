-- name: transactions
-- Whatever keeps deleted rows from being vacuumed. Others' beginnings are shown to nobody but them, so a transaction has
-- a name by which it is known the next time. Vacuum holds up no vacuum.
select l.virtualtransaction as name, extract(epoch from clock_timestamp() - a.xact_start)::float8 as seconds
from pg_stat_activity a
join pg_locks l on l.pid = a.pid and l.locktype = 'virtualxid' and l.virtualxid = l.virtualtransaction
where a.datname = current_database() and a.pid <> pg_backend_pid() and a.usesysid is not null
  and coalesce(a.backend_xid, a.backend_xmin) is not null
union all
select gid, extract(epoch from clock_timestamp() - prepared)::float8
from pg_prepared_xacts
where database = current_database();

-- name: depth
-- The oldest by one index probe a lane, past what a parked event holds: that is reported as parked. The count ends at a
-- limit.
select
    (select count(*) from (select 1 from outbox where parked_at is null limit $2) o) as depth,
    (select count(*) from outbox where parked_at is not null) as parked,
    (
        select coalesce(extract(epoch from clock_timestamp() - min(h.recorded_at)), 0)::float8
        from unnest($1::text[]) as t
        cross join generate_series(0, 11) as n
        cross join lateral (
            select o.recorded_at from outbox o
            where o.topic = t and o.lane = n and o.parked_at is null
              and not exists (
                  select 1 from outbox p where p.parked_at is not null and p.topic = o.topic and p.key = o.key
              )
            order by o.topic, o.lane, o.seq limit 1
        ) h
    ) as oldest_seconds;
