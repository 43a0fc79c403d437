-- What talent holds of a person, as one JSON document; docs/runbooks/a-persons-data.md.
-- psql -v person=ID -At -f docs/runbooks/person/talent-held.sql
with who as (select :'person'::uuid as id, convert_to(:'person', 'UTF8') as bytes)
select jsonb_pretty(jsonb_build_object(
    'member', (select jsonb_agg(r) from member r where r.person_id = who.id),
    'assessment', (select jsonb_agg(r) from assessment r where r.person_id = who.id),
    'member_post', (select jsonb_agg(r) from member_post r where r.person_id = who.id),
    'evidence', (select jsonb_agg(r) from evidence r where r.person_id = who.id),
    'decided_for_others', (select count(*) from assessment r where r.decided_by = who.id and r.person_id <> who.id),
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
