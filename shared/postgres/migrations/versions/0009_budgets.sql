-- What is kept of records that are not believed is bounded: of a topic, a reason and a day (UTC) so many bytes. Of what
-- comes then only how many records there were, and where the last of them stands.
create table undecodable_budget (
    consumer text not null,
    topic text not null,
    reason text not null,
    day date not null,
    bytes bigint not null default 0,
    passed_by bigint not null default 0,
    partition integer,
    "offset" bigint,
    primary key (consumer, topic, reason, day)
);
