-- Who a person is, out of the talent pools, and the evidence. What was judged is only ever added to, and stays under the id.
-- psql -v person=ID -v ON_ERROR_STOP=1 -f docs/runbooks/person/talent-erase.sql
begin;
update member set name = 'Erased', email = 'erased@example.com', version = version + 1 where person_id = :'person';
delete from evidence where person_id = :'person';
delete from idempotency_key where answer::text like '%' || :'person' || '%';
commit;
