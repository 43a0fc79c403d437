-- columns: reasons
select 'cancellation-reasons' as list, code, name as words, valid_from, valid_to from cancellation_reason
union all
select 'withdrawal-reasons', code, name, valid_from, valid_to from withdrawal_reason

-- name: named
select code, words
from ({reasons}) as reasons
where list = $1 and code = $2 and valid_from <= $3 and (valid_to is null or valid_to > $3);

-- name: listed
select code, words, valid_from, valid_to
from ({reasons}) as reasons
where list = $1 and valid_from <= $2 and (valid_to is null or valid_to > $2)
order by code;
