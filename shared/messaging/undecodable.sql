-- name: budget
-- What is spent of today's; it is ours until the end of the transaction.
insert into undecodable_budget as b (consumer, topic, reason, day)
values ($1, $2, $3, clock_timestamp()::date)
on conflict (consumer, topic, reason, day) do update set bytes = b.bytes
returning b.day, b.bytes;

-- name: known
select coalesce(array_agg(id), '{}') from undecodable_record where id = any($1::uuid[]);

-- name: spend
update undecodable_budget
set bytes = $5, passed_by = passed_by + $6, partition = coalesce($7, partition), "offset" = coalesce($8, "offset")
where (consumer, topic, reason, day) = ($1, $2, $3, $4);

-- name: put
-- Nothing where the record is known already: a redelivery, or another member of the group.
insert into undecodable_record (id, consumer, topic, partition, "offset", key, payload, bytes, headers, reason)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict do nothing
returning true;

-- name: count
select (select count(*) from undecodable_record where consumer = $1)
    + (select coalesce(sum(passed_by), 0) from undecodable_budget where consumer = $1)::bigint;

-- name: forget
delete from undecodable_record r
using unnest($1::text[], $2::interval[]) as k (topic, kept)
where r.topic = k.topic and r.noted_at < clock_timestamp() - k.kept;

-- name: forget_budgets
-- Also those of before today whose topic keeps no record any more: nobody could end their counts.
delete from undecodable_budget b
using unnest($1::text[], $2::interval[]) as k (topic, kept)
where b.topic = k.topic and (
    b.day < (clock_timestamp() - k.kept)::date
    or b.day < clock_timestamp()::date and not exists (select from undecodable_record r where r.topic = b.topic)
);

-- name: passed_by
select topic, reason, sum(passed_by)::bigint as records, max(day) as last_day,
    (array_agg(partition order by day desc))[1] as partition, (array_agg("offset" order by day desc))[1] as "offset"
from undecodable_budget
where passed_by > 0
group by topic, reason
order by topic, reason;

-- name: list
select id, topic, partition, "offset", key, bytes, noted_at, reason from undecodable_record
where $1::uuid is null or id > $1
order by id
limit $2;

-- name: one
select id, topic, partition, "offset", key, bytes, noted_at, reason, headers, payload from undecodable_record where id = $1;

-- name: topics_of
select coalesce(array_agg(distinct topic), '{}') from undecodable_record
where ($1::uuid[] is null or id = any($1))
  and ($2::text is null or topic = $2);

-- name: lock_budgets
select from undecodable_budget where topic = any($1) order by consumer, topic, reason, day for update;

-- name: lock
select id as event_id, topic from undecodable_record
where ($1::uuid[] is null or id = any($1))
  and topic = any($2)
order by id
limit $3
for update;

-- name: drop
delete from undecodable_record where id = any($1::uuid[]);

-- name: begin_anew
-- Once nothing of a topic is kept any more, what was spent on it and passed by goes too.
delete from undecodable_budget b
where b.topic = any($1) and not exists (select from undecodable_record r where r.topic = b.topic);
