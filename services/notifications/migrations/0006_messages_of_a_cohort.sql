-- Run by one job, in one transaction, on a table of some thousands of rows.
-- squawk-ignore-file require-concurrent-index-creation

-- Those who plan a cohort see who was told what about it.
create index message_cohort on message (cohort_id, message_id) where cohort_id is not null;

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
       ], null) else '{}'::text[] end as waiting_for,
       m.cohort_id, m.session_id
from message m;
