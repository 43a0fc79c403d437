-- columns: snapshot
as_at, revision, published_at, pools, hidden

-- name: has_closed
select exists (select from pool_snapshot where as_at = $1);

-- name: first_recorded
select min(recorded_at) from assessment;

-- name: first_published
select min(as_at) from pool_snapshot;

-- name: all
select {snapshot} from pool_snapshot order by as_at, revision;

-- name: find
select {snapshot}
from pool_snapshot
where as_at = coalesce($1, (select max(as_at) from pool_snapshot)) and ($2::integer is null or revision = $2)
order by revision desc
limit 1;

-- name: count
select count(*) from pool_snapshot;

-- name: insert
insert into pool_snapshot (as_at, revision, published_at, pools, hidden)
values ($1, $2, $3, $4, $5);
