-- name: withheld
select case
    when pg_is_in_recovery() then 'recovering'
    when (select identity from published_from) is distinct from database_identity() then 'restored'
end;

-- name: reconciled
select count(*) from reconciled_lane
where identity = database_identity() and topic = any($1::text[]);

-- name: known
-- For each key the last version that left before this database was set back, and what is still to leave. Versions given
-- since then stand in the outbox, so what is there counts as not given; one statement, so that nothing falls between.
select s.key, coalesce(min(o.version) - 1, s.version) as version,
       array_agg(o.event_id) filter (where o.event_id is not null) as unsent
from stream s
left join outbox o on o.topic = s.topic and o.key = s.key
where s.topic = $1
group by s.key, s.version;

-- name: guard
-- One action at a time; and whoever resumed publishing while we read has ended the need for it.
select pg_advisory_xact_lock($1);

-- name: raise
insert into stream as s (topic, key, version)
select $1, h.key, h.version from unnest($2::text[], $3::bigint[]) as h (key, version)
order by h.key
on conflict (topic, key) do update set version = greatest(s.version, excluded.version);

-- name: drop_published
delete from outbox where topic = $1 and lane = $2 and event_id = any($3::uuid[]);

-- name: survivors
-- What is still to be sent of those keys, with the version that follows on the topic.
select o.seq, o.event_id, o.key, o.version,
       h.version + row_number() over (partition by o.key order by o.seq) as new_version
from outbox o
join unnest($3::text[], $4::bigint[]) as h (key, version) using (key)
where o.topic = $1 and o.lane = $2 and o.event_id <> all($5::uuid[])
order by o.seq;

-- name: renumber
update outbox o set version = r.version
from unnest($3::bigint[], $4::bigint[]) as r (seq, version)
where o.topic = $1 and o.lane = $2 and o.seq = r.seq;

-- name: settle
update stream s set version = l.version
from unnest($2::text[], $3::bigint[]) as l (key, version)
where s.topic = $1 and s.key = l.key;

-- name: note_lane
insert into reconciled_lane (topic, lane, identity) values ($1, $2, database_identity())
on conflict (topic, lane) do update set identity = excluded.identity;

-- name: resume
insert into published_from as p (identity) values (database_identity())
on conflict (single) do update set identity = excluded.identity, noted_at = clock_timestamp();

-- name: forget_lanes
delete from reconciled_lane;
