-- What shows rows past row security: views with their owner's rights, and copies of rows, which carry none.
select format('%I.%I', space.nspname, relation.relname) as name, relation.relkind = 'm' as materialized
from pg_class relation
join pg_namespace space on space.oid = relation.relnamespace
where space.nspname in ('routiq', 'dashboard')
    and (relation.relkind = 'm'
        or (relation.relkind = 'v'
            and not coalesce(relation.reloptions && '{security_invoker=true,security_invoker=on,security_invoker=1}', false)))
order by 1
