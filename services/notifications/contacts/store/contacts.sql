-- name: upsert
with known as (select email from contact where person_id = $1::uuid)
insert into contact (person_id, name, email, source, as_of)
values ($1::uuid, $2::text, $3::text, $4::text, $5::timestamptz)
on conflict (person_id) do update
set name = excluded.name, email = excluded.email, source = excluded.source,
    as_of = case when (contact.name, contact.email) = (excluded.name, excluded.email)
        then greatest(contact.as_of, excluded.as_of) else excluded.as_of end
where contact.source = excluded.source or (contact.as_of, contact.source) < (excluded.as_of, excluded.source)
returning lower(contact.email) <> (select lower(known.email) from known);

-- name: lock_shared
select person_id, email from contact where person_id = any($1::uuid[]) order by person_id for share;

-- name: find
select person_id, name, email, source, as_of from contact where person_id = $1::uuid;

-- name: take_turn
select pg_advisory_xact_lock(hashtextextended('contact/' || $1::text, 0));

-- name: find_unconfirmed
select person_id, name, email, source, as_of, given_at from unconfirmed_contact where person_id = $1::uuid;

-- name: put_unconfirmed
insert into unconfirmed_contact (person_id, name, email, source, as_of, given_at)
values ($1::uuid, $2::text, $3::text, $4::text, $5::timestamptz, $6::timestamptz)
on conflict (person_id) do update
set name = excluded.name, email = excluded.email, source = excluded.source, as_of = excluded.as_of,
    given_at = excluded.given_at;

-- name: delete_unconfirmed
delete from unconfirmed_contact where person_id = $1::uuid;
