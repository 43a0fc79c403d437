-- One row a completion and kind: the first one known of a person and kind is who they are a candidate by.
-- null: candidates kept before, by the first completion; it is not known of which enrolment.
alter table candidate add column enrolment_id uuid;

-- Candidates are few: the index is built before anybody notices.
-- squawk-ignore ban-drop-constraint
alter table candidate drop constraint candidate_person_id_kind_key;
-- squawk-ignore require-concurrent-index-creation
create unique index candidate_completion on candidate (person_id, kind, enrolment_id) nulls not distinct;
