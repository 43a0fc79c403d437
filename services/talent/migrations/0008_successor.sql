-- What takes the place of a system that has ended, as enrolment keeps it.
alter table system_area add column successor text;
