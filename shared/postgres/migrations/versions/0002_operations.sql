-- One row for each act of a person on events that stood still: who did what to which of them, and why.
create table operator_act (
    id uuid primary key,
    at timestamptz not null default clock_timestamp(),
    caller text not null,
    act text not null,
    reason text not null,
    event_ids uuid[] not null
);
