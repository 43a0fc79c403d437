-- Run by one job, in one transaction, on a table of some thousands of rows.
-- squawk-ignore-file require-concurrent-index-creation

-- People are found by address and by where they work.
create index learner_email on learner (lower(email));
create index learner_organisation on learner (organisation, person_id);
