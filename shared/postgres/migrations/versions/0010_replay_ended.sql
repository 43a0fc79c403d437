-- A replay that has ended: the service goes on in real time. The release of before would go on replaying, from the
-- moment of the end.
alter table replay_clock add column ended boolean not null default false;
