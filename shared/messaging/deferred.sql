-- name: put
insert into deferred (consumer, topic, key, version, event_id, envelope, payload, state, error_class, next_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock_timestamp() + $10::interval)
on conflict do nothing;

-- name: bury
-- The number of the giving-up; nothing where someone else has given the event up already.
update deferred set state = 'dead', attempts = greatest(attempts, $6), error_class = $7, times_dead = times_dead + 1
where consumer = $1 and topic = $2 and key = $3 and version = $4 and event_id = $5 and state <> 'dead'
returning times_dead;

-- name: due
select d.topic, d.key
from deferred d
where d.consumer = $1 and d.state <> 'dead' and d.next_at <= clock_timestamp()
  and not exists (
      select 1 from deferred h
      where h.consumer = d.consumer and h.topic = d.topic and h.key = d.key and h.version < d.version
  )
order by d.next_at
limit 100;

-- name: figures
select count(*) filter (where state = 'retry') as retry, count(*) filter (where state = 'gap') as gap,
       count(*) filter (where state = 'dead') as dead, count(distinct (topic, key)) as keys
from deferred where consumer = $1;

-- name: lock_cursor
select version from consumer_cursor where consumer = $1 and topic = $2 and key = $3 for update;

-- name: chain
select topic, key, version, event_id, envelope, payload, attempts, state
from deferred where consumer = $1 and topic = $2 and key = $3
order by version limit $4;

-- name: advance
update consumer_cursor set version = $4, event_id = $5 where consumer = $1 and topic = $2 and key = $3;

-- name: delete
delete from deferred where consumer = $1 and topic = $2 and key = $3 and version = any($4::bigint[]);

-- name: postpone
update deferred set attempts = $5, next_at = clock_timestamp() + $6::interval, error_class = $7
where consumer = $1 and topic = $2 and key = $3 and version = $4;

-- name: postpone_gap
update deferred set next_at = clock_timestamp() + $4::interval
where consumer = $1 and topic = $2 and key = $3 and state = 'gap' and next_at <= clock_timestamp();
