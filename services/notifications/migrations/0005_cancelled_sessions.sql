-- A session that does not take place leaves the calendars that hold it.
alter table session add column cancelled boolean not null default false;
