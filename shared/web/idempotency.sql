-- name: claim
insert into idempotency_key (caller, key, body_hash) values ($1, $2, $3)
on conflict do nothing
returning true;

-- name: claimed
select body_hash, answer from idempotency_key where caller = $1 and key = $2;

-- name: answer
update idempotency_key set answer = $3 where caller = $1 and key = $2;

-- name: forget
delete from idempotency_key where claimed_at < clock_timestamp() - interval '30 days';
