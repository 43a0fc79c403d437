-- Of what is known already the moment was not kept: anything another service announced is taken to be newer.
alter table learner add column contact_as_of timestamptz not null default '2000-01-01 00:00:00+00';

-- For what a process of the release before enters while it is being replaced.
alter table learner alter column contact_as_of set default now();
