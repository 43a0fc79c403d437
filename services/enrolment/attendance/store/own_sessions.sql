-- columns: own_session
s.session_id, s.cohort_id, c.programme_code, p.title as programme_title, c.title as cohort_title, e.enrolment_id,
e.state, s.title, s.starts_at, s.ends_at, case when e.enrolled_at is not null then s.join_ref end as join_ref,
case when e.enrolled_at is not null then s.recording_ref end as recording_ref, s.cancelled_at, a.on_the_day,
coalesce(a.recording, false) as recording

-- where: own
e.person_id = $1
and (e.state <> 'withdrawn' or e.reason = 'cohort_cancelled' and e.enrolled_at is not null)
and ($2::boolean is null or $2 = (s.cancelled_at is null and s.ends_at > $3))
and ($4::boolean is null or $4 = (s.recording_ref is not null and e.enrolled_at is not null))

-- name: oldest
select {own_session}
from enrolment e
join cohort c using (cohort_id)
join programme p using (programme_code)
join session s using (cohort_id)
left join attendance a on a.session_id = s.session_id and a.person_id = e.person_id
where {own}
  and ($5::uuid is null or (s.starts_at, s.session_id) > (
      select b.starts_at, b.session_id from session b where b.session_id = $5))
order by s.starts_at, s.session_id
limit $6;

-- name: newest
select {own_session}
from enrolment e
join cohort c using (cohort_id)
join programme p using (programme_code)
join session s using (cohort_id)
left join attendance a on a.session_id = s.session_id and a.person_id = e.person_id
where {own}
  and ($5::uuid is null or (s.starts_at, s.session_id) < (
      select b.starts_at, b.session_id from session b where b.session_id = $5))
order by s.starts_at desc, s.session_id desc
limit $6;
