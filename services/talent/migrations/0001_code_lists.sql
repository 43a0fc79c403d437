-- Codes a record may carry. A row is in force from valid_from until the day before valid_to.
-- Systems are public reference facts; professional groups and service types are illustrative lists.

create table system_area (
    code text not null,
    name text not null,
    valid_from date not null,
    valid_to date,
    primary key (code, valid_from)
);

create table professional_group (
    code text not null,
    name text not null,
    valid_from date not null,
    valid_to date,
    primary key (code, valid_from)
);

create table service_type (
    code text not null,
    name text not null,
    valid_from date not null,
    valid_to date,
    primary key (code, valid_from)
);

insert into system_area (code, name, valid_from) values
    ('QGH', 'Herefordshire and Worcestershire', '2020-04-01'),
    ('QHL', 'Birmingham and Solihull', '2020-04-01'),
    ('QNC', 'Staffordshire and Stoke-on-Trent', '2020-04-01'),
    ('QOC', 'Shropshire, Telford and Wrekin', '2020-04-01'),
    ('QUA', 'Black Country', '2020-04-01'),
    ('QWU', 'Coventry and Warwickshire', '2020-04-01'),
    ('QJ2', 'Derby and Derbyshire', '2020-04-01'),
    ('QJM', 'Lincolnshire', '2020-04-01'),
    ('QK1', 'Leicester, Leicestershire and Rutland', '2020-04-01'),
    ('QPM', 'Northamptonshire', '2020-04-01'),
    ('QT1', 'Nottingham and Nottinghamshire', '2020-04-01');

insert into professional_group (code, name, valid_from) values
    ('CEO', 'Chief executive', '2020-04-01'),
    ('COO', 'Operations', '2020-04-01'),
    ('CNO', 'Nursing and midwifery', '2020-04-01'),
    ('CMO', 'Medical', '2020-04-01'),
    ('CFO', 'Finance', '2020-04-01'),
    ('HRD', 'People and organisational development', '2020-04-01'),
    ('STR', 'Strategy and transformation', '2020-04-01'),
    ('DIG', 'Digital', '2020-04-01'),
    ('AHP', 'Allied health professions', '2020-04-01'),
    ('GOV', 'Governance and corporate affairs', '2020-04-01');

insert into service_type (code, name, valid_from) values
    ('ACU', 'Acute trust', '2020-04-01'),
    ('MHL', 'Mental health and learning disability trust', '2020-04-01'),
    ('COM', 'Community trust', '2020-04-01'),
    ('AMB', 'Ambulance trust', '2020-04-01'),
    ('PRI', 'Primary care', '2020-04-01'),
    ('CCG', 'Commissioner', '2020-04-01'),
    ('SYS', 'System (ICS/STP)', '2020-04-01'),
    ('ALB', 'National or regional body', '2020-04-01');
