-- What is kept of records that are not believed is bounded: of each topic so many bytes of a day are kept whole, and of
-- the rest where it stands and why.
create table undecodable_budget (
    consumer text not null,
    topic text not null,
    day date not null,
    bytes bigint not null,
    primary key (consumer, topic, day)
);

alter table undecodable_record add column is_whole boolean not null default true;
