-- name: delivery
select
    (select count(*) from outbox) as outbox,
    (select count(*) from outbox where parked_at is not null) as parked,
    (
        select coalesce(extract(epoch from clock_timestamp() - min(recorded_at)), 0)::float8
        from outbox where parked_at is null
    ) as oldest_seconds,
    (select count(*) from deferred where state <> 'dead') as deferred,
    (select count(*) from deferred where state = 'dead') as dead;

-- name: published
select topic, sum(version)::bigint as events from stream group by topic order by topic;

-- name: applied
select topic, coalesce(sum(version), 0)::bigint as events from consumer_cursor group by topic order by topic;
