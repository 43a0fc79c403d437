-- name: take
insert into place (cohort_id, person_id, held, confirmed_at) values ($1::uuid, $2::uuid, true, null)
on conflict (cohort_id, person_id) do update set held = true, confirmed_at = null;

-- name: give_up
insert into place (cohort_id, person_id, held, confirmed_at) values ($1::uuid, $2::uuid, false, null)
on conflict (cohort_id, person_id) do update set held = false;

-- name: insert_unknown
-- Whoever is about to write one of them is waited for here, as no lock on a row that is not there yet would.
insert into place (cohort_id, person_id, held, confirmed_at)
select c, p, false, null from unnest($1::uuid[], $2::uuid[]) as unknown (c, p)
order by c, p
on conflict (cohort_id, person_id) do nothing;

-- name: lock_shared
select cohort_id, person_id from place
where (cohort_id, person_id) in (select * from unnest($1::uuid[], $2::uuid[]))
order by cohort_id, person_id
for share;

-- name: held
select k.title as cohort_title, g.title as programme_title
from place p
join cohort k using (cohort_id)
left join programme g using (programme_code)
where p.cohort_id = $1::uuid and p.person_id = $2::uuid and p.held;

-- name: confirm
update place set confirmed_at = $3::timestamptz
from unnest($1::uuid[], $2::uuid[]) as sent (cohort_id, person_id)
where place.cohort_id = sent.cohort_id
  and place.person_id = sent.person_id
  and not exists (
    select from message anew
    where anew.person_id = sent.person_id
      and anew.cohort_id = sent.cohort_id
      and anew.session_id is null
      and anew.purpose = 'confirmation'
      and anew.state in ('created', 'temporary-failure')
  );
