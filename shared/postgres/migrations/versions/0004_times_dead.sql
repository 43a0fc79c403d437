-- The number of the giving-up is part of the dead letter's id: replayed and dead again, it is another letter.
alter table deferred add column times_dead integer not null default 0;
