-- Of what is known already the moment was not kept: it may have been changed since it was entered.
alter table member add column contact_as_of timestamptz not null default '2000-01-01 00:00:00+00';
update member set contact_as_of = greatest(least(joined_at, '2100-12-31Z'), '2000-01-01Z');

-- For what a process of the release before enters while it is being replaced.
alter table member alter column contact_as_of set default now();
