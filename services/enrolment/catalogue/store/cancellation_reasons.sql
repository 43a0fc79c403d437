-- name: named
select code, name as words
from cancellation_reason
where code = $1 and valid_from <= $2 and (valid_to is null or valid_to > $2);

-- name: listed
select code, name as words, valid_from, valid_to
from cancellation_reason
where valid_from <= $1 and (valid_to is null or valid_to > $1)
order by code;
