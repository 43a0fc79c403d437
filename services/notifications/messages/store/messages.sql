-- name: insert
insert into message (
    message_id, person_id, purpose, cause_event_id, correlation_id, due_at, cohort_id, session_id, details, recipient
)
values ($1::uuid, $2::uuid, $3::text, $4::uuid, $5::text, $6::timestamptz, $7::uuid, $8::uuid, $9::jsonb, $10::text)
on conflict do nothing;

-- name: confirm_again
-- Whose place no letter has confirmed is told at the new address.
update message m
set state = 'created', failure_code = null, retry_at = null, unconfirmed = 0
from place p
where m.person_id = $1::uuid
  and m.purpose = 'confirmation'
  and (m.state in ('created', 'temporary-failure', 'permanent-failure') or m.failure_code = 'unconfirmed')
  and p.cohort_id = m.cohort_id
  and p.person_id = m.person_id
  and p.held
  and p.confirmed_at is null
  and not exists (
    select from message later
    where later.person_id = m.person_id
      and later.cohort_id = m.cohort_id
      and later.purpose = 'confirmation'
      and later.position > m.position
  );

-- name: keep_back
update message set state = 'suppressed', failure_code = $4::text, retry_at = null
where person_id = $1::uuid and cohort_id = $2::uuid and purpose = $3::text
  and state in ('created', 'temporary-failure');

-- name: find
select * from message_record where message_id = $1::uuid;

-- where: about
cohort_id = $1::uuid
and ($2::text is null or purpose = $2::text)
and ($3::text is null or state = $3::text)
and purpose <> all($4::text[])

-- name: of_cohort
select * from message_record
where {about} and ($5::uuid is null or message_id > $5::uuid)
order by message_id
limit $6::integer;

-- name: count_of_cohort
select count(*) from message where {about};

-- where: seen
-- Of the purposes of $4 those of the person of $5 only.
($1::uuid is null or person_id = $1::uuid)
and ($2::text is null or purpose = $2::text)
and ($3::text is null or state = $3::text)
and (purpose <> all($4::text[]) or person_id = $5::uuid)

-- name: oldest
select * from message_record
where {seen} and ($6::uuid is null or message_id > $6::uuid)
order by message_id
limit $7::integer;

-- name: newest
select * from message_record
where {seen} and ($6::uuid is null or message_id < $6::uuid)
order by message_id desc
limit $7::integer;
