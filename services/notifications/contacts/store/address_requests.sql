-- name: supersede_questions
-- What is kept back and never was tried is nobody's question any more: its turn is free.
with kept_back as (
    update message set state = 'suppressed', failure_code = 'superseded', retry_at = null, recipient = null
    where person_id = $1::uuid
      and purpose = 'address_confirmation'
      and state in ('created', 'temporary-failure')
    returning due_at, attempts, claim
)
delete from address_request r
using kept_back k
where r.person_id = $1::uuid and r.asked_at = k.due_at and k.attempts = 0 and k.claim is null;

-- name: supersede_warnings
update message set state = 'suppressed', failure_code = 'superseded', retry_at = null, recipient = null
where person_id = $1::uuid
  and purpose = 'address_change'
  and lower(recipient) = lower($2::text)
  and state in ('created', 'temporary-failure');

-- name: is_due
select exists (
    select from message
    where person_id = $1::uuid
      and purpose = $2::text
      and lower(recipient) = lower($3::text)
      and state in ('created', 'temporary-failure')
);

-- name: take_turn
select pg_advisory_xact_lock(hashtextextended('address/' || $1::text, 0));

-- name: forget
delete from address_request where asked_at < $1::timestamptz - interval '1 day';

-- name: next_turn
-- A day after the third last time for the person; after the third last for the address, or the tenth last where the
-- person has not asked it within the day; and a while after the person's last time there.
insert into address_request (person_id, address, asked_at)
select $1::uuid, $2::bytea, greatest(
    $3::timestamptz,
    (select asked_at + interval '1 day' from address_request
     where person_id = $1::uuid order by asked_at desc offset $4::integer - 1 limit 1),
    (select asked_at + interval '1 day' from address_request
     where address = $2::bytea order by asked_at desc
     offset case when asked_before.last is null then $5::integer else $4::integer end - 1 limit 1),
    asked_before.last + $6::interval
)
from (
    select max(asked_at) as last from address_request
    where person_id = $1::uuid and address = $2::bytea and asked_at > $3::timestamptz - interval '1 day'
) asked_before
returning asked_at;
