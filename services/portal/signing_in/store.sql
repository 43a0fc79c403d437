-- name: insert_attempt
insert into sign_in_attempt (name_digest, sent, back, ends_at) values ($1, $2, $3, now() + $4);

-- name: find_attempt
select sent, back from sign_in_attempt where name_digest = $1 and ends_at > now();

-- name: delete_attempt
delete from sign_in_attempt where name_digest = $1 returning name_digest;

-- name: insert_session
-- It ends with its token, unless the provider renews that.
insert into session (name_digest, display_name, csrf, access_token, id_token, refresh_token, renew_at, ends_at)
values ($1, $2, $3, $4, $5, $6, $7::timestamptz - interval '1 minute',
        case when $6::text is null then least(now() + $8, $7) else now() + $8 end);

-- name: find_session
-- Written once a minute at most: whoever clicks through pages costs reads.
with found as (
    select * from session where name_digest = $1 and ends_at > now() and seen_at > now() - $2::interval),
seen as (
    update session set seen_at = now()
    where name_digest in (select name_digest from found) and seen_at < now() - interval '1 minute')
select display_name, csrf, access_token, id_token, refresh_token, renew_at < now() as due from found;

-- name: lock_session
select display_name, csrf, access_token, id_token, refresh_token, renew_at < now() as due
from session
where name_digest = $1 and ends_at > now()
for update;

-- name: update_tokens
update session
set access_token = $2, refresh_token = $3, renew_at = $4::timestamptz - interval '1 minute'
where name_digest = $1;

-- name: delete_session
delete from session where name_digest = $1 returning id_token;

-- name: forget_sessions
-- Whoever signs in sweeps some of what has ended; nobody waits for what somebody else sweeps.
delete from session
where name_digest in (
    select name_digest from session where ends_at < now() or seen_at < now() - $1::interval
    limit 100 for update skip locked);

-- name: forget_attempts
delete from sign_in_attempt
where name_digest in (
    select name_digest from sign_in_attempt where ends_at < now() limit 100 for update skip locked);
