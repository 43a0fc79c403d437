-- Codes a record may carry. A row is in force from valid_from until the day before valid_to.
-- Systems, staff groups, bands and ethnic categories (NHS 2001 codes) are public reference facts;
-- professions are an illustrative list.

create table system_area (
    code text not null,
    name text not null,
    half text not null check (half in ('east', 'west')),
    status text not null,
    status_from date not null,
    valid_from date not null,
    valid_to date,
    successor text,
    primary key (code, valid_from)
);

create table staff_group (
    code text not null,
    name text not null,
    review_group text not null,
    valid_from date not null,
    valid_to date,
    primary key (code, valid_from)
);

create table profession (
    code text not null,
    name text not null,
    staff_group text not null,
    registration text,
    valid_from date not null,
    valid_to date,
    primary key (code, valid_from)
);

create table band (
    code text not null,
    name text not null,
    ordinal integer not null,
    valid_from date not null,
    valid_to date,
    primary key (code, valid_from)
);

-- minority_ethnic is null where the category was not told; all White categories are false, as WRES counts.
create table ethnic_category (
    code text not null,
    name text not null,
    minority_ethnic boolean,
    valid_from date not null,
    valid_to date,
    primary key (code, valid_from)
);

-- Bank holidays of England and Wales: withdrawal cut-offs are counted in working days.
create table bank_holiday (
    day date primary key,
    name text not null
);

insert into system_area (code, name, half, status, status_from, valid_from) values
    ('QGH', 'Herefordshire and Worcestershire', 'west', 'STP', '2016-03-01', '2020-04-01'),
    ('QHL', 'Birmingham and Solihull', 'west', 'STP', '2016-03-01', '2020-04-01'),
    ('QNC', 'Staffordshire and Stoke-on-Trent', 'west', 'STP', '2016-03-01', '2020-04-01'),
    ('QOC', 'Shropshire, Telford and Wrekin', 'west', 'STP', '2016-03-01', '2020-04-01'),
    ('QUA', 'Black Country', 'west', 'STP', '2016-03-01', '2020-04-01'),
    ('QWU', 'Coventry and Warwickshire', 'west', 'STP', '2016-03-01', '2020-04-01'),
    ('QJ2', 'Derby and Derbyshire', 'east', 'STP', '2016-03-01', '2020-04-01'),
    ('QJM', 'Lincolnshire', 'east', 'STP', '2016-03-01', '2020-04-01'),
    ('QK1', 'Leicester, Leicestershire and Rutland', 'east', 'STP', '2016-03-01', '2020-04-01'),
    ('QPM', 'Northamptonshire', 'east', 'STP', '2016-03-01', '2020-04-01'),
    ('QT1', 'Nottingham and Nottinghamshire', 'east', 'STP', '2016-03-01', '2020-04-01');

insert into staff_group (code, name, review_group, valid_from) values
    ('ADM', 'Administrative and clerical', 'administrative_and_clerical', '2020-04-01'),
    ('MED', 'Medical and dental', 'medical_and_dental', '2020-04-01'),
    ('NMR', 'Nursing and midwifery registered', 'nurses_midwives_ahps', '2020-04-01'),
    ('AHP', 'Allied health professionals', 'nurses_midwives_ahps', '2020-04-01'),
    ('PST', 'Additional professional scientific and technical', 'other', '2020-04-01'),
    ('ACS', 'Additional clinical services', 'other', '2020-04-01'),
    ('HCS', 'Healthcare scientists', 'other', '2020-04-01'),
    ('EST', 'Estates and ancillary', 'other', '2020-04-01'),
    ('STU', 'Students', 'other', '2020-04-01'),
    ('EXT', 'Partner, social care, third sector or citizen', 'other', '2020-04-01');

insert into profession (code, name, staff_group, registration, valid_from) values
    ('NUR', 'Nurse', 'NMR', 'NMC', '2020-04-01'),
    ('MID', 'Midwife', 'NMR', 'NMC', '2020-04-01'),
    ('GP', 'General practitioner', 'MED', 'GMC', '2020-04-01'),
    ('DOC', 'Doctor (hospital)', 'MED', 'GMC', '2020-04-01'),
    ('DEN', 'Dentist', 'MED', 'GDC', '2020-04-01'),
    ('PHY', 'Physiotherapist', 'AHP', 'HCPC', '2020-04-01'),
    ('OCC', 'Occupational therapist', 'AHP', 'HCPC', '2020-04-01'),
    ('RAD', 'Radiographer', 'AHP', 'HCPC', '2020-04-01'),
    ('PAR', 'Paramedic', 'AHP', 'HCPC', '2020-04-01'),
    ('PHA', 'Pharmacist', 'PST', 'GPhC', '2020-04-01'),
    ('MAN', 'Manager', 'ADM', null, '2020-04-01'),
    ('ADM', 'Administrator', 'ADM', null, '2020-04-01'),
    ('PMA', 'Practice manager', 'ADM', null, '2020-04-01'),
    ('HCS', 'Healthcare scientist', 'HCS', 'HCPC', '2020-04-01'),
    ('HCA', 'Healthcare assistant', 'ACS', null, '2020-04-01'),
    ('EST', 'Estates and facilities', 'EST', null, '2020-04-01'),
    ('STU', 'Student', 'STU', null, '2020-04-01'),
    ('CIT', 'Citizen or patient leader', 'EXT', null, '2020-04-01'),
    ('PAT', 'Partner (social care or third sector)', 'EXT', null, '2020-04-01');

insert into band (ordinal, code, name, valid_from) values
    (1, '2', 'Band 2', '2020-04-01'),
    (2, '3', 'Band 3', '2020-04-01'),
    (3, '4', 'Band 4', '2020-04-01'),
    (4, '5', 'Band 5', '2020-04-01'),
    (5, '6', 'Band 6', '2020-04-01'),
    (6, '7', 'Band 7', '2020-04-01'),
    (7, '8a', 'Band 8a', '2020-04-01'),
    (8, '8b', 'Band 8b', '2020-04-01'),
    (9, '8c', 'Band 8c', '2020-04-01'),
    (10, '8d', 'Band 8d', '2020-04-01'),
    (11, '9', 'Band 9', '2020-04-01'),
    (12, 'VSM', 'Very senior manager', '2020-04-01'),
    (13, 'MD', 'Medical and dental', '2020-04-01'),
    (14, 'OTH', 'Other', '2020-04-01');

insert into ethnic_category (code, name, minority_ethnic, valid_from) values
    ('A', 'White British', false, '2020-04-01'),
    ('B', 'White Irish', false, '2020-04-01'),
    ('C', 'Any other White background', false, '2020-04-01'),
    ('D', 'White and Black Caribbean', true, '2020-04-01'),
    ('E', 'White and Black African', true, '2020-04-01'),
    ('F', 'White and Asian', true, '2020-04-01'),
    ('G', 'Any other mixed background', true, '2020-04-01'),
    ('H', 'Indian', true, '2020-04-01'),
    ('J', 'Pakistani', true, '2020-04-01'),
    ('K', 'Bangladeshi', true, '2020-04-01'),
    ('L', 'Any other Asian background', true, '2020-04-01'),
    ('M', 'Caribbean', true, '2020-04-01'),
    ('N', 'African', true, '2020-04-01'),
    ('P', 'Any other Black background', true, '2020-04-01'),
    ('R', 'Chinese', true, '2020-04-01'),
    ('S', 'Any other ethnic group', true, '2020-04-01'),
    ('Z', 'Asked and declined', null, '2020-04-01'),
    ('99', 'Not known', null, '2020-04-01');

insert into bank_holiday (day, name) values
    ('2020-04-10', 'Good Friday'),
    ('2020-04-13', 'Easter Monday'),
    ('2020-05-08', 'Early May bank holiday (VE Day)'),
    ('2020-05-25', 'Spring bank holiday'),
    ('2020-08-31', 'Summer bank holiday'),
    ('2020-12-25', 'Christmas Day'),
    ('2020-12-28', 'Boxing Day (substitute)'),
    ('2021-01-01', 'New Year''s Day'),
    ('2021-04-02', 'Good Friday'),
    ('2021-04-05', 'Easter Monday'),
    ('2021-05-03', 'Early May bank holiday'),
    ('2021-05-31', 'Spring bank holiday'),
    ('2021-08-30', 'Summer bank holiday'),
    ('2021-12-27', 'Christmas Day (substitute)'),
    ('2021-12-28', 'Boxing Day (substitute)'),
    ('2022-01-03', 'New Year''s Day (substitute)'),
    ('2022-04-15', 'Good Friday'),
    ('2022-04-18', 'Easter Monday'),
    ('2022-05-02', 'Early May bank holiday'),
    ('2022-06-02', 'Spring bank holiday'),
    ('2022-06-03', 'Platinum Jubilee'),
    ('2022-08-29', 'Summer bank holiday'),
    ('2022-09-19', 'State funeral of Queen Elizabeth II'),
    ('2022-12-26', 'Boxing Day'),
    ('2022-12-27', 'Christmas Day (substitute)'),
    ('2023-01-02', 'New Year''s Day (substitute)'),
    ('2023-04-07', 'Good Friday'),
    ('2023-04-10', 'Easter Monday'),
    ('2023-05-01', 'Early May bank holiday'),
    ('2023-05-08', 'Coronation of King Charles III'),
    ('2023-05-29', 'Spring bank holiday'),
    ('2023-08-28', 'Summer bank holiday'),
    ('2023-12-25', 'Christmas Day'),
    ('2023-12-26', 'Boxing Day'),
    ('2024-01-01', 'New Year''s Day'),
    ('2024-03-29', 'Good Friday'),
    ('2024-04-01', 'Easter Monday'),
    ('2024-05-06', 'Early May bank holiday'),
    ('2024-05-27', 'Spring bank holiday'),
    ('2024-08-26', 'Summer bank holiday'),
    ('2024-12-25', 'Christmas Day'),
    ('2024-12-26', 'Boxing Day'),
    ('2025-01-01', 'New Year''s Day'),
    ('2025-04-18', 'Good Friday'),
    ('2025-04-21', 'Easter Monday'),
    ('2025-05-05', 'Early May bank holiday'),
    ('2025-05-26', 'Spring bank holiday'),
    ('2025-08-25', 'Summer bank holiday'),
    ('2025-12-25', 'Christmas Day'),
    ('2025-12-26', 'Boxing Day'),
    ('2026-01-01', 'New Year''s Day'),
    ('2026-04-03', 'Good Friday'),
    ('2026-04-06', 'Easter Monday'),
    ('2026-05-04', 'Early May bank holiday'),
    ('2026-05-25', 'Spring bank holiday'),
    ('2026-08-31', 'Summer bank holiday'),
    ('2026-12-25', 'Christmas Day'),
    ('2026-12-28', 'Boxing Day (substitute)');
