-- name: pending
select r.*
from unnest($1::text[], $2::smallint[], $3::integer[]) as p (topic, lane, most)
cross join lateral (
    select o.topic, o.lane, o.seq, o.event_id, o.key, o.version, o.type, o.payload, o.headers
    from outbox o
    where o.topic = p.topic and o.lane = p.lane and o.parked_at is null
      and not exists (
          select 1 from outbox h where h.parked_at is not null and h.topic = o.topic and h.key = o.key
      )
    order by o.topic, o.lane, o.seq
    limit p.most
) r;

-- name: delete
delete from outbox o
using unnest($1::text[], $2::smallint[], $3::bigint[]) as d (topic, lane, seq)
where o.topic = d.topic and o.lane = d.lane and o.seq = d.seq;

-- name: park
update outbox set parked_at = clock_timestamp(), last_error = $4 where topic = $1 and lane = $2 and seq = $3;

-- name: still_here
select 1;

-- name: depth
-- The oldest by one index probe a lane; the count ends at a limit.
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
            order by o.topic, o.lane, o.seq limit 1
        ) h
    ) as oldest_seconds;
