-- name: in_force
select host from link_host where valid_from <= $1 and (valid_to is null or valid_to > $1);
