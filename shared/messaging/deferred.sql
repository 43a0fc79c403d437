-- name: put
-- The state it stands in; nothing where it is deferred already. What it comes before is not tried before it.
with head as (
    select version, event_id from deferred
    where consumer = $1 and topic = $2 and key = $3
    order by version, event_id limit 1
), overtaken as (
    update deferred set state = 'behind', attempts = 0
    where consumer = $1 and topic = $2 and key = $3
      and version = (select version from head) and event_id = (select event_id from head)
      and (version, event_id) > ($4, $5) and state <> 'dead'
)
insert into deferred (consumer, topic, key, version, event_id, envelope, payload, state, error_class, next_at)
select $1, $2, $3, $4, $5, $6, $7, case when (h.version, h.event_id) < ($4, $5) then 'behind' else $8 end, $9,
       clock_timestamp() + case when h.version is null then $10::interval else '0' end
from (select) as one left join head h on true
on conflict do nothing
returning state;

-- name: dead_letter
-- The number of the giving-up; nothing where someone else has given the event up already.
update deferred set state = 'dead', attempts = greatest(attempts, $6), error_class = $7, times_dead = times_dead + 1
where consumer = $1 and topic = $2 and key = $3 and version = $4 and event_id = $5 and state <> 'dead'
returning times_dead;

-- name: due
select topic, key, version, event_id
from deferred
where consumer = $1 and state in ('retry', 'gap') and next_at <= clock_timestamp()
order by next_at
limit 100;

-- name: figures
select count(*) filter (where state = 'retry') as retry, count(*) filter (where state = 'gap') as gap,
       count(*) filter (where state = 'dead') as dead, count(distinct (topic, key)) as keys,
       (select count(*) from (select from deferred where consumer = $1 and state = 'behind' limit $2) b) as behind,
       extract(epoch from coalesce(clock_timestamp() - min(head_since) filter (where state = 'retry'), '0'))::float8
           as retry_seconds,
       extract(epoch from coalesce(clock_timestamp() - min(head_since) filter (where state = 'gap'), '0'))::float8
           as gap_seconds
from deferred where consumer = $1 and state in ('retry', 'gap', 'dead');

-- name: chain
-- So many rows, and so many bytes.
select topic, key, version, event_id, envelope, payload, attempts, state, due
from (
    select c.*, sum(octet_length(payload)) over (order by version, event_id) - octet_length(payload) as bytes_before
    from (
        select topic, key, version, event_id, envelope, payload, attempts, state,
               state in ('retry', 'gap') and next_at <= clock_timestamp() as due
        from deferred where consumer = $1 and topic = $2 and key = $3
        order by version, event_id limit $4
    ) c
) w
where bytes_before < $5
order by version, event_id;

-- name: delete
delete from deferred d
using unnest($4::bigint[], $5::uuid[]) as done (version, event_id)
where d.consumer = $1 and d.topic = $2 and d.key = $3 and d.version = done.version and d.event_id = done.event_id;

-- name: postpone
-- What stood behind another until this very round is first only now.
update deferred set state = $6, attempts = $7, next_at = clock_timestamp() + $8::interval, error_class = $9,
       head_since = case when state = 'behind' then clock_timestamp() else head_since end
where consumer = $1 and topic = $2 and key = $3 and version = $4 and event_id = $5;

-- name: rest
update deferred set next_at = clock_timestamp() + $6::interval
where consumer = $1 and topic = $2 and key = $3 and version = $4 and event_id = $5 and next_at <= clock_timestamp();

-- name: stand_back
update deferred set state = 'behind', attempts = 0
where consumer = $1 and topic = $2 and key = $3 and version = $4 and event_id = $5 and state <> 'dead';

-- name: promote
update deferred d set state = 'retry', attempts = 0, next_at = clock_timestamp(), head_since = clock_timestamp()
from unnest($1::text[], $2::text[], $3::text[]) as s (consumer, topic, key)
cross join lateral (
    select f.version, f.event_id from deferred f
    where f.consumer = s.consumer and f.topic = s.topic and f.key = s.key
    order by f.version, f.event_id limit 1
) h
where d.consumer = s.consumer and d.topic = s.topic and d.key = s.key and d.version = h.version
  and d.event_id = h.event_id and d.state = 'behind';

-- name: sweep
update deferred d set state = 'retry', attempts = 0, next_at = clock_timestamp(), head_since = clock_timestamp()
where d.consumer = $1 and d.state = 'behind' and (d.version, d.event_id) = (
    select h.version, h.event_id from deferred h
    where h.consumer = d.consumer and h.topic = d.topic and h.key = d.key
    order by h.version, h.event_id limit 1
)
returning 1;
