-- columns: programme
programme_code, family, title, levels, audience, provider, awarding_body, award, attend, recordings_count, over_booking,
late_entry, version, retired_at

-- name: insert
insert into programme (
    programme_code, family, title, levels, audience, provider, awarding_body, award,
    attend, recordings_count, over_booking, late_entry, version, retired_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
on conflict (programme_code) do nothing
returning programme_code;

-- name: update
update programme
set family = $2, title = $3, levels = $4, audience = $5, provider = $6, awarding_body = $7, award = $8,
    attend = $9, recordings_count = $10, over_booking = $11, late_entry = $12, version = $13, retired_at = $14
where programme_code = $1;

-- name: lock
select {programme}
from programme
where programme_code = $1
for no key update;

-- name: find
select {programme}
from programme
where programme_code = $1;

-- name: provided_by
select programme_code from programme where provider = $1;

-- name: page
select {programme}
from programme
where programme_code > $1
order by programme_code
limit $2;
