-- columns: codes
select 'systems' as list, code, name as words, valid_from, valid_to, array_remove(array[successor], null) as successors,
       0 as place
from system_area
union all
select 'staff-groups', code, name, valid_from, valid_to, '{}', 0 from staff_group
union all
select 'professions', code, name, valid_from, valid_to, '{}', 0 from profession
union all
select 'bands', code, name, valid_from, valid_to, '{}', ordinal from band
union all
select 'ethnic-categories', code, name, valid_from, valid_to, '{}', 0 from ethnic_category

-- name: named
select list, code, words
from ({codes}) as codes
where code = any($1::text[]) and valid_from <= $2 and (valid_to is null or valid_to > $2);

-- name: listed
select code, words, valid_from, valid_to, successors
from ({codes}) as codes
where list = $1 and valid_from <= $2 and (valid_to is null or valid_to > $2)
order by place, code;

-- name: followed
select code, successors
from ({codes}) as codes
where list = $1 and valid_to <= $2 and cardinality(successors) > 0;
