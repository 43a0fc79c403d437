-- Who a person is, out of enrolment: what is left stands under an id that no longer names anybody.
-- psql -v person=ID -v ON_ERROR_STOP=1 -f docs/runbooks/person/enrolment-erase.sql
begin;
delete from learner_name_word where person_id = :'person';
update learner
set name = 'Erased', email = 'erased@example.com', phone = null, gender = 'not_stated', ethnic_category = 'Z',
    email_given_at = null, version = version + 1
where person_id = :'person';
delete from idempotency_key where answer::text like '%' || :'person' || '%';
commit;
