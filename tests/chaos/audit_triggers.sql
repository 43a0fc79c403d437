-- Writes down, in the transaction itself, what each transaction announced, moved and effected. Part of no migration.
create schema chaos;

create table chaos.written (
    n bigint generated always as identity,
    event_id uuid not null,
    topic text not null,
    key text not null,
    version bigint not null,
    lane smallint not null,
    seq bigint not null,
    type text not null,
    correlation_id text not null,
    at timestamptz not null default clock_timestamp()
);

create table chaos.moved (
    n bigint generated always as identity,
    consumer text not null,
    topic text not null,
    key text not null,
    version bigint not null,
    event_id uuid,
    at timestamptz not null default clock_timestamp()
);

create table chaos.applied (
    n bigint generated always as identity,
    kept_in text not null,
    effect jsonb not null
);

-- Whose effects are refused for now: to the handler an error like any other.
create table chaos.barred (
    person_id uuid primary key
);

create function chaos.note_written() returns trigger language plpgsql security definer as $$
begin
    insert into chaos.written (event_id, topic, key, version, lane, seq, type, correlation_id)
    values (new.event_id, new.topic, new.key, new.version, new.lane, new.seq, new.type, new.headers ->> 'correlationid');
    return null;
end $$;

create function chaos.note_moved() returns trigger language plpgsql security definer as $$
begin
    if new.version is not null and (tg_op = 'INSERT' or new.version is distinct from old.version) then
        insert into chaos.moved (consumer, topic, key, version, event_id)
        values (new.consumer, new.topic, new.key, new.version, new.event_id);
    end if;
    return null;
end $$;

create function chaos.note_applied() returns trigger language plpgsql security definer as $$
begin
    insert into chaos.applied (kept_in, effect) values (tg_table_name, to_jsonb(new));
    return new;
end $$;

create function chaos.refuse_barred() returns trigger language plpgsql security definer as $$
begin
    if exists (select from chaos.barred b where b.person_id = new.person_id) then
        raise exception 'not yet';
    end if;
    return new;
end $$;

-- Whoever has sent events waits here to delete them while somebody locks its deletes.
create function chaos.lock_deletes() returns void language sql as $$ select pg_advisory_xact_lock(2021) $$;

create function chaos.wait_for_lock() returns trigger language plpgsql security definer as $$
begin
    perform pg_advisory_xact_lock_shared(2021);
    return null;
end $$;

create trigger chaos_lock before delete on outbox for each statement execute function chaos.wait_for_lock();
create trigger chaos_written after insert on outbox for each row execute function chaos.note_written();
create trigger chaos_moved after insert or update on consumer_cursor
    for each row execute function chaos.note_moved();
