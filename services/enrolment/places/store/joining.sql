-- name: join_url
select s.join_url
from session s
join cohort c using (cohort_id)
join programme p using (programme_code)
where s.join_ref = $1 and s.cancelled_at is null
  and ($2 or p.provider = $3 or exists (
      select from enrolment e
      where e.cohort_id = s.cohort_id and e.person_id = $4 and e.state in ('enrolled', 'completed')));

-- Who held a place until the cohort was cancelled may still watch what was held.
-- name: recording_url
select s.recording_url
from session s
join cohort c using (cohort_id)
join programme p using (programme_code)
where s.recording_ref = $1
  and ($2 or p.provider = $3 or exists (
      select from enrolment e
      where e.cohort_id = s.cohort_id and e.person_id = $4
        and (e.state in ('enrolled', 'completed') or e.reason = 'cohort_cancelled' and e.enrolled_at is not null)));

-- name: of_holder
select {session}, c.title as cohort_title
from session s
join cohort c using (cohort_id)
where (s.join_ref = $1 or s.recording_ref = $1)
  and exists (
      select from enrolment e
      where e.cohort_id = s.cohort_id and e.person_id = $2
        and (e.state in ('enrolled', 'completed') or e.reason = 'cohort_cancelled' and e.enrolled_at is not null));
