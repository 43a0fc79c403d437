-- name: upsert
insert into contact (person_id, name, email, source, as_of)
values ($1::uuid, $2::text, $3::text, $4::text, $5::timestamptz)
on conflict (person_id) do update
set name = excluded.name, email = excluded.email, source = excluded.source, as_of = excluded.as_of
where contact.source = excluded.source or contact.as_of <= excluded.as_of;

-- name: hold
select person_id, name, email from contact where person_id = any($1::uuid[]) order by person_id for share;

-- name: find
select person_id, name, email, source, as_of from contact where person_id = $1::uuid;
