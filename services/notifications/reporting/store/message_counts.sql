-- name: by_cause
-- The next so many events that caused such messages, found in the order of the index, and what became of those.
with cause as materialized (
    select distinct m.cause_event_id
    from message m
    where m.cause_event_id > coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
      and ($2::text is null or m.purpose = $2::text)
      and ($3::text is null or m.state = $3::text)
    order by m.cause_event_id
    limit $4::integer
)
select cause_event_id, r.purpose, r.state, r.failure_code, r.waiting_for,
       count(*)::integer as messages, min(r.due_at) as due_at
from cause
join message_record r using (cause_event_id)
where ($2::text is null or r.purpose = $2::text)
  and ($3::text is null or r.state = $3::text)
group by cause_event_id, r.purpose, r.state, r.failure_code, r.waiting_for
order by cause_event_id;

-- name: open_ends
select count(*) filter (where state in ('created', 'temporary-failure') and claim is not null)::integer as under_way,
       count(*) filter (
           where state not in ('created', 'temporary-failure', 'sent') and (unsettled or claim is not null)
       )::integer as uncertain
from message
where purpose <> all($1::text[]);

-- name: counts
select purpose, state, count(*)::integer as messages from message group by purpose, state order by purpose, state;
