-- name: cells
with judged as (
    select distinct on (person_id) person_id, readiness
    from assessment
    where assessed_on <= $1 and recorded_at <= $2
    order by person_id, assessed_on desc, version desc
),
posted as (
    select distinct on (person_id) person_id, professional_group, system, service_type
    from member_post
    where (held_from is null or held_from <= $1) and recorded_at <= $2
    order by person_id, held_from desc nulls last, version desc
)
select readiness, professional_group, system, service_type, count(*) as people
from judged
join posted using (person_id)
where $3::text[] is null or system = any($3)
group by readiness, professional_group, system, service_type
order by system, readiness, professional_group, service_type;
