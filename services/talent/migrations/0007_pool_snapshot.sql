-- The pools at a month's end as they were published: what was counted, and which lines of it are not printed.
create table pool_snapshot (
    as_at date not null,
    revision integer not null check (revision > 0),
    published_at timestamptz not null,
    pools jsonb not null,
    hidden jsonb not null,
    primary key (as_at, revision)
);

create trigger only_added_to before update or delete or truncate on pool_snapshot
for each statement execute function only_added_to();
