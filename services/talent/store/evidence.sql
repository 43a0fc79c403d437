-- name: insert
insert into evidence (evidence_id, person_id, kind, programme_code, happened_at, enrolment_id)
values ($1, $2, $3, $4, $5, $6)
on conflict (person_id, happened_at, programme_code, kind, enrolment_id) do nothing;

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
-- A session is told by when it started: nobody is at two of one programme at once.
delete from evidence
where person_id = $1 and happened_at = $2 and programme_code = $3 and kind = 'session_attended';

-- name: of_person
-- In the order of what never changes: what becomes known late, or is taken back, shifts no page.
select evidence_id, person_id, kind, programme_code, happened_at, enrolment_id
from evidence
where person_id = $1
  and ($2::uuid is null or evidence_id > $2)
order by evidence_id
limit $3;
