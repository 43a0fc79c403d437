-- null: completions, and attendance kept before; of that the session is told by when it started
alter table evidence add column session_id uuid;

-- Two sessions of one programme may start at one moment. Evidence is little: the indexes are built at once.
-- squawk-ignore require-concurrent-index-creation
create unique index evidence_of_session on evidence (person_id, session_id) where session_id is not null;
-- squawk-ignore require-concurrent-index-deletion
drop index evidence_once;
-- squawk-ignore require-concurrent-index-creation
create unique index evidence_once on evidence (person_id, happened_at, programme_code, kind, enrolment_id)
    nulls not distinct where session_id is null;
