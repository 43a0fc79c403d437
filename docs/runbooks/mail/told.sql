-- Who was told, or is about to be, because of one event or of one request; docs/runbooks/a-wrong-mail-went-out.md.
-- psql -v cause=ID --csv -f docs/runbooks/mail/told.sql
select m.person_id, c.name, coalesce(m.recipient, c.email) as email, m.purpose, m.state, m.sent_at, m.message_id
from message m
left join contact c on c.person_id = m.person_id
where m.cause_event_id::text = :'cause' or m.correlation_id = :'cause'
order by m.position;
