-- Write side: the last version of each key; its row lock orders the writers of a key.
create table stream (
    topic text not null,
    key text not null,
    version bigint not null,
    primary key (topic, key)
) with (fillfactor = 50);

-- A pending set: whatever row is here is still to be sent. No other index may begin with seq.
create table outbox (
    topic text not null,
    lane smallint not null,
    seq bigint generated always as identity (cache 1),
    event_id uuid not null,
    key text not null,
    version bigint not null,
    type text not null,
    payload bytea not null,
    headers jsonb not null,
    recorded_at timestamptz not null default clock_timestamp(),
    parked_at timestamptz,
    last_error text,
    primary key (topic, lane, seq)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

create index outbox_parked on outbox (topic, key) where parked_at is not null;

-- Read side: versions are gapless per key, so one row a key is the whole inbox.
create table consumer_cursor (
    consumer text not null,
    topic text not null,
    key text not null,
    version bigint,
    event_id uuid,
    primary key (consumer, topic, key)
) with (fillfactor = 50);

-- Until when a first version above 1 is accepted from a topic (a new subscriber of a topic with finite retention).
create table consumer (
    name text not null,
    topic text not null,
    bootstrapping_until timestamptz,
    primary key (name, topic)
);

create table deferred (
    consumer text not null,
    topic text not null,
    key text not null,
    version bigint not null,
    event_id uuid not null,
    envelope jsonb not null,
    payload bytea not null,
    attempts integer not null default 0,
    next_at timestamptz not null default clock_timestamp(),
    state text not null check (state in ('retry', 'gap', 'dead')),
    error_class text not null,
    deferred_at timestamptz not null default clock_timestamp(),
    primary key (consumer, topic, key, version)
);

create index deferred_due on deferred (consumer, next_at) where state <> 'dead';

create table idempotency_key (
    caller text not null,
    key text not null,
    body_hash bytea not null,
    answer jsonb,
    claimed_at timestamptz not null default clock_timestamp(),
    primary key (caller, key)
);

create index idempotency_key_claimed on idempotency_key (claimed_at);

-- The highest moment a replaying service has seen; never set back.
create table replay_clock (
    single boolean primary key default true check (single),
    moment timestamptz not null
);
