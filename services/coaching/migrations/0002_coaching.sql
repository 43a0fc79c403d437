create table practitioner (
    person_id uuid primary key,
    name text not null,
    email text not null,
    kinds text[] not null check (cardinality(kinds) > 0),
    origin text not null check (origin in ('added', 'migrated', 'merged')),
    qualifications text[] not null check (cardinality(qualifications) > 0),
    system text not null,
    half text not null check (half in ('east', 'west')),
    capacity integer not null check (capacity >= 0),
    registered_at timestamptz not null,
    version integer not null default 1
);

-- Who completed a programme that qualifies; on the register or not. Once per person and kind.
create table candidate (
    candidate_id uuid primary key,
    person_id uuid not null,
    kind text not null check (kind in ('coach', 'mentor', 'supervisor', 'facilitator')),
    award text not null,
    programme_code text not null,
    qualified_at timestamptz not null,
    unique (person_id, kind)
);

create index candidate_kind on candidate (kind, candidate_id);

create table relationship (
    relationship_id uuid primary key,
    person_id uuid not null,
    form text not null check (form in ('coaching', 'mentoring')),
    state text not null check (state in ('invited', 'requested')),
    invited_for text check (invited_for in ('ready_soon')),
    invited_at timestamptz,
    prioritised boolean not null,
    reason text not null check (reason in ('invited', 'priority_group', 'none')),
    requested_at timestamptz,
    check (state <> 'invited' or (invited_at is not null and requested_at is null)),
    check (state <> 'requested' or requested_at is not null)
);

-- One open invitation or request of a form for one person: what decides under a race.
create unique index relationship_open on relationship (person_id, form) where state in ('invited', 'requested');
create index relationship_person on relationship (person_id, relationship_id);

-- Who read unrounded counts of people, and which.
create table report_audit (
    report_audit_id uuid primary key,
    caller text not null,
    report text not null,
    read_at timestamptz not null
);
