-- null: attendance, and completions kept before; of those the latest of a programme is taken back first
alter table evidence add column enrolment_id uuid;

-- Pages are read in the order in which evidence became known. Evidence is little: the index is built at once.
-- squawk-ignore require-concurrent-index-creation
create index evidence_person on evidence (person_id, evidence_id);
