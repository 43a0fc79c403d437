-- Code lists as those of 0001. An academy adds to them by an insert, and ends a row by its valid_to.

-- Reasons go out with public events: each is one that many people give, and none tells more of a person than that.
create table withdrawal_reason (
    code text not null,
    name text not null,
    valid_from date not null,
    valid_to date,
    primary key (code, valid_from)
);

insert into withdrawal_reason (code, name, valid_from) values
    ('workload', 'Pressure of work', '2000-01-01'),
    ('redeployed', 'Redeployed to other duties', '2000-01-01'),
    ('illness', 'Illness', '2000-01-01'),
    ('annual_leave', 'Annual leave', '2000-01-01'),
    ('date_unsuitable', 'The dates do not suit', '2000-01-01'),
    ('left_post', 'Left the post', '2000-01-01'),
    ('personal', 'A personal matter', '2000-01-01'),
    ('other', 'Another reason', '2000-01-01'),
    ('not_stated', 'Not stated', '2000-01-01');

-- Where join links and recordings may be: at these hosts, and at what is under them (`us02web.zoom.us`). None at which
-- anybody may have a name of their own choice to show pages of their own: of SharePoint's only the NHS's. `example.org`,
-- which is kept for examples and which nobody can have (RFC 2606), is where the replayed year meets.
create table link_host (
    host text not null check (host ~ '^([a-z0-9-]+\.)+[a-z0-9-]+$'),
    name text not null,
    valid_from date not null,
    valid_to date,
    primary key (host, valid_from)
);

insert into link_host (host, name, valid_from) values
    ('nhs.uk', 'The NHS', '2000-01-01'),
    ('teams.microsoft.com', 'Microsoft Teams', '2000-01-01'),
    ('web.microsoftstream.com', 'Microsoft Stream', '2000-01-01'),
    ('nhs.sharepoint.com', 'Recordings of Teams, NHSmail', '2000-01-01'),
    ('nhs-my.sharepoint.com', 'Recordings of Teams, NHSmail', '2000-01-01'),
    ('zoom.us', 'Zoom', '2000-01-01'),
    ('youtube.com', 'YouTube', '2000-01-01'),
    ('youtu.be', 'YouTube', '2000-01-01'),
    ('vimeo.com', 'Vimeo', '2000-01-01'),
    ('example.org', 'Nowhere: for examples', '2000-01-01');
