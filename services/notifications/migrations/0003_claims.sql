-- Run by one job, in one transaction, on a table of some thousands of rows.
-- squawk-ignore-file require-concurrent-index-creation
-- squawk-ignore-file require-concurrent-index-deletion

-- Whose a message is while it is on its way, and until when: a mail is handed over outside any transaction. Of an
-- unsettled one a sender is gone without a word.
alter table message add column claim uuid;
alter table message add column claimed_until timestamptz;
alter table message add column unsettled boolean not null default false;
create index message_claim on message (claim) where claim is not null;

-- How often a mail was handed over whole and nobody said that it was taken.
alter table message add column unconfirmed integer not null default 0;

-- What was never tried goes first, so that what fails again and again keeps nobody waiting.
drop index message_unsent;
create index message_unsent_next on message (retry_at nulls first, position)
    where state in ('created', 'temporary-failure');

-- What is asked for whenever a recording comes: who was told nothing because it did not.
create index message_unrecorded on message (session_id) where state = 'suppressed' and failure_code = 'not_recorded';
