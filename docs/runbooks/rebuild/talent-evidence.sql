-- Makes talent forget its evidence and how far it has read enrolment.learners, so that it can be read again.
-- Nothing else is made from that topic, and no event or mail follows from it.
begin;
truncate evidence;
delete from deferred where consumer = 'talent' and topic = 'enrolment.learners';
delete from consumer_cursor where consumer = 'talent' and topic = 'enrolment.learners';
commit;
