-- The rights of the logins $1, their own and those that memberships lend them.
-- `via` is the role through which a right arrives: granted to the login itself, whatever lies behind it.
with recursive reach as (
    select login.oid as login, login.rolname as name, login.oid as role, null::name as via
    from pg_roles login
    where login.rolname = any ($1)
    union
    select reach.login, reach.name, member.roleid, coalesce(reach.via, granted.rolname)
    from reach
    join pg_auth_members member on member.member = reach.role
    join pg_roles granted on granted.oid = member.roleid
)
select
    reach.name::text as login,
    held.rolname::text as role,
    reach.via::text as via,
    held.rolsuper as superuser,
    held.rolbypassrls as bypasses,
    held.rolcreaterole as creates_roles,
    array(
        select format('%I.%I', space.nspname, owned.relname)
        from pg_class owned
        join pg_namespace space on space.oid = owned.relnamespace
        where space.nspname in ('routiq', 'dashboard') and owned.relkind in ('r', 'p', 'v', 'm', 'f')
            and owned.relowner = held.oid
        order by 1
    ) as owns
from reach
join pg_roles held on held.oid = reach.role
order by 1, 3 nulls first, 2
