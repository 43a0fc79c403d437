-- columns: cohort
c.cohort_id, c.programme_code, c.title, c.seats, c.places, c.licences, c.opens_at, c.closes_at, c.withdrawal_cutoff_days,
c.opened_at, c.rule, c.places_taken, c.waiting, c.last_ticket, c.sessions, c.first_session_at, c.started_at, c.version,
c.late_entry, c.cancelled_at, c.cancellation_reason

-- where: wanted
($1::text is null or programme_code = $1)
and ($2::timestamptz is null or first_session_at >= $2 or first_session_at is null)
and ($3::timestamptz is null or (first_session_at >= $3 and first_session_at < $4))
and ($5::text is null or $5 = case
    when cancelled_at is not null then 'cancelled'
    when first_session_at <= $6 then case
        when (
            select true from session s
            where s.cohort_id = c.cohort_id and s.cancelled_at is null and s.ends_at > $6
            limit 1)
        then 'running' else 'over' end
    when $6 < opens_at then 'announced'
    when $6 < closes_at then 'open'
    else 'closed' end)
and ($7::text is null or (
    select true from enrolment e
    where e.cohort_id = c.cohort_id and e.system = $7 and e.state <> 'withdrawn'
    limit 1) or cancelled_at is not null and (
    select true from enrolment e
    where e.cohort_id = c.cohort_id and e.system = $7 and e.reason = 'cohort_cancelled'
    limit 1))
and ($8::text is null or programme_code in (select p.programme_code from programme p where p.family = $8))
and ($9::text is null or programme_code in (select p.programme_code from programme p where $9 = any(p.levels)))
and ($10::boolean is null or $10 = (
    cancelled_at is null and opens_at <= $6 and closes_at > $6
    and (late_entry <> 'none' or first_session_at is null or first_session_at > $6)))
and ($11::text[] is null or programme_code = any($11))

-- name: insert
insert into cohort (
    cohort_id, programme_code, title, seats, places, licences, opens_at, closes_at, withdrawal_cutoff_days,
    opened_at, rule, late_entry, version, places_taken, waiting, last_ticket, sessions
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, 0, 0, 0);

-- name: lock
select {cohort}
from cohort c
where cohort_id = $1
for no key update;

-- name: lock_of_session
select {cohort}
from cohort c
join session s using (cohort_id)
where s.session_id = $1
for no key update of c;

-- name: save_late_entry
update cohort set late_entry = $2 where programme_code = $1 and late_entry <> $2;

-- name: lock_waited_for
select {cohort}
from cohort c
where programme_code = $1 and waiting > 0
order by cohort_id
for no key update;

-- name: save_places
update cohort set places_taken = $2, waiting = $3, last_ticket = $4 where cohort_id = $1;

-- name: save_plan
update cohort
set title = $2, seats = $3, places = $4, licences = $5, opens_at = $6, closes_at = $7, withdrawal_cutoff_days = $8,
    version = $9
where cohort_id = $1;

-- name: save_cancellation
update cohort set cancelled_at = $2, cancellation_reason = $3, version = $4 where cohort_id = $1;

-- name: count_sessions
update cohort
set sessions = there.sessions, first_session_at = there.first_session_at
from (
    select count(*) as sessions, min(starts_at) as first_session_at
    from session
    where cohort_id = $1 and cancelled_at is null
) as there
where cohort_id = $1
returning cohort.sessions, cohort.first_session_at;

-- name: save_start
update cohort set started_at = least(started_at, $2) where cohort_id = $1;

-- name: find_for_provider
select {cohort}
from cohort c
join programme p using (programme_code)
where c.cohort_id = $1 and ($2::text is null or p.provider = $2);

-- name: of_ids
select {cohort}
from cohort c
where cohort_id = any($1::uuid[]);

-- What is asked of sessions and enrolments is asked cohort by cohort, until the page is full.
-- name: oldest
select {cohort}
from cohort c
where {wanted}
  and cohort_id > coalesce($12::uuid, '00000000-0000-0000-0000-000000000000')
order by cohort_id
limit $13;

-- name: newest
select {cohort}
from cohort c
where {wanted}
  and cohort_id < coalesce($12::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
order by cohort_id desc
limit $13;

-- name: count
select count(*) from cohort c where {wanted};
