-- name: pending
-- Each partition by its own index scan, so that a full one starves no other; the whole bounded by rows and by bytes. A scan
-- begins above its mark, and at the beginning when one of the parked rows below the mark is parked no more: what
-- stood behind it must not overtake it.
select w.*
from (
    select r.*, sum(octet_length(r.payload)) over (rows unbounded preceding) - octet_length(r.payload) as bytes_before
    from unnest($1::text[], $2::smallint[], $3::integer[], $6::bigint[], $7::text[])
        as p (topic, lane, most, mark, passed)
    cross join lateral (
        select o.topic, o.lane, o.seq, o.event_id, o.key, o.version, o.type, o.payload, o.headers
        from outbox o
        where o.topic = p.topic and o.lane = p.lane and o.parked_at is null
          and o.seq > case
              when exists (
                  select 1 from unnest(string_to_array(p.passed, ',')::bigint[]) as passed (seq)
                  where not exists (
                      select 1 from outbox k
                      where k.topic = p.topic and k.lane = p.lane and k.seq = passed.seq and k.parked_at is not null
                  )
              ) then 0
              else p.mark
          end
          and not exists (
              select 1 from outbox h where h.parked_at is not null and h.topic = o.topic and h.key = o.key
          )
        order by o.topic, o.lane, o.seq
        limit p.most
    ) r
    limit $4
) w
where w.bytes_before < $5;

-- name: parked
-- By the index of parked rows, whatever the statistics say of the other one.
with parked as materialized (select topic, lane, seq from outbox where parked_at is not null)
select topic, lane, seq from parked join unnest($1::text[], $2::smallint[]) as p (topic, lane) using (topic, lane);

-- name: witness
-- The first row of a key that has none of the barred rows, so that it overtakes nothing; so many keys are passed over, if
-- there are as many. Only so many rows are looked at.
with heads as (
    select min(r.seq) as seq
    from (
        select o.seq, o.key
        from outbox o
        where o.topic = $1 and o.lane = $2 and o.parked_at is null
          and o.seq > case
              when exists (
                  select 1 from unnest(string_to_array($7, ',')::bigint[]) as passed (seq)
                  where not exists (
                      select 1 from outbox k
                      where k.topic = $1 and k.lane = $2 and k.seq = passed.seq and k.parked_at is not null
                  )
              ) then 0
              else $6::bigint
          end
          and o.key <> all(
              array(select b.key from outbox b where b.topic = $1 and b.lane = $2 and b.seq = any($3::bigint[]))
          )
          and not exists (
              select 1 from outbox h where h.parked_at is not null and h.topic = o.topic and h.key = o.key
          )
        order by o.topic, o.lane, o.seq
        limit $5
    ) r
    group by r.key
)
select o.topic, o.lane, o.seq, o.event_id, o.key, o.version, o.type, o.payload, o.headers
from outbox o
where o.topic = $1 and o.lane = $2 and o.seq = (
    select seq from heads order by seq offset (select greatest(least($4, count(*) - 1), 0) from heads) limit 1
);

-- name: delete
-- One partition a statement: where statistics know of no rows, a join of many would go through all that is there, dead rows that
-- cannot be vacuumed yet among them. From the first to the last, lest Postgres takes the seqs for a filter on the whole partition.
-- They come as one text: the driver looks at every element of an array, and they are many.
delete from outbox
where topic = $1 and lane = $2 and seq between $4 and $5 and seq = any(string_to_array($3, ',')::bigint[]);

-- name: park
update outbox set parked_at = clock_timestamp(), last_error = $4 where topic = $1 and lane = $2 and seq = $3;

-- name: still_here
select 1;
