-- Who entered before its end and had not left before its start counts, once. Who left and came back is judged by the
-- place held today: that is the one that can be completed.
-- name: participants
select distinct on (e.person_id)
       e.person_id, e.enrolment_id, e.state = 'completed' as completed,
       a.on_the_day, a.minutes, coalesce(a.apologies, false) as apologies, coalesce(a.recording, false) as recording,
       elsewhere.attended, elsewhere.caught_up
from enrolment e
left join attendance a on a.session_id = $1 and a.person_id = e.person_id
cross join lateral (
    select count(*) filter (where o.on_the_day in ('live', 'part')) as attended,
           count(*) filter (where o.recording and coalesce(o.on_the_day, 'missed') = 'missed') as caught_up
    from session s
    join attendance o using (session_id)
    where s.cohort_id = $2 and s.session_id <> $1 and s.cancelled_at is null and o.person_id = e.person_id
) as elsewhere
where e.cohort_id = $2
  and e.person_id = any($5::uuid[])
  and e.enrolled_at is not null
  and exists (
      select from enrolment there
      where there.cohort_id = $2 and there.person_id = e.person_id
        and there.enrolled_at < $4 and (there.withdrawn_at is null or there.withdrawn_at > $3))
order by e.person_id, e.state = 'withdrawn', e.enrolled_at desc;

-- Everybody who counts in the session by the same rule, with what was entered of them.
-- name: page
select e.person_id, l.name, a.on_the_day, a.minutes, coalesce(a.apologies, false) as apologies,
       coalesce(a.recording, false) as recording, a.told_at as recorded_at
from (
    select distinct person_id from enrolment
    where cohort_id = $2 and enrolled_at < $4 and (withdrawn_at is null or withdrawn_at > $3)
      and ($5::uuid is null or person_id > $5)
    order by person_id
    limit $6
) e
join learner l using (person_id)
left join attendance a on a.session_id = $1 and a.person_id = e.person_id
order by e.person_id;

-- name: save
insert into attendance (session_id, person_id, on_the_day, minutes, apologies, recording, told_at)
select $1, m.person_id, m.on_the_day, m.minutes, m.apologies, m.recording, $2
from unnest($3::uuid[], $4::text[], $5::integer[], $6::boolean[], $7::boolean[])
    as m (person_id, on_the_day, minutes, apologies, recording)
on conflict (session_id, person_id) do update
set on_the_day = excluded.on_the_day, minutes = excluded.minutes, apologies = excluded.apologies,
    recording = excluded.recording, told_at = excluded.told_at;

-- A session is held by whom its register tells of: who is told of no more leaves no row.
-- name: delete
delete from attendance where session_id = $1 and person_id = any($2::uuid[]);
