-- name: systems
select code, half from system_area where valid_from <= $1 and (valid_to is null or valid_to > $1);

-- name: qualifications
select code, qualifies_for from qualification where valid_from <= $1 and (valid_to is null or valid_to > $1);
