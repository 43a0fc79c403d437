-- name: of_people
select wanted.person_id, s.session_id, s.cohort_id, s.title, s.starts_at, s.ends_at, s.join_ref, s.calendar_sequence,
       s.cancelled as session_cancelled, i.sequence, i.session_sequence, i.cancelled, i.email
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

-- name: outdated
-- People whose confirmation has left and whose calendar does not hold a session of the cohort, still to come, as it is;
-- one that was cancelled it is not to hold.
select p.person_id, p.cohort_id, s.announced_by, s.announced_at, s.correlation_id, told.purpose
from place p
join session s on s.cohort_id = p.cohort_id and s.ends_at > greatest(s.announced_at, $3::timestamptz)
cross join lateral (
    select case when s.cancelled then 'session_cancelled' else 'session_update' end as purpose
) as told
left join invitation i on i.person_id = p.person_id and i.session_id = s.session_id
where p.cohort_id = any($1::uuid[])
  and ($2::uuid[] is null or p.person_id = any($2::uuid[]))
  and p.held
  and p.confirmed_at is not null
  and case
        when s.cancelled then not i.cancelled
        else i.session_id is null or i.cancelled or i.session_sequence < s.calendar_sequence
      end
  and not exists (
    select from message m
    where m.cause_event_id = s.announced_by and m.person_id = p.person_id and m.purpose = told.purpose
  )
order by p.person_id, s.starts_at;
