-- name: in_force
select 'system' as list, code from system_area where valid_from <= $1 and (valid_to is null or valid_to > $1)
union all
select 'professional_group', code from professional_group
where valid_from <= $1 and (valid_to is null or valid_to > $1)
union all
select 'service_type', code from service_type where valid_from <= $1 and (valid_to is null or valid_to > $1);

-- name: systems
select code from system_area where valid_from <= $1 and (valid_to is null or valid_to > $1) order by code;
