-- Every table that holds rows of organizations, how it is protected, and which of the roles $1 may use it. A table whose rows
-- name no organization is among them, with an empty key, when one of the roles may use it.
select
    tenant.relname::text as name,
    tenant.key,
    tenant.relrowsecurity as enabled,
    tenant.relforcerowsecurity as forced,
    users.names as users,
    array(
        select role.rolname::text
        from pg_roles role
        where role.rolname = any ($1) and has_any_column_privilege(role.oid, tenant.oid, 'select')
            and has_schema_privilege(role.oid, tenant.relnamespace, 'usage')
        order by 1
    ) as readers
from (
    select relation.*, coalesce(
        (select a.attname::text from pg_attribute a
          where a.attrelid = relation.oid and a.attnum > 0 and not a.attisdropped
            and a.attname = case relation.relname when 'organizations' then 'id' else 'organization_id' end), '') as key
    from pg_class relation
    where relation.relnamespace = to_regnamespace('routiq') and relation.relkind in ('r', 'p')
) tenant
cross join lateral (
    select array(
        select role.rolname::text
        from pg_roles role
        where role.rolname = any ($1)
            and (has_any_column_privilege(role.oid, tenant.oid, 'select, insert, update, references')
                or has_table_privilege(role.oid, tenant.oid, 'delete, truncate'))
        order by 1
    ) as names
) users
where tenant.key <> '' or users.names <> '{}'
order by 1
