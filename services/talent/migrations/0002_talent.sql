-- The record in force; whoever assesses or edits locks the row. Its history stands in the two tables below.
create table member (
    person_id uuid primary key,
    name text not null,
    email text not null,
    professional_group text not null,
    role_family text,
    system text not null,
    service_type text not null,
    readiness text not null check (readiness in ('ready_now', 'ready_soon', 'between', 'not_yet_ready')),
    horizon_months integer not null check (horizon_months between 0 and 24),
    assessed_on date not null,
    decided_by uuid not null,
    joined_at timestamptz not null,
    version integer not null default 1
);

-- History is bitemporal and only ever added to: what was decided for which day, and when that was recorded.
-- A later row for the same day supersedes the earlier one; `version` is the member's, so it orders the rows.
create table assessment (
    person_id uuid not null references member,
    version integer not null,
    readiness text not null check (readiness in ('ready_now', 'ready_soon', 'between', 'not_yet_ready')),
    horizon_months integer not null check (horizon_months between 0 and 24),
    assessed_on date not null,
    decided_by uuid not null,
    recorded_at timestamptz not null,
    primary key (person_id, version)
);

create table member_post (
    person_id uuid not null references member,
    version integer not null,
    professional_group text not null,
    role_family text,
    system text not null,
    service_type text not null,
    held_from date, -- null: the first post known, held as far back as anyone asks
    recorded_at timestamptz not null,
    primary key (person_id, version)
);

-- Kept for anyone, because people become members later; codes only, and never a score.
create table evidence (
    evidence_id uuid primary key,
    person_id uuid not null,
    kind text not null check (kind in ('session_attended', 'programme_completed')),
    programme_code text not null,
    happened_at timestamptz not null,
    unique (person_id, happened_at, programme_code, kind)
);

-- Who read unrounded counts of people, and which.
create table report_audit (
    report_audit_id uuid primary key,
    caller text not null,
    report text not null,
    as_at date not null,
    known_at timestamptz not null,
    systems text[],
    read_at timestamptz not null
);
