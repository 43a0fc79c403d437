-- name: delivery
select
    (select count(*) from outbox) as outbox,
    (select count(*) from outbox where parked_at is not null) as parked,
    (select count(*) from deferred where state <> 'dead') as deferred,
    (select count(*) from deferred where state = 'dead') as dead;

-- name: published
select topic, sum(version)::bigint as events from stream group by topic order by topic;

-- name: applied
select topic, coalesce(sum(version), 0)::bigint as events from consumer_cursor group by topic order by topic;
