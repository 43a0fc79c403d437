-- name: upsert_programme
insert into programme (programme_code, title) values ($1::text, $2::text)
on conflict (programme_code) do update set title = excluded.title;

-- name: upsert_cohort
insert into cohort (cohort_id, programme_code, title) values ($1::uuid, $2::text, $3::text)
on conflict (cohort_id) do update set programme_code = excluded.programme_code, title = excluded.title;

-- name: lock
select cohort_id from cohort where cohort_id = $1::uuid for update;

-- name: lock_shared
select cohort_id from cohort where cohort_id = any($1::uuid[]) order by cohort_id for share;

-- name: upsert_session
insert into session (
    session_id, cohort_id, title, starts_at, ends_at, join_ref, calendar_sequence, announced_by, announced_at,
    correlation_id
)
values (
    $1::uuid, $2::uuid, $3::text, $4::timestamptz, $5::timestamptz, $6::text, $7::integer, $8::uuid, $9::timestamptz,
    $10::text
)
on conflict (session_id) do update
set cohort_id = excluded.cohort_id, title = excluded.title, starts_at = excluded.starts_at,
    ends_at = excluded.ends_at, join_ref = excluded.join_ref, calendar_sequence = excluded.calendar_sequence,
    announced_by = excluded.announced_by, announced_at = excluded.announced_at,
    correlation_id = excluded.correlation_id
where excluded.calendar_sequence >= session.calendar_sequence;

-- name: cancel_session
update session
set cancelled = true, calendar_sequence = $2::integer, announced_by = $3::uuid, announced_at = $4::timestamptz,
    correlation_id = $5::text
where session_id = $1::uuid;

-- name: cancel_sessions
update session
set cancelled = true, calendar_sequence = calendar_sequence + 1, announced_by = $2::uuid,
    announced_at = $3::timestamptz, correlation_id = $4::text
where session_id = any($1::uuid[]) and not cancelled;

-- name: upsert_recording
insert into recording (session_id, recording_ref) values ($1::uuid, $2::text)
on conflict (session_id) do update set recording_ref = excluded.recording_ref;
