-- Makes coaching forget its candidates and how far it has read enrolment.learners, so that it can be read again.
-- The register, invitations and requests stay. Candidates get new ids; a person and kind is shown once, as before.
begin;
truncate candidate;
delete from deferred where consumer = 'coaching' and topic = 'enrolment.learners';
delete from consumer_cursor where consumer = 'coaching' and topic = 'enrolment.learners';
commit;
