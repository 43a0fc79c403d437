-- Run by one job, in one transaction, on a table of some thousands of rows.
-- squawk-ignore-file require-concurrent-index-creation

-- A calendar entry lives where its invitation went: as far as anybody can still tell, at the person's present address.
alter table invitation add column email text;
update invitation set email = contact.email from contact where contact.person_id = invitation.person_id;

-- Where a message goes instead of the person's present address; forgotten once it has come to an end.
alter table message add column recipient text;

-- One event may take several entries out of an earlier address's calendar, each by a message of its own.
-- squawk-ignore ban-drop-constraint
alter table message drop constraint message_cause_event_id_person_id_purpose_key;
create unique index message_cause on message (cause_event_id, person_id, purpose, session_id) nulls not distinct;

-- Of recordings asked for more than once the last waits on, unless one has left.
update message m
set state = 'suppressed',
    failure_code = case when again.sent then 'already_told' else 'superseded' end,
    retry_at = null
from (
    select message_id, bool_or(state = 'sent') over whole as sent,
           row_number() over (
               whole order by state in ('created', 'temporary-failure') desc, position desc
           ) as nth
    from message
    where purpose = 'recording'
    window whole as (partition by person_id, session_id)
) again
where again.message_id = m.message_id
  and m.state in ('created', 'temporary-failure')
  and (again.sent or again.nth > 1);

create unique index message_recording on message (person_id, session_id)
    where purpose = 'recording' and state in ('created', 'temporary-failure');

create or replace view message_record as
select m.message_id, m.person_id, m.purpose, m.state, m.failure_code, m.template, m.cause_event_id, m.attempts,
       m.due_at, m.sent_at,
       case when m.state in ('created', 'temporary-failure') then array_remove(array[
           case when not exists (select from contact c where c.person_id = m.person_id) then 'contact' end,
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

-- Who has watched a recording needs no mail about it, whatever the register is corrected to later.
create table watched (
    person_id uuid not null,
    session_id uuid not null,
    primary key (person_id, session_id)
);
