-- A person, out of the register, its candidates, the invitations and requests.
-- psql -v person=ID -v ON_ERROR_STOP=1 -f docs/runbooks/person/coaching-erase.sql
begin;
delete from practitioner where person_id = :'person';
delete from candidate where person_id = :'person';
delete from relationship where person_id = :'person';
delete from idempotency_key where answer::text like '%' || :'person' || '%';
commit;
