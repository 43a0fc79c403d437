-- name: in_force
select 'system' as list, code from system_area where valid_from <= $1 and (valid_to is null or valid_to > $1)
union all
select 'staff_group', code from staff_group where valid_from <= $1 and (valid_to is null or valid_to > $1)
union all
select 'profession', code from profession where valid_from <= $1 and (valid_to is null or valid_to > $1)
union all
select 'band', code from band where valid_from <= $1 and (valid_to is null or valid_to > $1)
union all
select 'ethnic_category', code from ethnic_category where valid_from <= $1 and (valid_to is null or valid_to > $1);
