-- What people did is only ever added to: no statement changes or removes a row, whoever sends it: ADR 0021.
create or replace function only_added_to() returns trigger
language plpgsql
as $$
begin
    raise exception 'rows of % are only ever added', tg_table_name using errcode = 'insufficient_privilege';
end
$$;

create or replace trigger only_added_to before update or delete or truncate on operator_act
for each statement execute function only_added_to();
