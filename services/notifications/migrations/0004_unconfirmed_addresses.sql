-- Run by one job, in one transaction, on a table of some thousands of rows.
-- squawk-ignore-file require-concurrent-index-creation

-- What a person last said of how to be reached, until whoever holds the address says yes.
create table unconfirmed_contact (
    person_id uuid primary key,
    name text not null,
    email text not null,
    source text not null,
    as_of timestamptz not null,
    given_at timestamptz not null
);

-- When addresses were, or are to be, asked for that yes; an address stands here as its print, and for a day.
create table address_request (
    person_id uuid not null,
    address bytea not null,
    asked_at timestamptz not null
);

create index address_request_person on address_request (person_id, asked_at);
create index address_request_address on address_request (address, asked_at);
create index address_request_asked on address_request (asked_at);

-- What goes to an address of its own waits for no other.
create or replace view message_record as
select m.message_id, m.person_id, m.purpose, m.state, m.failure_code, m.template, m.cause_event_id, m.attempts,
       m.due_at, m.sent_at,
       case when m.state in ('created', 'temporary-failure') then array_remove(array[
           case when m.recipient is null
                 and not exists (select from contact c where c.person_id = m.person_id) then 'contact' end,
           case when m.cohort_id is not null
                 and not exists (select from cohort k where k.cohort_id = m.cohort_id) then 'cohort' end,
           case when m.purpose = 'confirmation'
                 and not exists (select from session s where s.cohort_id = m.cohort_id) then 'session' end,
           case when m.session_id is not null
                 and not exists (select from session s where s.session_id = m.session_id) then 'session' end,
           case when m.purpose = 'recording'
                 and not exists (select from recording r where r.session_id = m.session_id) then 'recording' end
       ], null) else '{}'::text[] end as waiting_for
from message m;

-- How many mails a person was sent within the hour.
create index message_left on message (person_id, sent_at) where state = 'sent';
