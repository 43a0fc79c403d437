-- name: take
-- One statement is one snapshot: what a transaction wrote together is seen together.
select
    (
        select coalesce(json_agg(o), '[]')
        from (
            select topic, lane, seq, key, version, event_id, parked_at is not null as parked,
                   headers ->> 'originid' as origin
            from outbox order by topic, lane, seq
        ) o
    ) as outbox,
    (select coalesce(json_agg(e order by e.n), '[]') from effect e) as effects,
    (select coalesce(json_agg(c), '[]') from consumer_cursor c where version is not null) as cursors,
    (
        select coalesce(json_agg(d), '[]')
        from (select key, version, event_id, state from deferred order by key, version) d
    ) as deferred,
    (select coalesce(json_agg(s), '[]') from stream s) as streams;

-- name: clear
with a as (delete from outbox), b as (delete from stream), c as (delete from consumer_cursor),
     d as (delete from deferred), e as (delete from operator_act)
delete from effect;

-- name: vanished
select not exists (select 1 from pg_stat_activity where pid = $1);

-- name: make_due
-- Long ago, and in an order that owes nothing to where the rows lie or how fast they are written.
update deferred d set next_at = timestamptz '2020-01-01' + o.n * interval '1 second'
from (
    select consumer, topic, key, version, row_number() over (order by consumer, topic, key, version) as n from deferred
) o
where (o.consumer, o.topic, o.key, o.version) = (d.consumer, d.topic, d.key, d.version);

-- name: heads
select d.event_id, d.key, d.version, d.state, coalesce(c.version, 0) as at
from deferred d join consumer_cursor c using (consumer, topic, key)
where d.event_id = any($1::uuid[]);
