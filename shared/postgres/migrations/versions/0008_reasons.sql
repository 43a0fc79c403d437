-- Why a record is not believed; until now there was one reason.
alter table undecodable_record add column reason text not null default 'Undecodable';
