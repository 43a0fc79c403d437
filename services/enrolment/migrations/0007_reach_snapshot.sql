-- A closed period as it was published: what was counted, and which lines of it stay hidden.
create table reach_snapshot (
    period_from date not null,
    period_to date not null,
    revision integer not null check (revision > 0),
    published_at timestamptz not null,
    reach jsonb not null,
    hidden jsonb not null,
    primary key (period_to, period_from, revision)
);

create trigger only_added_to before update or delete or truncate on reach_snapshot
for each statement execute function only_added_to();
