-- Of the name that a browser's cookie bears only its digest is kept: who reads this table can sign in as nobody.
create table session (
    name_digest bytea primary key check (octet_length(name_digest) = 32),
    display_name text not null,
    csrf text not null,
    access_token text not null,
    id_token text not null,
    refresh_token text,
    renew_at timestamptz not null,
    seen_at timestamptz not null default now(),
    ends_at timestamptz not null
);
create index session_ends_at on session (ends_at);
create index session_seen_at on session (seen_at);

create table sign_in_attempt (
    name_digest bytea primary key check (octet_length(name_digest) = 32),
    sent jsonb not null,
    back text not null,
    ends_at timestamptz not null
);
create index sign_in_attempt_ends_at on sign_in_attempt (ends_at);
