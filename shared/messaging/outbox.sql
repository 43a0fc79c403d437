-- name: append
with bumped as (
    insert into stream as s (topic, key, version) values ($1, $2, 1)
    on conflict (topic, key) do update set version = s.version + 1
    returning version
)
insert into outbox (topic, key, lane, event_id, version, type, payload, headers)
select $1, $2, $3, $4, version, $5, $6, $7 from bumped;
