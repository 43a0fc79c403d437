-- Every address of a person, out of notifications; what waits is not sent. The rows of what was told stay, or events that
-- are read again would be told again.
-- psql -v person=ID -v ON_ERROR_STOP=1 -f docs/runbooks/person/notifications-erase.sql
begin;
update message set state = 'suppressed', failure_code = 'over', retry_at = null
where person_id = :'person' and state in ('created', 'temporary-failure');
update message set recipient = null where person_id = :'person';
update invitation set email = null where person_id = :'person';
delete from contact where person_id = :'person';
delete from unconfirmed_contact where person_id = :'person';
delete from address_request where person_id = :'person';
delete from idempotency_key where answer::text like '%' || :'person' || '%';
commit;
