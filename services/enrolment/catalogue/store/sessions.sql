-- columns: session
s.session_id, s.cohort_id, s.title, s.starts_at, s.ends_at, s.join_ref, s.join_url, s.recording_ref, s.recording_url,
s.held_at, s.calendar_sequence, s.version, s.cancelled_at, s.cancellation_reason,
exists (select from attendance a where a.session_id = s.session_id) as told

-- name: insert
insert into session (
    session_id, cohort_id, title, starts_at, ends_at, join_ref, join_url, calendar_sequence
) values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: find_for_provider
select {session}
from session s
join cohort c using (cohort_id)
join programme p using (programme_code)
where s.session_id = $1 and ($2::text is null or p.provider = $2);

-- name: count
select count(*) from session where cohort_id = $1;

-- name: last_starts_at
select max(starts_at) from session where cohort_id = $1 and cancelled_at is null;

-- name: of_cohort
select {session}
from session s
where cohort_id = $1
order by starts_at, session_id;

-- name: save_plan
update session
set title = $2, starts_at = $3, ends_at = $4, join_url = $5, calendar_sequence = $6, version = $7
where session_id = $1;

-- name: save_cancellations
update session s
set cancelled_at = $2, cancellation_reason = $3, calendar_sequence = done.calendar_sequence, version = done.version
from unnest($1::uuid[], $4::integer[], $5::integer[]) as done (session_id, calendar_sequence, version)
where s.session_id = done.session_id;

-- name: save_recording
update session set recording_url = $2, recording_ref = $3, version = $4 where session_id = $1;

-- name: save_held
update session set held_at = $2, version = $3 where session_id = $1;
