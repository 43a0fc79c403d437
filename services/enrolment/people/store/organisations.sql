-- name: named
select code, name, system
from organisation
where code = any($1::text[]) and valid_from <= $2 and (valid_to is null or valid_to > $2);

-- name: listed
select code, name as words, valid_from, valid_to, array_remove(array[successor], null) as successors
from organisation
where valid_from <= $1 and (valid_to is null or valid_to > $1)
order by code;

-- name: followed
select code, array[successor] as successors
from organisation
where valid_to <= $1 and successor is not null;
