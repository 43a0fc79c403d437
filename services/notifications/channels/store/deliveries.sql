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
           s.session_id, s.cohort_id, s.title, s.starts_at, s.ends_at, s.join_ref, s.calendar_sequence,
           s.cancelled as session_cancelled, r.recording_ref
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
        or exists (
            select from session any_date where any_date.cohort_id = m.cohort_id and not any_date.cancelled
        )
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
