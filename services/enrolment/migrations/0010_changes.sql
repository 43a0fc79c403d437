-- What was entered by mistake can be put right: edited, cancelled, retired, each with who did it and when.

alter table programme add column retired_at timestamptz;

alter table cohort add column cancelled_at timestamptz;
alter table cohort add column cancellation_reason text;

alter table session add column cancelled_at timestamptz;
alter table session add column cancellation_reason text;
alter table session add column version integer not null default 1;

create table change (
    change_id uuid primary key,
    subject text not null check (subject in ('programme', 'cohort', 'session')),
    key text not null,
    version integer not null,
    action text not null check (action in ('created', 'edited', 'cancelled', 'retired')),
    changed_at timestamptz not null,
    changed_by text not null,
    fields jsonb not null
);

create index change_of on change (subject, key, change_id);

create or replace trigger only_added_to before update or delete or truncate on change
for each statement execute function only_added_to();

-- Why a cohort or a session does not take place; the reason goes out with a public event.
create table cancellation_reason (
    code text not null,
    name text not null,
    valid_from date not null,
    valid_to date,
    primary key (code, valid_from)
);

insert into cancellation_reason (code, name, valid_from) values
    ('too_few_people', 'Too few people', '2000-01-01'),
    ('facilitator_unavailable', 'The facilitator cannot come', '2000-01-01'),
    ('room_unavailable', 'The room or the online platform is not available', '2000-01-01'),
    ('service_pressures', 'Pressures on services', '2000-01-01'),
    ('replaced', 'Another date takes its place', '2000-01-01'),
    ('entered_by_mistake', 'Entered by mistake', '2000-01-01'),
    ('other', 'Another reason', '2000-01-01');
