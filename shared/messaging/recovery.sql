-- name: deferred
-- What stands behind an event is counted for those that stand first.
select d.event_id, d.topic, d.key, d.version, d.state, d.error_class, d.attempts, d.deferred_at, d.next_at,
       d.envelope ->> 'type' as type,
       case when d.state <> 'behind' then (
           select count(*) from deferred b
           where b.consumer = d.consumer and b.topic = d.topic and b.key = d.key
             and (b.version, b.event_id) > (d.version, d.event_id)
       ) end as waiting_behind
from deferred d
where d.state = $1 and ($2::uuid is null or d.event_id > $2)
order by d.event_id
limit $3;

-- name: one_deferred
select d.event_id, d.topic, d.key, d.version, d.state, d.error_class, d.attempts, d.deferred_at, d.next_at,
       d.envelope ->> 'type' as type, d.envelope, d.payload,
       case when d.state <> 'behind' then (
           select count(*) from deferred b
           where b.consumer = d.consumer and b.topic = d.topic and b.key = d.key
             and (b.version, b.event_id) > (d.version, d.event_id)
       ) end as waiting_behind
from deferred d
where d.event_id = $1
order by d.deferred_at
limit 1;

-- name: heads
-- What stands first on its key, and so is the business of people: named by id, or all that are meant; of the rows a first
-- look has found, if there was one. The cursor is locked first, as the consumer and the deferral worker do.
select d.consumer, d.topic, d.key, d.version, d.event_id
from deferred d
join consumer_cursor c using (consumer, topic, key)
where (d.state <> 'behind' or $1::uuid[] is not null)
  and ($1::uuid[] is null or d.event_id = any($1))
  and ($2::text is null or d.topic = $2)
  and ($3::text is null or d.error_class = $3)
  and (d.version, d.event_id) = (
      select h.version, h.event_id from deferred h
      where h.consumer = d.consumer and h.topic = d.topic and h.key = d.key
      order by h.version, h.event_id limit 1
  )
  and case $5
      when 'idle' then d.state in ('dead', 'behind') or d.next_at > clock_timestamp()
      when 'dead' then d.state = 'dead' or $1::uuid[] is not null
      when 'behind_gap' then d.state <> 'dead' and d.version - 1 > coalesce(c.version, 0)
  end
  and ($6::text[] is null or (d.consumer, d.topic, d.key, d.version, d.event_id) in (
      select * from unnest($6, $7::text[], $8::text[], $9::bigint[], $10::uuid[])
  ))
order by d.topic, d.key, d.version
limit $4
for update of c, d;

-- name: jump
update consumer_cursor c set version = s.version - 1, event_id = null
from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::uuid[]) as s (consumer, topic, key, version, event_id)
where c.consumer = s.consumer and c.topic = s.topic and c.key = s.key and coalesce(c.version, 0) < s.version - 1;

-- name: behind_deferred
-- Rows of these keys beyond the first: that one is what the action is about.
select coalesce(sum(b.n - 1), 0)::bigint
from (select distinct * from unnest($1::text[], $2::text[], $3::text[]) as k (consumer, topic, key)) s
cross join lateral (
    select count(*) as n from deferred d
    where d.consumer = s.consumer and d.topic = s.topic and d.key = s.key
) b;

-- name: replay
-- What only waited has been a head since before: whoever watches how long is not to be told otherwise.
update deferred d
set state = 'retry', attempts = 0, next_at = clock_timestamp(),
    head_since = case when d.state in ('dead', 'behind') then clock_timestamp() else d.head_since end
from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::uuid[]) as s (consumer, topic, key, version, event_id)
where (d.consumer, d.topic, d.key, d.version, d.event_id) = (s.consumer, s.topic, s.key, s.version, s.event_id);

-- name: advance
-- Past what was dropped; only up to it while another event claims its version: that is the right one then.
update consumer_cursor c set version = t.version, event_id = t.event_id
from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::uuid[]) as s (consumer, topic, key, version, event_id)
cross join lateral (
    select s.version - count(d.*) as version, case when count(d.*) = 0 then s.event_id end as event_id
    from (
        select 1 from deferred d
        where d.consumer = s.consumer and d.topic = s.topic and d.key = s.key and d.version = s.version limit 1
    ) d
) t
where c.consumer = s.consumer and c.topic = s.topic and c.key = s.key and coalesce(c.version, 0) < t.version;

-- name: drop
delete from deferred d
using unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::uuid[]) as s (consumer, topic, key, version, event_id)
where (d.consumer, d.topic, d.key, d.version, d.event_id) = (s.consumer, s.topic, s.key, s.version, s.event_id);

-- name: parked
select o.event_id, o.topic, o.key, o.version, o.type, o.last_error, o.parked_at, octet_length(o.payload) as bytes,
       (
           select count(*) from outbox b
           where b.topic = o.topic and b.lane = o.lane and b.key = o.key and b.seq > o.seq
       ) as waiting_behind
from outbox o
where o.parked_at is not null and ($1::uuid is null or o.event_id > $1)
order by o.event_id
limit $2;

-- name: one_parked
select o.event_id, o.topic, o.key, o.version, o.type, o.last_error, o.parked_at, octet_length(o.payload) as bytes,
       o.headers, o.payload,
       (
           select count(*) from outbox b
           where b.topic = o.topic and b.lane = o.lane and b.key = o.key and b.seq > o.seq
       ) as waiting_behind
from outbox o
where o.parked_at is not null and o.event_id = $1;

-- name: lock_parked
select topic, lane, seq, event_id, key, version, type, recorded_at
from outbox
where parked_at is not null
  and ($1::uuid[] is null or event_id = any($1))
  and ($2::text is null or topic = $2)
  and ($3::text is null or last_error = $3)
order by topic, lane, seq
limit $4
for update;

-- name: behind_parked
select count(*) from outbox o
where o.parked_at is null and (o.topic, o.key) in (select * from unnest($1::text[], $2::text[]));

-- name: release
update outbox o set parked_at = null, last_error = null
from unnest($1::text[], $2::smallint[], $3::bigint[]) as r (topic, lane, seq)
where o.topic = r.topic and o.lane = r.lane and o.seq = r.seq;

-- name: rewrite
update outbox o set type = r.type, payload = r.payload
from unnest($1::text[], $2::smallint[], $3::bigint[], $4::text[], $5::bytea[]) as r (topic, lane, seq, type, payload)
where o.topic = r.topic and o.lane = r.lane and o.seq = r.seq;

-- name: note
insert into operator_act (id, caller, act, reason, event_ids) values ($1, $2, $3, $4, $5);

-- name: actions
select id, at, caller, act as action, reason, event_ids from operator_act
where $1::uuid is null or id < $1
order by id desc
limit $2;
