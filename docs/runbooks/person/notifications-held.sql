-- What notifications holds of a person, as one JSON document; docs/runbooks/a-persons-data.md.
-- psql -v person=ID -At -f docs/runbooks/person/notifications-held.sql
with who as (select :'person'::uuid as id, convert_to(:'person', 'UTF8') as bytes)
select jsonb_pretty(jsonb_build_object(
    'contact', (select jsonb_agg(r) from contact r where r.person_id = who.id),
    'unconfirmed_contact', (select jsonb_agg(r) from unconfirmed_contact r where r.person_id = who.id),
    'address_request', (select jsonb_agg(r) from address_request r where r.person_id = who.id),
    'place', (select jsonb_agg(r) from place r where r.person_id = who.id),
    'invitation', (select jsonb_agg(r) from invitation r where r.person_id = who.id),
    'watched', (select jsonb_agg(r) from watched r where r.person_id = who.id),
    'message', (select jsonb_agg(r) from message r where r.person_id = who.id),
    'outbox', (select jsonb_agg(r) from outbox r where position(who.bytes in r.payload) > 0 or r.key = who.id::text),
    'deferred', (select jsonb_agg(r) from deferred r where position(who.bytes in r.payload) > 0 or r.key = who.id::text),
    'undecodable_record', (
        select jsonb_agg(r) from undecodable_record r
        where position(who.bytes in r.payload) > 0 or position(who.bytes in r.key) > 0
    ),
    'stream', (select jsonb_agg(r) from stream r where r.key = who.id::text),
    'consumer_cursor', (select jsonb_agg(r) from consumer_cursor r where r.key = who.id::text),
    'idempotency_key', (
        select jsonb_agg(r) from idempotency_key r where r.answer::text like '%' || who.id || '%'
    )
))
from who;
