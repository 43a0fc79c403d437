-- name: in_force
select code from cancellation_reason where valid_from <= $1 and (valid_to is null or valid_to > $1);
