-- name: lock
-- One index probe a key, in the order given: a set comparison makes the planner walk all cursors of the consumer.
select u.topic, u.key, c.version, c.event_id, c.held
from unnest($2::text[], $3::text[]) as u (topic, key)
cross join lateral (
    select c.version, c.event_id,
           exists (
               select 1 from deferred d where d.consumer = $1 and d.topic = u.topic and d.key = u.key
           ) as held
    from consumer_cursor c
    where c.consumer = $1 and c.topic = u.topic and c.key = u.key
    limit 1
    for update of c
) c;

-- name: make
insert into consumer_cursor (consumer, topic, key)
select $1, u.topic, u.key from unnest($2::text[], $3::text[]) as u (topic, key)
on conflict do nothing;

-- name: save
insert into consumer_cursor as c (consumer, topic, key, version, event_id)
select $1, * from unnest($2::text[], $3::text[], $4::bigint[], $5::uuid[])
on conflict (consumer, topic, key) do update set version = excluded.version, event_id = excluded.event_id;

-- name: may_jump
select ($6 or exists (
    select 1 from consumer where name = $1 and topic = $2 and bootstrapping_until > clock_timestamp()
)) and not exists (
    select 1 from deferred where consumer = $1 and topic = $2 and key = $3 and version > $4 and version < $5
);
