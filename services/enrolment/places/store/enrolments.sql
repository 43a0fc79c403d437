-- columns: enrolment
e.enrolment_id, e.cohort_id, e.person_id, e.state, e.method, e.system, e.organisation, e.staff_group, e.profession,
e.band, e.asked_at, e.enrolled_at, e.ticket, e.withdrawn_at, e.withdrawn_by, e.reason, e.late, e.completed_at

-- columns: rank
case when e.state = 'waitlisted' then (
    select count(*) from enrolment w
    where w.cohort_id = e.cohort_id and w.state = 'waitlisted' and w.ticket <= e.ticket
) end as rank

-- where: attending
e.cohort_id = $1 and ($2::text[] is null or e.system = any($2)) and ($3::text is null or e.state = $3)

-- name: applicant
select l.person_id, l.system, l.organisation, l.staff_group, l.profession, l.band,
       (select e.state from enrolment e
        where e.cohort_id = $1 and e.person_id = l.person_id and e.state <> 'withdrawn') as holds,
       coalesce((
        select e.person_id = l.person_id from enrolment e
        where e.cohort_id = $1 and e.state = 'waitlisted'
        order by e.ticket
        limit 1), false) as is_next
from learner l
where l.person_id = $2;

-- name: insert
insert into enrolment (
    enrolment_id, cohort_id, person_id, state, method, system, organisation, staff_group, profession, band,
    asked_at, enrolled_at, ticket
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: find
select {enrolment}
from enrolment e
where enrolment_id = $1;

-- name: lock_cohort
select {cohort}
from cohort c
join enrolment e using (cohort_id)
where e.enrolment_id = $1
for no key update of c;

-- name: save_withdrawal
update enrolment
set state = 'withdrawn', withdrawn_at = $2, withdrawn_by = $3, reason = $4, late = $5
where enrolment_id = $1;

-- name: end_all
with was as (
    select enrolment_id, state
    from enrolment
    where cohort_id = $1 and state in ('enrolled', 'waitlisted')
    order by enrolment_id
    for no key update
), ended as (
    update enrolment e
    set state = 'withdrawn', withdrawn_at = $2, withdrawn_by = 'academy', reason = $3, late = false
    from was
    where e.enrolment_id = was.enrolment_id
    returning {enrolment}, was.state as previous
)
select * from ended order by enrolment_id;

-- name: of_person
select {enrolment}, {rank}
from enrolment e
where person_id = $1 and enrolment_id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
order by enrolment_id
limit $3;

-- name: of_cohort
select {enrolment}, l.name, {rank}
from enrolment e
join learner l using (person_id)
where {attending}
  and e.enrolment_id > coalesce($4::uuid, '00000000-0000-0000-0000-000000000000')
order by e.enrolment_id
limit $5;

-- name: count_of_cohort
select count(*) from enrolment e where {attending};
