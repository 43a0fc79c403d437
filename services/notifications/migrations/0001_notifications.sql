-- What other services announced. No foreign keys: topics arrive in any order.

create table contact (
    person_id uuid primary key,
    name text not null,
    email text not null,
    source text not null,
    as_of timestamptz not null
);

create table programme (
    programme_code text primary key,
    title text not null
);

create table cohort (
    cohort_id uuid primary key,
    programme_code text not null,
    title text not null
);

create table session (
    session_id uuid primary key,
    cohort_id uuid not null,
    title text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    join_ref text not null,
    calendar_sequence integer not null,
    announced_by uuid not null,
    announced_at timestamptz not null,
    correlation_id text not null
);

create index session_cohort on session (cohort_id, starts_at);

create table recording (
    session_id uuid primary key,
    recording_ref text not null
);

create table place (
    person_id uuid not null,
    cohort_id uuid not null,
    held boolean not null,
    confirmed_at timestamptz,
    primary key (cohort_id, person_id)
);

-- What a person's calendar was last told of a session.
create table invitation (
    person_id uuid not null,
    session_id uuid not null,
    sequence integer not null,
    session_sequence integer not null,
    cancelled boolean not null,
    primary key (person_id, session_id)
);

create table message (
    message_id uuid primary key,
    position bigint generated always as identity,
    person_id uuid not null,
    purpose text not null,
    cause_event_id uuid not null,
    cohort_id uuid,
    session_id uuid,
    correlation_id text not null,
    details jsonb not null default '{}',
    state text not null default 'created' check (state in (
        'created', 'sent', 'suppressed', 'temporary-failure', 'permanent-failure', 'technical-failure'
    )),
    failure_code text,
    template text,
    attempts integer not null default 0,
    due_at timestamptz not null,
    retry_at timestamptz,
    sent_at timestamptz,
    unique (cause_event_id, person_id, purpose)
);

create index message_unsent on message (position) where state in ('created', 'temporary-failure');
create index message_unsent_thread on message (person_id, cohort_id, position)
    where state in ('created', 'temporary-failure') and session_id is null;
create index message_person on message (person_id, message_id);

-- A message as those who answer for it see it, with what it still waits for.
create view message_record as
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
           case when m.session_id is not null
                 and not exists (select from recording r where r.session_id = m.session_id) then 'recording' end
       ], null) else '{}'::text[] end as waiting_for
from message m;
