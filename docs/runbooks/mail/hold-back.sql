-- What one event or one request set off and has not left yet is not sent; docs/runbooks/a-wrong-mail-went-out.md.
-- psql -v cause=ID -v ON_ERROR_STOP=1 -f docs/runbooks/mail/hold-back.sql
update message
set state = 'suppressed', failure_code = 'superseded', retry_at = null
where (cause_event_id::text = :'cause' or correlation_id = :'cause') and state in ('created', 'temporary-failure');
