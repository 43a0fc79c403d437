-- name: complete
update enrolment
set state = 'completed', completed_at = $2
where enrolment_id = any($1::uuid[]) and state = 'enrolled'
returning enrolment_id;

-- name: take_back
update enrolment
set state = 'enrolled', completed_at = null
where enrolment_id = any($1::uuid[]) and state = 'completed'
returning enrolment_id;

-- name: graduates
select person_id, enrolment_id from enrolment where cohort_id = $1 and state = 'completed';

-- name: records
select e.person_id, e.enrolment_id,
       count(*) filter (where a.on_the_day in ('live', 'part')) as attended,
       count(*) filter (where a.recording and coalesce(a.on_the_day, 'missed') = 'missed') as caught_up
from enrolment e
left join session s on s.cohort_id = e.cohort_id and s.cancelled_at is null
left join attendance a on a.session_id = s.session_id and a.person_id = e.person_id
where e.cohort_id = $1 and e.state = 'enrolled'
group by e.enrolment_id
order by e.enrolment_id;
