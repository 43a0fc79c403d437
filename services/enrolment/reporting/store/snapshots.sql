-- columns: snapshot
reach, hidden, revision, published_at

-- name: has_closed
select exists (select from reach_snapshot where period_to = $1 and period_from = $2);

-- name: first_opened
select min(opened_at) from cohort;

-- name: first_published
select min(period_from) from reach_snapshot;

-- name: all
select {snapshot} from reach_snapshot order by period_to, period_from, revision;

-- name: find
select {snapshot}
from reach_snapshot
where period_to = $1 and period_from = $2 and ($3::integer is null or revision = $3)
order by revision desc
limit 1;

-- name: count
select count(*) from reach_snapshot;

-- name: insert
insert into reach_snapshot (period_from, period_to, revision, published_at, reach, hidden)
values ($1, $2, $3, $4, $5, $6);
