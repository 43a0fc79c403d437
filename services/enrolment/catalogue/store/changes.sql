-- columns: change
change_id, subject, key, version, action, changed_at, changed_by, fields

-- name: insert
insert into change (change_id, subject, key, version, action, changed_at, changed_by, fields)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: page
-- The newest first.
select {change}
from change
where subject = $1 and key = $2 and ($3::uuid is null or change_id < $3)
order by change_id desc
limit $4;
