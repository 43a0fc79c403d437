-- name: over
select host
from link_host
where host = any($1::text[]) and valid_from <= $2 and (valid_to is null or valid_to > $2);

-- name: listed
select host from link_host where valid_from <= $1 and (valid_to is null or valid_to > $1);
