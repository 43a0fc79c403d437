-- name: systems
select code, name as words, half, valid_from, valid_to, array_remove(array[successor], null) as successors
from system_area
where valid_from <= $1 and (valid_to is null or valid_to > $1)
order by code;

-- name: qualifications
select code, name as words, qualifies_for, valid_from, valid_to, '{}'::text[] as successors
from qualification
where valid_from <= $1 and (valid_to is null or valid_to > $1)
order by code;
