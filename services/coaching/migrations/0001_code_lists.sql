-- Codes a record may carry. A row is in force from valid_from until the day before valid_to.
-- Systems are public reference facts; East and West are the halves of the region.

create table system_area (
    code text not null,
    name text not null,
    half text not null check (half in ('east', 'west')),
    valid_from date not null,
    valid_to date,
    primary key (code, valid_from)
);

-- What a qualification lets its holder be. The academy's rule names ILM level 5, EMCC Practitioner or equal for
-- coaches and Mentoring Skills for mentors, and says that ILM 3 does not qualify; the other rows are illustrative.
-- A programme's award of the same code makes its holder a candidate.
create table qualification (
    code text not null,
    name text not null,
    qualifies_for text[] not null,
    valid_from date not null,
    valid_to date,
    primary key (code, valid_from)
);

insert into system_area (code, name, half, valid_from) values
    ('QGH', 'Herefordshire and Worcestershire', 'west', '2020-04-01'),
    ('QHL', 'Birmingham and Solihull', 'west', '2020-04-01'),
    ('QNC', 'Staffordshire and Stoke-on-Trent', 'west', '2020-04-01'),
    ('QOC', 'Shropshire, Telford and Wrekin', 'west', '2020-04-01'),
    ('QUA', 'Black Country', 'west', '2020-04-01'),
    ('QWU', 'Coventry and Warwickshire', 'west', '2020-04-01'),
    ('QJ2', 'Derby and Derbyshire', 'east', '2020-04-01'),
    ('QJM', 'Lincolnshire', 'east', '2020-04-01'),
    ('QK1', 'Leicester, Leicestershire and Rutland', 'east', '2020-04-01'),
    ('QPM', 'Northamptonshire', 'east', '2020-04-01'),
    ('QT1', 'Nottingham and Nottinghamshire', 'east', '2020-04-01');

insert into qualification (code, name, qualifies_for, valid_from) values
    ('ilm_3', 'ILM level 3', '{}', '2020-04-01'),
    ('ilm_5', 'ILM level 5 in coaching and mentoring', '{coach}', '2020-04-01'),
    ('ilm_7', 'ILM level 7 for executive coaches', '{coach}', '2020-04-01'),
    ('emcc_foundation', 'EMCC Foundation', '{}', '2020-04-01'),
    ('emcc_practitioner', 'EMCC Practitioner', '{coach}', '2020-04-01'),
    ('emcc_senior_practitioner', 'EMCC Senior Practitioner', '{coach}', '2020-04-01'),
    ('mentoring_skills', 'Mentoring Skills', '{mentor}', '2020-04-01'),
    ('coaching_supervision', 'Diploma in coaching supervision', '{supervisor}', '2020-04-01'),
    ('hlm_facilitator', 'Healthcare Leadership Model 360 facilitator', '{facilitator}', '2020-04-01');
