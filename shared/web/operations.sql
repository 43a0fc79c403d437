-- name: delivery
select
    (select count(*) from outbox) as outbox,
    (select count(*) from deferred where state <> 'dead') as deferred,
    (select count(*) from deferred where state = 'dead') as dead,
    (select coalesce(sum(version), 0)::bigint from consumer_cursor) as events_applied;

-- name: published
select topic, sum(version)::bigint as events from stream group by topic order by topic;
