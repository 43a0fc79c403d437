-- Cluster, timeline and table: a point-in-time restore and a promoted standby begin a timeline, a loaded dump makes
-- another table, a new cluster bears another number. Null where nothing can be written yet.
create function database_identity() returns text
language sql stable
as $$
    select case
        when not pg_is_in_recovery() then concat_ws(
            '/',
            (select system_identifier from pg_control_system()),
            left(pg_walfile_name(pg_current_wal_insert_lsn()), 8),
            'stream'::regclass::oid
        )
    end
$$;

-- The database whose versions follow on what the topics hold; any other publishes nothing until it is reconciled.
create table published_from (
    single boolean primary key default true check (single),
    identity text not null,
    noted_at timestamptz not null default clock_timestamp()
);

insert into published_from (identity) values (database_identity());

-- What was reconciled so far in this database; emptied when it publishes again.
create table reconciled_lane (
    topic text not null,
    lane smallint not null,
    identity text not null,
    primary key (topic, lane)
);
