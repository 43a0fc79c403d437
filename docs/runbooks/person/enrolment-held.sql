-- What enrolment holds of a person, as one JSON document; docs/runbooks/a-persons-data.md.
-- psql -v person=ID -At -f docs/runbooks/person/enrolment-held.sql
with who as (select :'person'::uuid as id, convert_to(:'person', 'UTF8') as bytes)
select jsonb_pretty(jsonb_build_object(
    'learner', (select jsonb_agg(r) from learner r where r.person_id = who.id),
    'learner_name_word', (select jsonb_agg(r) from learner_name_word r where r.person_id = who.id),
    'enrolment', (select jsonb_agg(r) from enrolment r where r.person_id = who.id),
    'promotion', (
        select jsonb_agg(r) from promotion r
        join enrolment e on e.enrolment_id in (r.enrolment_id, r.freed_by)
        where e.person_id = who.id
    ),
    'attendance', (select jsonb_agg(r) from attendance r where r.person_id = who.id),
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
