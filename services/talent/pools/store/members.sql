-- columns: member
person_id, name, email, professional_group, role_family, system, service_type, horizon_months, assessed_on,
decided_by, joined_at, contact_as_of, version

-- name: insert
insert into member (
    person_id, name, email, professional_group, role_family, system, service_type,
    readiness, horizon_months, assessed_on, decided_by, contact_as_of, version, joined_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
on conflict (person_id) do nothing
returning person_id;

-- name: insert_position
insert into member_post (
    person_id, version, professional_group, role_family, system, service_type, held_from, recorded_at
) values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: update
update member
set name = $2, email = $3, professional_group = $4, role_family = $5, system = $6, service_type = $7,
    readiness = $8, horizon_months = $9, assessed_on = $10, decided_by = $11, contact_as_of = $12,
    version = $13
where person_id = $1;

-- name: lock
select {member}
from member
where person_id = $1
for no key update;

-- name: find
select {member}
from member
where person_id = $1;

-- name: count
select count(*) from member;

-- name: lock_after
select {member}
from member
where person_id > coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
order by person_id
limit $2
for no key update;

-- name: page
select {member}
from member
where ($1::text[] is null or system = any($1))
  and ($2::text is null or system = $2)
  and ($3::text is null or readiness = $3)
  and person_id > coalesce($4::uuid, '00000000-0000-0000-0000-000000000000')
order by person_id
limit $5;
