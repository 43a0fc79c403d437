create table programme (
    programme_code text primary key,
    family text not null,
    title text not null,
    levels text[] not null,
    audience text not null,
    provider text not null,
    awarding_body text,
    award text,
    attend integer check (attend > 0), -- null: every session
    recordings_count boolean not null,
    over_booking boolean not null,
    version integer not null default 1
);

-- The numbers that are decided on stand here and nowhere else; whoever decides locks the row.
create table cohort (
    cohort_id uuid primary key,
    programme_code text not null references programme,
    title text not null,
    seats integer not null check (seats > 0),
    places integer not null check (places > 0),
    licences integer check (licences >= places),
    opens_at timestamptz not null,
    closes_at timestamptz not null,
    withdrawal_cutoff_days integer not null,
    opened_at timestamptz not null,
    rule text not null,
    places_taken integer not null check (places_taken between 0 and places),
    waiting integer not null check (waiting >= 0),
    last_ticket integer not null,
    sessions integer not null,
    first_session_at timestamptz,
    started_at timestamptz, -- when the first session that was held started
    version integer not null default 1
) with (fillfactor = 70);

create index cohort_programme on cohort (programme_code, cohort_id);
create index cohort_started on cohort (started_at) where started_at is not null;
create index cohort_opened on cohort (opened_at);

create table session (
    session_id uuid primary key,
    cohort_id uuid not null references cohort,
    title text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    join_ref text not null unique,
    join_url text not null,
    recording_ref text unique,
    recording_url text,
    held_at timestamptz,
    calendar_sequence integer not null
);

create index session_cohort on session (cohort_id, starts_at);

create table learner (
    person_id uuid primary key,
    name text not null,
    sort_name text collate "C" not null,
    email text not null,
    phone text,
    system text not null,
    organisation text not null,
    staff_group text not null,
    profession text not null,
    band text not null,
    gender text not null check (gender in ('female', 'male', 'other', 'not_stated')),
    ethnic_category text not null,
    version integer not null default 1
);

create index learner_sort_name on learner (sort_name, person_id);

-- Every word of a name, without accents or case, so that a prefix of any word finds the person by index.
create table learner_name_word (
    word text collate "C" not null,
    person_id uuid not null references learner on delete cascade,
    primary key (word, person_id)
);

create index learner_name_word_person on learner_name_word (person_id);

create table enrolment (
    enrolment_id uuid primary key,
    cohort_id uuid not null references cohort,
    person_id uuid not null references learner,
    state text not null check (state in ('enrolled', 'waitlisted', 'withdrawn', 'completed')),
    method text not null,
    system text not null,
    organisation text not null,
    staff_group text not null,
    profession text not null,
    band text not null,
    asked_at timestamptz not null,
    enrolled_at timestamptz,
    ticket integer,
    withdrawn_at timestamptz,
    withdrawn_by text,
    reason text,
    late boolean,
    completed_at timestamptz,
    check (state not in ('enrolled', 'completed') or enrolled_at is not null),
    check (state <> 'waitlisted' or ticket is not null),
    check (state <> 'withdrawn' or withdrawn_at is not null)
);

-- One place or one wait of a cohort for one person.
create unique index enrolment_held on enrolment (cohort_id, person_id) where state <> 'withdrawn';
create index enrolment_cohort on enrolment (cohort_id, enrolment_id);
create index enrolment_person on enrolment (person_id, enrolment_id);
create index enrolment_waiting on enrolment (cohort_id, ticket) where state = 'waitlisted';
create index enrolment_withdrawn on enrolment (withdrawn_at) where withdrawn_at is not null;

create table promotion (
    promotion_id uuid primary key,
    cohort_id uuid not null references cohort,
    enrolment_id uuid not null unique references enrolment,
    freed_by uuid not null references enrolment (enrolment_id),
    rule text not null,
    reason text not null,
    promoted_at timestamptz not null
);

create index promotion_cohort on promotion (cohort_id, promotion_id);

-- Three truths kept apart: on the day (live or part), missed, and caught up by recording.
create table attendance (
    session_id uuid not null references session,
    person_id uuid not null references learner,
    on_the_day text check (on_the_day in ('live', 'part', 'missed')),
    minutes integer,
    apologies boolean not null,
    recording boolean not null,
    told_at timestamptz not null,
    primary key (session_id, person_id)
);

create index attendance_person on attendance (person_id, session_id);

-- Who read unrounded counts of people, and which.
create table report_audit (
    report_audit_id uuid primary key,
    caller text not null,
    report text not null,
    period_from date not null,
    period_to date not null,
    systems text[],
    read_at timestamptz not null
);
