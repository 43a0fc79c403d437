-- columns: practitioner
person_id, name, email, kinds, origin, qualifications, system, half, capacity, registered_at, contact_as_of, version

-- name: insert
insert into practitioner (
    person_id, name, email, kinds, origin, qualifications, system, half, capacity, contact_as_of, version, registered_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (person_id) do nothing
returning person_id;

-- name: update
update practitioner
set name = $2, email = $3, kinds = $4, origin = $5, qualifications = $6, system = $7, half = $8, capacity = $9,
    contact_as_of = $10, version = $11
where person_id = $1;

-- name: lock
select {practitioner}
from practitioner
where person_id = $1
for no key update;

-- name: find
select {practitioner}
from practitioner
where person_id = $1;

-- name: count
select count(*) from practitioner;

-- name: lock_after
select {practitioner}
from practitioner
where person_id > coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
order by person_id
limit $2
for no key update;

-- name: page
select {practitioner}
from practitioner
where ($1::text is null or $1 = any(kinds))
  and ($2::text is null or system = $2)
  and person_id > coalesce($3::uuid, '00000000-0000-0000-0000-000000000000')
order by person_id
limit $4;
