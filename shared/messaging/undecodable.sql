-- name: put
-- Nothing where the record is known already: a redelivery, or another member of the group.
insert into undecodable_record (id, consumer, topic, partition, "offset", key, payload, bytes, headers, reason)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict do nothing
returning true;

-- name: count
select count(*) from undecodable_record where consumer = $1;

-- name: forget
delete from undecodable_record r
using unnest($1::text[], $2::interval[]) as k (topic, kept)
where r.topic = k.topic and r.noted_at < clock_timestamp() - k.kept;

-- name: list
select id, topic, partition, "offset", key, bytes, noted_at, reason from undecodable_record
where $1::uuid is null or id > $1
order by id
limit $2;

-- name: one
select id, topic, partition, "offset", key, bytes, noted_at, reason, headers, payload from undecodable_record where id = $1;

-- name: lock
select id from undecodable_record
where ($1::uuid[] is null or id = any($1))
  and ($2::text is null or topic = $2)
order by id
limit $3
for update;

-- name: drop
delete from undecodable_record where id = any($1::uuid[]);
