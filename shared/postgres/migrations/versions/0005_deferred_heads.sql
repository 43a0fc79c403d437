-- Little is ever set aside: what has to be built anew is built at once.
-- squawk-ignore-file require-concurrent-index-creation, require-concurrent-index-deletion, ban-drop-constraint
-- squawk-ignore-file constraint-missing-not-valid, adding-serial-primary-key-field, adding-field-with-default
alter table deferred drop constraint deferred_state_check;
alter table deferred add constraint deferred_state_check
    check (state in ('retry', 'gap', 'dead', 'behind'));

-- Two events that claim one version are both kept: the second is judged when it is reached.
alter table deferred drop constraint deferred_pkey;
alter table deferred add primary key (consumer, topic, key, version, event_id);

alter table deferred add column head_since timestamptz not null default clock_timestamp();

update deferred d set state = 'behind'
where d.state in ('retry', 'gap') and exists (
    select 1 from deferred h
    where h.consumer = d.consumer and h.topic = d.topic and h.key = d.key and h.version < d.version
);

-- However much stands behind a head, what is due and what is to be shown is found without looking through it.
drop index deferred_due;
create index deferred_due on deferred (consumer, next_at) where state in ('retry', 'gap');
create index deferred_listed on deferred (state, event_id);
create index deferred_event on deferred (event_id);
