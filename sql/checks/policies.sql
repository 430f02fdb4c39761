-- The permissive policies in schema routiq as the server prints them. A restrictive one can only take rows away.
select
    tablename::text as table_name,
    policyname::text as name,
    roles::text[] as roles,
    cmd as command,
    qual as shown,
    with_check as written
from pg_policies
where schemaname = 'routiq' and permissive = 'PERMISSIVE'
order by 1, 2
