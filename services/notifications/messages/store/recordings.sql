-- name: keep_back_recording
update message set state = 'suppressed', failure_code = $3::text, retry_at = null
where person_id = $1::uuid
  and session_id = $2::uuid
  and purpose = 'recording'
  and (
    state in ('created', 'temporary-failure')
    or state = 'suppressed' and failure_code in ('not_recorded', 'place_given_up', 'watched')
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

-- name: forget_watched
delete from watched where person_id = $1::uuid and session_id = $2::uuid;

-- name: promise_watched_again
-- The last that was kept back because the recording was watched, unless the person has the recording.
update message m
set state = 'created', failure_code = null
where m.person_id = $1::uuid
  and m.session_id = $2::uuid
  and m.purpose = 'recording'
  and m.state = 'suppressed'
  and m.failure_code = 'watched'
  and not exists (
    select from message other
    where other.person_id = m.person_id
      and other.session_id = m.session_id
      and other.purpose = 'recording'
      and (other.position > m.position or other.state = 'sent')
  );

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
