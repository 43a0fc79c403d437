-- One row for each record of another system whose envelope cannot be read; id is that of its dead letter. Key and payload
-- are cut where they are too large for a dead letter, and bytes is how many the payload had.
create table undecodable_record (
    id uuid primary key,
    consumer text not null,
    topic text not null,
    partition integer not null,
    "offset" bigint not null,
    key bytea,
    payload bytea,
    bytes bigint not null,
    headers jsonb not null,
    noted_at timestamptz not null default clock_timestamp()
);
