-- name: put
-- Whether all of it is kept; nothing where the record is known already: a redelivery, or another member of the group.
with spent as (
    insert into undecodable_budget as b (consumer, topic, day, bytes)
    select $2, $3, (clock_timestamp() at time zone 'UTC')::date, $11
    where not exists (select from undecodable_record where id = $1)
    on conflict (consumer, topic, day) do update set bytes = b.bytes + excluded.bytes
    returning b.bytes <= $12 as is_whole
)
insert into undecodable_record
    (id, consumer, topic, partition, "offset", key, payload, bytes, headers, reason, is_whole)
select $1, $2, $3, $4, $5, case when is_whole then $6::bytea end, case when is_whole then $7::bytea end, $8,
    case when is_whole then $9::jsonb else '[]' end, $10, is_whole
from spent
on conflict do nothing
returning is_whole;

-- name: count
select count(*) from undecodable_record where consumer = $1;

-- name: forget
delete from undecodable_record r
using unnest($1::text[], $2::interval[]) as k (topic, kept)
where r.topic = k.topic and r.noted_at < clock_timestamp() - k.kept;

-- name: forget_budgets
delete from undecodable_budget where day < (clock_timestamp() at time zone 'UTC')::date - 1;

-- name: list
select id, topic, partition, "offset", key, bytes, noted_at, reason, is_whole from undecodable_record
where $1::uuid is null or id > $1
order by id
limit $2;

-- name: one
select id, topic, partition, "offset", key, bytes, noted_at, reason, is_whole, headers, payload from undecodable_record where id = $1;

-- name: lock
select id from undecodable_record
where ($1::uuid[] is null or id = any($1))
  and ($2::text is null or topic = $2)
order by id
limit $3
for update;

-- name: drop
delete from undecodable_record where id = any($1::uuid[]);
