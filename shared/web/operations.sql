-- name: delivery
select
    (select count(*) from outbox) as outbox,
    (select count(*) from outbox where parked_at is not null) as parked,
    (
        select coalesce(extract(epoch from clock_timestamp() - min(o.recorded_at)), 0)::float8
        from outbox o
        where o.parked_at is null
          and not exists (
              select 1 from outbox p where p.parked_at is not null and p.topic = o.topic and p.key = o.key
          )
    ) as oldest_seconds,
    (select count(*) from deferred where state <> 'dead') as deferred,
    (select count(*) from deferred where state = 'dead') as dead,
    (select count(*) from undecodable_record)
        + (select coalesce(sum(passed_by), 0) from undecodable_budget)::bigint as undecodable;

-- name: published
select topic, sum(version) as events from stream group by topic order by topic;

-- name: applied
select topic, coalesce(sum(version), 0) as events from consumer_cursor group by topic order by topic;
