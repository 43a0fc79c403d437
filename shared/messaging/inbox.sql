-- name: lock
select c.topic, c.key, c.version, c.event_id,
       exists (
           select 1 from deferred d where d.consumer = $1 and d.topic = c.topic and d.key = c.key
       ) as held
from consumer_cursor c
where c.consumer = $1 and (c.topic, c.key) in (select * from unnest($2::text[], $3::text[]))
order by c.topic, c.key
for update of c;

-- name: make
insert into consumer_cursor (consumer, topic, key)
select $1, u.topic, u.key from unnest($2::text[], $3::text[]) as u (topic, key)
order by u.topic, u.key
on conflict do nothing;

-- name: save
update consumer_cursor c set version = u.version, event_id = u.event_id
from unnest($2::text[], $3::text[], $4::bigint[], $5::uuid[]) as u (topic, key, version, event_id)
where c.consumer = $1 and c.topic = u.topic and c.key = u.key;

-- name: bootstrapping
select true from consumer
where name = $1 and topic = $2 and bootstrapping_until > clock_timestamp();
