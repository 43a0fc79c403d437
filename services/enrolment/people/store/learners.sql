-- columns: learner
person_id, name, email, phone, system, organisation, staff_group, profession, band, gender, ethnic_category,
contact_as_of, email_given_at, version

-- name: insert
insert into learner (
    person_id, name, email, phone, system, organisation, staff_group, profession, band,
    gender, ethnic_category, contact_as_of, email_given_at, version
)
select * from unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::text[], $12::timestamptz[], $13::timestamptz[], $14::integer[]
)
on conflict (person_id) do nothing
returning person_id;

-- name: update
update learner
set name = $2, email = $3, phone = $4, system = $5, organisation = $6, staff_group = $7,
    profession = $8, band = $9, gender = $10, ethnic_category = $11, contact_as_of = $12,
    email_given_at = $13, version = $14
where person_id = $1;

-- name: insert_words
insert into learner_name_word (word, person_id)
select * from unnest($1::text[], $2::uuid[]);

-- name: delete_words
delete from learner_name_word where person_id = $1;

-- name: lock
select {learner}
from learner
where person_id = any($1::uuid[])
order by person_id
for no key update;

-- name: count
select count(*) from learner;

-- name: lock_after
select {learner}
from learner
where person_id > coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
order by person_id
limit $2
for no key update;

-- name: find
select {learner}
from learner
where person_id = $1;

-- name: of_ids
select {learner}
from learner
where person_id = any($1::uuid[])
order by person_id;

-- name: of_emails
select {learner}
from learner
where lower(email) = any(array(select lower(asked) from unnest($1::text[]) as asked))
order by person_id;

-- where: mailed
lower(email) = lower($1) and ($2::text is null or organisation = $2)

-- name: of_email
select {learner}
from learner
where {mailed} and ($3::uuid is null or person_id > $3)
order by person_id
limit $4;

-- name: count_of_email
select count(*) from learner where {mailed};

-- where: employed
organisation = $1

-- name: of_organisation
select {learner}
from learner
where {employed} and ($2::uuid is null or person_id > $2)
order by person_id
limit $3;

-- name: count_of_organisation
select count(*) from learner where {employed};

-- name: lock_email
select pg_advisory_xact_lock(hashtextextended('learner.email ' || lower($1), 0));

-- name: known_under
select {learner}
from learner
where lower(email) = lower($1)
order by email_given_at is not null, person_id
limit 1;

-- where: named
person_id in (select w.person_id from learner_name_word w where w.word >= $1 and w.word < $2)
and (select bool_and(exists (
        select from learner_name_word w
        where w.person_id = learner.person_id and w.word >= other.low and w.word < other.high))
     from unnest($3::text[], $4::text[]) as other (low, high)) is not false
and ($5::text is null or lower(email) = lower($5))
and ($6::text is null or organisation = $6)

-- name: of_name
-- In the order of what never changes: by name, who is renamed between two pages would be shown twice or not at all.
select {learner}
from learner
where {named} and ($7::uuid is null or person_id > $7)
order by person_id
limit $8;

-- name: count_of_name
select count(*) from learner where {named};
