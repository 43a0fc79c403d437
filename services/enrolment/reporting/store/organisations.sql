-- name: count
-- Places held when their cohort started, over its sessions that were held in the period; places given up in the period.
with fact as (
    select e.system, e.organisation, e.person_id,
           count(*) as session_places,
           count(*) filter (where a.on_the_day in ('live', 'part')) as attended,
           count(*) filter (where a.on_the_day = 'missed') as missed,
           null::boolean as late
    from cohort c
    join enrolment e on e.cohort_id = c.cohort_id
        and e.enrolled_at <= c.started_at and (e.withdrawn_at is null or e.withdrawn_at > c.started_at)
    join session s on s.cohort_id = c.cohort_id and s.held_at is not null and s.starts_at < $2
        and (e.withdrawn_at is null or e.withdrawn_at > s.starts_at)
    left join attendance a on a.session_id = s.session_id and a.person_id = e.person_id
    where c.started_at >= $1 and c.started_at < $2 and ($3::text[] is null or e.system = any($3))
    group by e.enrolment_id
    union all
    select e.system, e.organisation, null, 0, 0, 0, e.late
    from enrolment e
    where e.withdrawn_at >= $1 and e.withdrawn_at < $2 and e.enrolled_at is not null
      and e.reason is distinct from 'cohort_cancelled' and ($3::text[] is null or e.system = any($3))
)
select system, organisation,
       (select o.name from organisation o where o.code = f.organisation order by o.valid_from desc limit 1) as name,
       count(person_id) as enrolments,
       count(distinct person_id) as people,
       sum(session_places)::bigint as session_places,
       sum(attended)::bigint as attended,
       sum(missed)::bigint as missed,
       count(*) filter (where not late) as withdrawn_in_time,
       count(*) filter (where late) as withdrawn_late
from fact f
group by system, organisation
order by system, organisation;
