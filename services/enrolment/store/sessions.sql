-- name: insert
insert into session (
    session_id, cohort_id, title, starts_at, ends_at, join_ref, join_url,
    recording_ref, recording_url, held_at, calendar_sequence
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: find_for_provider
select s.session_id, s.cohort_id, s.title, s.starts_at, s.ends_at, s.join_ref, s.join_url,
       s.recording_ref, s.recording_url, s.held_at, s.calendar_sequence
from session s
join cohort c using (cohort_id)
join programme p using (programme_code)
where s.session_id = $1 and ($2::text is null or p.provider = $2);

-- name: of_cohort
select session_id, cohort_id, title, starts_at, ends_at, join_ref, join_url,
       recording_ref, recording_url, held_at, calendar_sequence
from session
where cohort_id = $1
order by starts_at, session_id;

-- name: save_recording
update session set recording_url = $2, recording_ref = $3 where session_id = $1;

-- name: save_held
update session set held_at = coalesce(held_at, $2) where session_id = $1;

-- name: join_url
select s.join_url
from session s
join cohort c using (cohort_id)
join programme p using (programme_code)
where s.join_ref = $1
  and ($2 or p.provider = $3 or exists (
      select from enrolment e
      where e.cohort_id = s.cohort_id and e.person_id = $4 and e.state in ('enrolled', 'completed')));

-- name: recording_url
select s.recording_url
from session s
join cohort c using (cohort_id)
join programme p using (programme_code)
where s.recording_ref = $1
  and ($2 or p.provider = $3 or exists (
      select from enrolment e
      where e.cohort_id = s.cohort_id and e.person_id = $4 and e.state in ('enrolled', 'completed')));

-- name: of_holder
select s.session_id, s.cohort_id, s.title, s.starts_at, s.ends_at, s.join_ref, s.join_url,
       s.recording_ref, s.recording_url, s.held_at, s.calendar_sequence, c.title as cohort_title
from session s
join cohort c using (cohort_id)
where (s.join_ref = $1 or s.recording_ref = $1)
  and exists (
      select from enrolment e
      where e.cohort_id = s.cohort_id and e.person_id = $2 and e.state in ('enrolled', 'completed'));
