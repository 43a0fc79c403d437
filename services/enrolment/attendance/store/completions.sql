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
