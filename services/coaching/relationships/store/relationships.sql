-- columns: relationship
relationship_id, person_id, form, state, invited_for, invited_at, prioritised, reason, requested_at

-- name: insert
insert into relationship (
    relationship_id, person_id, form, state, invited_for, invited_at, prioritised, reason, requested_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (person_id, form) where state in ('invited', 'requested') do nothing
returning relationship_id;

-- name: lock_open
select {relationship}
from relationship
where person_id = $1 and form = $2 and state in ('invited', 'requested')
for no key update;

-- name: save_request
update relationship
set state = $2, prioritised = $3, reason = $4, requested_at = $5
where relationship_id = $1;

-- name: find
select {relationship}
from relationship
where relationship_id = $1;

-- name: of_person
select {relationship}
from relationship
where person_id = $1 and relationship_id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
  and (state <> 'invited' or $3::boolean)
order by relationship_id
limit $4;
