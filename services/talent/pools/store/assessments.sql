-- name: insert
insert into assessment (person_id, version, readiness, horizon_months, assessed_on, decided_by, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7);

-- name: is_recorded
select exists (
    select from assessment
    where person_id = $1 and horizon_months = $2 and assessed_on = $3 and decided_by = $4
);

-- name: of_member
select a.person_id, a.version, a.horizon_months, a.assessed_on, a.decided_by, a.recorded_at,
       (select min(later.recorded_at)
        from assessment later
        where later.person_id = a.person_id and later.assessed_on = a.assessed_on and later.version > a.version)
           as superseded_at
from assessment a
where a.person_id = $1 and a.version > $2
order by a.version
limit $3;
