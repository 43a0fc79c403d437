-- name: next_waiting
select e.enrolment_id, e.cohort_id, e.person_id, e.state, e.method, l.system, l.organisation, l.staff_group,
       l.profession, l.band, e.asked_at, e.enrolled_at, e.ticket, e.withdrawn_at, e.withdrawn_by, e.reason, e.late,
       e.completed_at
from enrolment e
join learner l using (person_id)
where e.cohort_id = $1 and e.state = 'waitlisted'
order by e.ticket
limit 1;

-- name: save_promotion
with place as (
    update enrolment
    set state = 'enrolled', enrolled_at = $7, system = $8, organisation = $9, staff_group = $10, profession = $11,
        band = $12
    where enrolment_id = $3
)
insert into promotion (promotion_id, cohort_id, enrolment_id, freed_by, rule, reason, promoted_at)
values ($1, $2, $3, $4, $5, $6, $7);
