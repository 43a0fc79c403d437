-- name: of_people
select wanted.person_id, s.session_id, s.cohort_id, s.title, s.starts_at, s.ends_at, s.join_ref, s.calendar_sequence,
       i.sequence, i.session_sequence, i.cancelled, i.email
from unnest($1::uuid[], $2::uuid[]) as wanted (person_id, cohort_id)
join session s on s.cohort_id = wanted.cohort_id
left join invitation i on i.person_id = wanted.person_id and i.session_id = s.session_id
order by s.starts_at, s.session_id;

-- name: record
insert into invitation (person_id, session_id, sequence, session_sequence, cancelled, email)
select * from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::integer[], $5::boolean[], $6::text[])
on conflict (person_id, session_id) do update
set sequence = excluded.sequence, session_sequence = excluded.session_sequence, cancelled = excluded.cancelled,
    email = excluded.email;
