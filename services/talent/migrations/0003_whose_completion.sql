-- null: attendance, and completions kept before; of those the latest of a programme is taken back first
alter table evidence add column enrolment_id uuid;

-- Two completions of one programme are two, also at one moment.
-- squawk-ignore ban-drop-constraint
alter table evidence drop constraint evidence_person_id_happened_at_programme_code_kind_key;
-- squawk-ignore require-concurrent-index-creation
create unique index evidence_once on evidence (person_id, happened_at, programme_code, kind, enrolment_id)
    nulls not distinct;

-- Pages are read in the order in which evidence became known. Evidence is little: the index is built at once.
-- squawk-ignore require-concurrent-index-creation
create index evidence_person on evidence (person_id, evidence_id);
