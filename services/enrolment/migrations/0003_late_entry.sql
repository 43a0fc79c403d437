alter table programme
    add column late_entry text not null default 'none' check (late_entry in ('none', 'while_running'));

-- The programme's word, where it is decided on.
alter table cohort
    add column late_entry text not null default 'none' check (late_entry in ('none', 'while_running'));

-- null: the place had stayed free, and was handed on when that was allowed again
-- squawk-ignore ban-drop-not-null
alter table promotion alter column freed_by drop not null;

-- The library `holidays` knows them, those to come as well.
-- squawk-ignore ban-drop-table
drop table bank_holiday;
