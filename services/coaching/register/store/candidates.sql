-- name: insert
insert into candidate (candidate_id, person_id, kind, award, programme_code, qualified_at, enrolment_id)
select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::uuid[])
on conflict (person_id, kind, enrolment_id) do nothing;

-- name: delete
delete from candidate c
where c.person_id = $1
  and (c.enrolment_id = $3
       or (c.enrolment_id is null and c.programme_code = $2
           and not exists (select from candidate own where own.person_id = $1 and own.enrolment_id = $3)))
  and not exists (select from practitioner p where p.person_id = c.person_id and c.kind = any(p.kinds));

-- name: page
select c.candidate_id, c.person_id, c.kind, c.award, c.programme_code, c.qualified_at, c.enrolment_id, known.registered
from candidate c
cross join lateral (
    select exists (
        select from practitioner p where p.person_id = c.person_id and c.kind = any(p.kinds)) as registered
) as known
where ($1::text is null or c.kind = $1)
  and ($2::boolean is null or known.registered = $2)
  and not exists (
      select from candidate earlier
      where earlier.person_id = c.person_id and earlier.kind = c.kind and earlier.candidate_id < c.candidate_id)
  and c.candidate_id > coalesce($3::uuid, '00000000-0000-0000-0000-000000000000')
order by c.candidate_id
limit $4;
