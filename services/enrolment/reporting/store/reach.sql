-- name: cells
with intervention as materialized (
    select nth, ends, c.cohort_id, c.programme_code, p.family, c.started_at
    from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as period (starts, ends, nth)
    join cohort c on c.started_at >= starts and c.started_at < ends
    join programme p using (programme_code)
),
place as (
    select i.nth, e.enrolment_id, e.person_id, i.programme_code, i.family, e.system, l.gender,
           coalesce(sg.review_group, 'other') as role_group,
           case ec.minority_ethnic when true then 'minority' when false then 'white' else 'unknown' end as ethnicity,
           count(*) as session_places,
           count(*) filter (where a.on_the_day in ('live', 'part')) as attended,
           count(*) filter (where a.on_the_day = 'live') as live
    from intervention i
    join enrolment e on e.cohort_id = i.cohort_id
        and e.enrolled_at <= i.started_at and (e.withdrawn_at is null or e.withdrawn_at > i.started_at)
    join learner l using (person_id)
    join session s on s.cohort_id = i.cohort_id and s.held_at is not null and s.starts_at < i.ends
        and (e.withdrawn_at is null or e.withdrawn_at > s.starts_at)
    left join attendance a on a.session_id = s.session_id and a.person_id = e.person_id
    left join staff_group sg on sg.code = e.staff_group
        and sg.valid_from <= e.enrolled_at::date and (sg.valid_to is null or sg.valid_to > e.enrolled_at::date)
    left join ethnic_category ec on ec.code = l.ethnic_category
        and ec.valid_from <= e.enrolled_at::date and (ec.valid_to is null or ec.valid_to > e.enrolled_at::date)
    where $3::text[] is null or e.system = any($3)
    group by i.nth, e.enrolment_id, i.programme_code, i.family, l.gender, sg.review_group, ec.minority_ethnic
)
select nth,
       case grouping(programme_code, family, system, role_group, gender, ethnicity)
           when 31 then 'programme'
           when 47 then 'family'
           when 55 then 'system'
           when 59 then 'role_group'
           when 61 then 'gender'
           when 62 then 'ethnicity'
           else 'all'
       end as dimension,
       coalesce(programme_code, family, system, role_group, gender, ethnicity, 'all') as code,
       count(*) as enrolments,
       count(distinct person_id) as people,
       coalesce(sum(session_places), 0)::bigint as session_places,
       coalesce(sum(attended), 0)::bigint as attended,
       coalesce(sum(live), 0)::bigint as live
from place
group by nth, grouping sets ((), (programme_code), (family), (system), (role_group), (gender), (ethnicity))
order by nth, dimension, code;

-- name: deliveries
select nth, p.programme_code, p.family, p.title,
       count(*) filter (where c.started_at >= starts and c.started_at < ends) as interventions,
       count(*) filter (where later.planned) as planned_cohorts,
       max(c.places) filter (where later.planned) as planned_places
from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as period (starts, ends, nth)
join cohort c on (c.started_at >= starts and c.started_at < ends) or (c.opened_at >= starts and c.opened_at < ends)
join programme p using (programme_code)
cross join lateral (
    select c.opened_at >= starts and c.opened_at < ends and (c.cancelled_at is null or c.cancelled_at >= ends)
           and (c.first_session_at is null or c.first_session_at < starts or c.first_session_at >= ends) as planned
) as later
group by nth, p.programme_code, p.family, p.title
order by nth, p.family, p.programme_code;

-- name: queue
select nth,
       (select count(*)
        from cohort c
        join enrolment e using (cohort_id)
        where c.started_at >= starts and c.started_at < ends and e.state = 'waitlisted'
          and ($3::text[] is null or e.system = any($3))) as waiting,
       (select count(*)
        from enrolment e
        where e.withdrawn_at >= starts and e.withdrawn_at < ends and e.enrolled_at is not null
          and e.reason is distinct from 'cohort_cancelled'
          and ($3::text[] is null or e.system = any($3))) as withdrawals
from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as period (starts, ends, nth);

-- name: system_names
select nth, code, name
from unnest($1::date[], $2::date[]) with ordinality as period (first, last, nth)
join system_area on valid_from <= last and (valid_to is null or valid_to > first)
where $3::text[] is null or code = any($3)
order by nth, code;
