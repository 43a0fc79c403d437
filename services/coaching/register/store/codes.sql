-- name: named
select 'systems' as list, code, name as words, half, null as qualifies_for
from system_area
where code = any($1::text[]) and valid_from <= $2 and (valid_to is null or valid_to > $2)
union all
select 'qualifications', code, name, null, qualifies_for
from qualification
where code = any($1::text[]) and valid_from <= $2 and (valid_to is null or valid_to > $2);

-- name: qualifies_for
select qualifies_for
from qualification
where code = $1 and valid_from <= $2 and (valid_to is null or valid_to > $2);

-- name: systems
select code, name as words, valid_from, valid_to, array_remove(array[successor], null) as successors
from system_area
where valid_from <= $1 and (valid_to is null or valid_to > $1)
order by code;

-- name: qualifications
select code, name as words, valid_from, valid_to, '{}'::text[] as successors
from qualification
where valid_from <= $1 and (valid_to is null or valid_to > $1)
order by code;

-- name: followed
select code, array[successor] as successors
from system_area
where $1 = 'systems' and valid_to <= $2 and successor is not null;
