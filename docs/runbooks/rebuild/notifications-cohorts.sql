-- Makes notifications forget the titles, dates and recordings that were announced, and how far it has read their topics.
-- What was sent, and what calendars hold of it, stays: message, invitation, place and contact must never be cleared.
begin;
truncate programme, cohort, session, recording;
delete from deferred where consumer = 'notifications' and topic in ('enrolment.programmes', 'enrolment.cohorts');
delete from consumer_cursor where consumer = 'notifications' and topic in ('enrolment.programmes', 'enrolment.cohorts');
commit;
