-- What is known already counts as given by the academy; so does what a process of the release before enters meanwhile.
alter table learner add column email_given_at timestamptz;
