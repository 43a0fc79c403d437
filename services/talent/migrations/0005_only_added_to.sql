-- As in `delivery_0007`, made here too: neither branch waits for the other.
create or replace function only_added_to() returns trigger
language plpgsql
as $$
begin
    raise exception 'rows of % are only ever added', tg_table_name using errcode = 'insufficient_privilege';
end
$$;

create or replace trigger only_added_to before update or delete or truncate on assessment
for each statement execute function only_added_to();

create or replace trigger only_added_to before update or delete or truncate on member_post
for each statement execute function only_added_to();

create or replace trigger only_added_to before update or delete or truncate on report_audit
for each statement execute function only_added_to();
