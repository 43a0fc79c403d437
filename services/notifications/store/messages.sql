-- name: insert
insert into message (
    message_id, person_id, purpose, cause_event_id, correlation_id, due_at, cohort_id, session_id, details, recipient
)
values ($1::uuid, $2::uuid, $3::text, $4::uuid, $5::text, $6::timestamptz, $7::uuid, $8::uuid, $9::jsonb, $10::text)
on conflict do nothing;

-- name: keep_back_recording
update message set state = 'suppressed', failure_code = $3::text, retry_at = null
where person_id = $1::uuid
  and session_id = $2::uuid
  and purpose = 'recording'
  and (
    state in ('created', 'temporary-failure')
    or state = 'suppressed' and failure_code in ('not_recorded', 'place_given_up')
  );

-- name: give_up_unrecorded
update message set state = 'suppressed', failure_code = 'not_recorded'
where message_id in (
  select m.message_id
  from message m
  where m.state in ('created', 'temporary-failure')
    and m.purpose = 'recording'
    and m.due_at <= $1::timestamptz
    and not exists (select from recording r where r.session_id = m.session_id)
  limit $2::integer
  for update of m skip locked
)
returning message_id;

-- name: promise_recorded
-- Recordings that nobody waited for any more have come; whoever heard something else since is kept back for that.
update message m set state = 'created', failure_code = null
from recording r
where ($1::uuid is null or m.session_id = $1::uuid)
  and r.session_id = m.session_id
  and m.state = 'suppressed'
  and m.failure_code = 'not_recorded';

-- name: note_watched
insert into watched (person_id, session_id) values ($1::uuid, $2::uuid) on conflict do nothing;

-- name: keep_back_needless_recording
-- For whoever has watched it, and for whoever was sent it.
update message m
set state = 'suppressed', retry_at = null,
    failure_code = case when w.person_id is not null then 'watched' else 'already_told' end
from (select $1::uuid as person_id, $2::uuid as session_id) about
left join watched w using (person_id, session_id)
where m.person_id = about.person_id
  and m.session_id = about.session_id
  and m.purpose = 'recording'
  and m.state in ('created', 'temporary-failure')
  and (
    w.person_id is not null
    or exists (
      select from message left_before
      where left_before.person_id = $1::uuid
        and left_before.session_id = $2::uuid
        and left_before.purpose = 'recording'
        and left_before.state = 'sent'
    )
  );

-- name: confirm_again
-- Whose place no letter has confirmed is told at the new address.
update message m
set state = 'created', failure_code = null, retry_at = null, unconfirmed = 0
from place p
where m.person_id = $1::uuid
  and m.purpose = 'confirmation'
  and (m.state in ('created', 'temporary-failure', 'permanent-failure') or m.failure_code = 'unconfirmed')
  and p.cohort_id = m.cohort_id
  and p.person_id = m.person_id
  and p.held
  and p.confirmed_at is null
  and not exists (
    select from message later
    where later.person_id = m.person_id
      and later.cohort_id = m.cohort_id
      and later.purpose = 'confirmation'
      and later.position > m.position
  );

-- name: promise_recordings_again
-- Of each session the last that was kept back because the place was given up, unless the person has the recording.
update message m
set state = 'created', failure_code = null
from place p
where p.cohort_id = m.cohort_id
  and p.person_id = m.person_id
  and p.held
  and m.person_id = $1::uuid
  and m.cohort_id = $2::uuid
  and m.purpose = 'recording'
  and m.state = 'suppressed'
  and m.failure_code = 'place_given_up'
  and not exists (select from watched w where w.person_id = m.person_id and w.session_id = m.session_id)
  and not exists (
    select from message other
    where other.person_id = m.person_id
      and other.session_id = m.session_id
      and other.purpose = 'recording'
      and (other.position > m.position or other.state = 'sent')
  );

-- name: untold
-- People whose confirmation has left and whose calendar does not hold a session of the cohort, still to come, as it is.
select p.person_id, p.cohort_id, s.announced_by, s.announced_at, s.correlation_id
from place p
join session s on s.cohort_id = p.cohort_id and s.ends_at > greatest(s.announced_at, $3::timestamptz)
left join invitation i on i.person_id = p.person_id and i.session_id = s.session_id
where p.cohort_id = any($1::uuid[])
  and ($2::uuid[] is null or p.person_id = any($2::uuid[]))
  and p.held
  and p.confirmed_at is not null
  and (i.session_id is null or i.cancelled or i.session_sequence < s.calendar_sequence)
  and not exists (
    select from message m
    where m.cause_event_id = s.announced_by and m.person_id = p.person_id and m.purpose = 'session_update'
  )
order by p.person_id, s.starts_at;

-- name: claim_due
-- Messages whose moment has come and whose needs are known; of one person and cohort only the first not sent yet, and
-- of a recording none while an earlier mail about it is on its way. What was never tried comes before what failed. A
-- claim asked for again gets the same once more. What would be more than a person's so many mails an hour is due when
-- the first of those is an hour old; mails about addresses are no part of it.
with due as materialized (
    select m.position, m.message_id, m.person_id, m.purpose, m.cause_event_id, m.correlation_id, m.due_at, m.details,
           m.attempts, m.unconfirmed, m.retry_at,
           m.cohort_id as needs_cohort, m.session_id as needs_session, m.recipient,
           case when m.recipient is null then c.name else '' end as name, coalesce(m.recipient, c.email) as email,
           k.title as cohort_title, g.title as programme_title, coalesce(p.held, false) as place_held,
           s.session_id, s.cohort_id, s.title, s.starts_at, s.ends_at, s.join_ref, s.calendar_sequence, r.recording_ref
    from message m
    left join contact c on c.person_id = m.person_id
    left join cohort k on k.cohort_id = m.cohort_id
    left join programme g on g.programme_code = k.programme_code
    left join place p on p.cohort_id = m.cohort_id and p.person_id = m.person_id
    left join session s on s.session_id = m.session_id
    left join recording r on r.session_id = m.session_id
    where m.state in ('created', 'temporary-failure')
      and m.due_at <= $1::timestamptz
      and (m.retry_at is null or m.retry_at <= clock_timestamp())
      and (m.claimed_until is null or m.claimed_until <= clock_timestamp() or m.claim = $4::uuid)
      and (m.recipient is not null or c.person_id is not null)
      and (m.cohort_id is null or k.cohort_id is not null)
      and (m.session_id is null or s.session_id is not null)
      and (m.purpose <> 'recording' or r.session_id is not null)
      and (
        m.purpose <> 'confirmation'
        or m.due_at <= $1::timestamptz - $2::interval
        or exists (select from session any_date where any_date.cohort_id = m.cohort_id)
      )
      and (
        m.cohort_id is null
        or m.session_id is not null
        or not exists (
          select from message earlier
          where earlier.person_id = m.person_id
            and earlier.cohort_id = m.cohort_id
            and earlier.session_id is null
            and earlier.state in ('created', 'temporary-failure')
            and earlier.position < m.position
        )
      )
      and (
        m.purpose <> 'recording'
        or not exists (
          select from message other
          where other.person_id = m.person_id
            and other.session_id = m.session_id
            and other.purpose = 'recording'
            and other.message_id <> m.message_id
            and other.claimed_until > clock_timestamp()
        )
      )
    order by m.retry_at nulls first, m.position
    limit $3::integer
    for update of m skip locked
), lately as (
    select due.person_id, coalesce(min(left_lately.sent_at), $1::timestamptz) as since,
           count(left_lately.*) + (
               select count(*) from message on_its_way
               where on_its_way.person_id = due.person_id
                 and on_its_way.purpose <> all($7::text[])
                 and on_its_way.claim <> $4::uuid
                 and on_its_way.claimed_until > clock_timestamp()
           ) as mails
    from (select distinct person_id from due) due
    left join lateral (
        select m.sent_at from message m
        where m.person_id = due.person_id and m.state = 'sent' and m.sent_at > $1::timestamptz - interval '1 hour'
          and m.purpose <> all($7::text[])
        order by m.sent_at desc
        limit $6::integer
    ) left_lately on true
    group by due.person_id
), turn as (
    select due.message_id, lately.since,
           due.purpose = any($7::text[]) or lately.mails + row_number() over (
               partition by due.person_id, due.purpose = any($7::text[]) order by due.retry_at nulls first, due.position
           ) <= $6::integer as is_now
    from due
    join lately using (person_id)
), claimed as (
    update message m
    set claim = $4::uuid, claimed_until = clock_timestamp() + $5::interval,
        unsettled = m.unsettled or coalesce(m.claim <> $4::uuid, false)
    from turn
    where m.message_id = turn.message_id and turn.is_now
    returning m.message_id
), put_off as (
    update message m
    set due_at = turn.since + interval '1 hour', claim = null, claimed_until = null,
        unsettled = m.unsettled or coalesce(m.claim <> $4::uuid, false)
    from turn
    where m.message_id = turn.message_id and not turn.is_now
)
select due.*, turn.is_now
from due
join turn using (message_id)
order by due.retry_at nulls first, due.position;

-- name: settle
-- That a mail has left stands above all; of what was kept back meanwhile, how it failed is of no interest.
update message m
set state = done.state, failure_code = done.failure_code, template = done.template, attempts = m.attempts + 1,
    retry_at = clock_timestamp() + done.retry_in, sent_at = case done.state when 'sent' then $6::timestamptz end,
    recipient = case done.state when 'temporary-failure' then m.recipient end,
    unconfirmed = m.unconfirmed + case done.failure_code when 'unconfirmed' then 1 else 0 end
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::interval[])
     as done (message_id, state, failure_code, template, retry_in)
where m.message_id = done.message_id
  and m.claim = $7::uuid
  and (done.state = 'sent' or m.state in ('created', 'temporary-failure'))
returning m.message_id;

-- name: release
update message set claim = null, claimed_until = null where claim = $1::uuid;

-- name: keep_back_told_recordings
-- Of what waits, what one of these has said.
update message m
set state = 'suppressed', failure_code = 'already_told', retry_at = null
from message left_now
where left_now.message_id = any($1::uuid[])
  and left_now.purpose = 'recording'
  and m.person_id = left_now.person_id
  and m.session_id = left_now.session_id
  and m.purpose = 'recording'
  and m.state in ('created', 'temporary-failure');

-- name: find
select * from message_record where message_id = $1::uuid;

-- name: page
-- Of the purposes of $5 those of the person of $6 only.
select * from message_record
where ($1::uuid is null or person_id = $1::uuid)
  and ($2::text is null or purpose = $2::text)
  and ($3::uuid is null or message_id > $3::uuid)
  and (purpose <> all($5::text[]) or person_id = $6::uuid)
order by message_id
limit $4::integer;

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
