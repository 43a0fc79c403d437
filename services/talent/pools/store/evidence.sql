-- name: insert_completion
insert into evidence (evidence_id, person_id, kind, programme_code, happened_at, enrolment_id)
values ($1, $2, 'programme_completed', $3, $4, $5)
on conflict (person_id, happened_at, programme_code, kind, enrolment_id) where session_id is null do nothing;

-- name: insert_attendance
-- What was kept before without its session is given it, once.
with known as (
    update evidence set session_id = $5
    where person_id = $2 and happened_at = $4 and programme_code = $3 and kind = 'session_attended'
      and session_id is null
      and not exists (select from evidence told where told.person_id = $2 and told.session_id = $5)
    returning 1)
insert into evidence (evidence_id, person_id, kind, programme_code, happened_at, session_id)
select $1, $2, 'session_attended', $3, $4, $5
where not exists (select from known)
on conflict (person_id, session_id) where session_id is not null do nothing;

-- name: delete_completion
delete from evidence
where evidence_id = (
    select evidence_id
    from evidence
    where person_id = $1 and programme_code = $2 and kind = 'programme_completed'
      and (enrolment_id = $3 or enrolment_id is null)
    order by enrolment_id, happened_at desc
    limit 1);

-- name: delete_attendance
-- Of what was kept before without its session, that of the programme which started then.
delete from evidence
where person_id = $1
  and (session_id = $2
       or (session_id is null and happened_at = $3 and programme_code = $4 and kind = 'session_attended'));

-- name: of_person
-- In the order of what never changes: what becomes known late, or is taken back, shifts no page.
select evidence_id, person_id, kind, programme_code, happened_at, enrolment_id, session_id
from evidence
where person_id = $1
  and ($2::uuid is null or evidence_id > $2)
order by evidence_id
limit $3;
