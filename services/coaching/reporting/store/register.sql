-- name: counts
select 'all' as part, null as kind, null as origin, null as half, count(*) as people
from practitioner
union all
(select 'cell', kind, origin, half, count(*)
 from practitioner
 cross join unnest(kinds) as kind
 group by kind, origin, half
 order by kind, origin, half)
union all
(select 'developed', kind, null, null, count(distinct person_id)
 from candidate
 group by kind
 order by kind);
