-- name: programme
insert into programme (programme_code, family, title, levels, audience, provider, recordings_count, over_booking)
values ('CLS1', 'series', 'A course', array['I'], 'all staff', 'the academy', false, false);

-- name: learners
insert into learner (person_id, name, email, system, organisation, staff_group, profession, band, gender, ethnic_category)
select gen_random_uuid(), 'Sam Learner', 'sam@example.org', area.code, area.code || '01', 'NMR', 'NUR', '6',
       case when n % 5 = 0 then 'male' else 'female' end, case when n % 3 = 0 then 'N' else 'A' end
from generate_series(1, 2000) n
join (
    select code, row_number() over (order by code) - 1 as place, count(*) over () as areas from system_area
) area on area.place = n % area.areas;

-- name: cohorts
insert into cohort (
    cohort_id, programme_code, title, seats, places, opens_at, closes_at, withdrawal_cutoff_days, opened_at, rule,
    places_taken, waiting, last_ticket, sessions, first_session_at, started_at
)
select gen_random_uuid(), 'CLS1', 'A course', 20, 20, at - interval '30 days', at, 5, at - interval '30 days',
       'first_come', 20, 0, 0, 1, at, at
from generate_series(1, 200) n
cross join lateral (select timestamptz '2020-09-10 09:00Z' + n * interval '1 day') t (at);

-- name: sessions
insert into session (
    session_id, cohort_id, title, starts_at, ends_at, join_ref, join_url, held_at, calendar_sequence
)
select gen_random_uuid(), cohort_id, title, started_at, started_at + interval '1 hour', cohort_id::text,
       'https://rooms.example.org', started_at, 0
from cohort;

-- name: enrolments
insert into enrolment (
    enrolment_id, cohort_id, person_id, state, method, system, organisation, staff_group, profession, band, asked_at,
    enrolled_at
)
select gen_random_uuid(), c.cohort_id, l.person_id, 'enrolled', 'self', l.system, l.organisation, l.staff_group,
       l.profession, l.band, c.opened_at, c.opened_at
from (select *, row_number() over (order by started_at) as place from cohort) c
join (select *, row_number() over (order by person_id) as number from learner) l on l.number % 100 = c.place % 100;

-- name: attendances
insert into attendance (session_id, person_id, on_the_day, apologies, recording, told_at)
select s.session_id, e.person_id, case when random() < 0.7 then 'live' else 'missed' end, false, false, s.ends_at
from session s
join enrolment e using (cohort_id);

-- name: known_sizes
analyze cohort, session, enrolment, learner, attendance;
