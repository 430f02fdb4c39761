-- The directory: who the users are, which organizations they belong to and as what, and what each organization pays for.
-- Written by the directory's login alone, from Clerk's and Stripe's webhooks and from checks against both.

-- Users exist once, whatever organizations they belong to. A row without `clerk_updated_at` is a stub: something named the
-- user before the user came.
create table routiq.users (
    id uuid primary key,
    clerk_user_id text not null unique check (clerk_user_id <> ''),
    email text,
    first_name text,
    last_name text,
    image_url text,
    banned boolean not null default false,
    timezone text,
    preferences jsonb not null default '{}' check (jsonb_typeof(preferences) = 'object'),
    last_login_at timestamptz,
    clerk_created_at timestamptz,
    -- Clerk's time of what stands here: newer wins.
    clerk_updated_at timestamptz,
    -- When a full check last found the user at Clerk.
    checked_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    -- Final: Clerk gives no id twice, so nothing that comes later brings the user back.
    deleted_at timestamptz
);
create index users_email on routiq.users (lower(left(email, 320))) where email is not null;

-- Clerk's half of an organization, and Stripe's.
alter table routiq.organizations
    add column clerk_created_at timestamptz,
    add column clerk_updated_at timestamptz,
    add column checked_at timestamptz,
    add column members_checked_at timestamptz,
    add column stripe_customer_id text unique,
    add column stripe_subscription_id text,
    add column subscription_status text check (subscription_status in ('trial', 'active', 'past_due', 'canceled', 'suspended')),
    add column subscription_plan text check (subscription_plan in ('basic', 'pro', 'enterprise', 'custom')),
    add column current_period_end timestamptz,
    add column cancel_at_period_end boolean not null default false,
    add column trial_ends_at timestamptz,
    add column billing_email text,
    add column billing_address jsonb,
    -- Why an operator suspended it; billing has no say in that.
    add column operator_hold text check (operator_hold <> ''),
    -- When time alone may change its standing, such as the end of a grace period.
    add column standing_due_at timestamptz;
create index organizations_standing_due on routiq.organizations (standing_due_at) where standing_due_at is not null;

-- What suspended or silenced an organization before is an operator's word. Forced row security binds the owner too, who has
-- no policy: it is lifted for this statement.
alter table routiq.organizations no force row level security;
update routiq.organizations set operator_hold = coalesce(nullif(status_reason, ''), 'the organization is ' || status)
where status in ('suspended', 'inactive') and deleted_at is null;
alter table routiq.organizations force row level security;

-- Who belongs to an organization, and as what. `clerk_role` is what Clerk says, normalized; `owner` is ours to give, and
-- holds while Clerk says admin.
create table routiq.organization_members (
    organization_id uuid not null references routiq.organizations (id),
    id uuid not null,
    user_id uuid not null references routiq.users (id),
    clerk_membership_id text,
    clerk_role_key text,
    clerk_role text not null check (clerk_role in ('viewer', 'member', 'admin', 'owner')),
    owner boolean not null default false,
    role text not null generated always as (case when owner and clerk_role = 'admin' then 'owner' else clerk_role end) stored,
    permissions jsonb not null default '[]' check (jsonb_typeof(permissions) = 'array'),
    status text not null default 'active' check (status in ('active', 'invited', 'suspended')),
    invited_by text,
    invited_at timestamptz,
    joined_at timestamptz,
    clerk_created_at timestamptz,
    clerk_updated_at timestamptz,
    checked_at timestamptz,
    -- When this membership itself ended. A later one of the same user has another id at Clerk.
    removed_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    -- When it ceased to count: it ended, or its user or its organization did.
    deleted_at timestamptz,
    primary key (organization_id, id),
    unique (organization_id, user_id)
);
create index organization_members_user on routiq.organization_members (user_id) where deleted_at is null;

-- Subscriptions at Stripe. What subscriptions and what invoices say is kept apart, each with Stripe's time: newer wins.
create table routiq.subscriptions (
    organization_id uuid not null references routiq.organizations (id),
    id uuid not null,
    stripe_subscription_id text not null check (stripe_subscription_id <> ''),
    stripe_customer_id text,
    status text check (status in ('incomplete', 'incomplete_expired', 'trialing', 'active', 'past_due', 'canceled', 'unpaid', 'paused')),
    plan text check (plan in ('basic', 'pro', 'enterprise', 'custom')),
    price_id text,
    current_period_end timestamptz,
    cancel_at timestamptz,
    cancel_at_period_end boolean not null default false,
    canceled_at timestamptz,
    ended_at timestamptz,
    trial_ends_at timestamptz,
    source_created_at timestamptz,
    -- Which word of Stripe's this is: its time, its rank at that time (terminal and read states win ties), its event.
    source_at timestamptz,
    source_rank smallint not null default 0,
    source_event text not null default '',
    invoice_state text check (invoice_state in ('paid', 'failed')),
    invoice_at timestamptz,
    invoice_event text not null default '',
    past_due_since timestamptz,
    -- Something happened that no event tells completely: to be read from Stripe.
    reread_at timestamptz,
    checked_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, stripe_subscription_id)
);
create unique index subscriptions_stripe on routiq.subscriptions (stripe_subscription_id);
create index subscriptions_reread on routiq.subscriptions (reread_at) where reread_at is not null;

-- What happened to subscriptions, without names and addresses.
create table routiq.subscription_events (
    organization_id uuid not null references routiq.organizations (id),
    id uuid not null,
    stripe_event_id text not null,
    stripe_customer_id text,
    stripe_subscription_id text,
    event_type text not null,
    event_data jsonb not null default '{}',
    occurred_at timestamptz,
    created_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, stripe_event_id)
);

-- Full checks against Clerk and Stripe: one row for each, where it stands between two steps.
create table routiq.directory_checks (
    platform text primary key check (platform in ('clerk', 'stripe')),
    check_id uuid,
    requested_at timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    cursor jsonb not null default 'null',
    listed bigint not null default 0,
    repaired bigint not null default 0,
    last_error text,
    last_error_at timestamptz,
    updated_at timestamptz not null
);

-- ---------------------------------------------------------------------------------------------------------------
-- Row security. The daemon's own login has no business here: who may do what is asked of the directory's login.

do $$
declare t text;
begin
    foreach t in array array['users', 'organization_members', 'subscriptions', 'subscription_events', 'directory_checks']
    loop
        execute format('alter table routiq.%I enable row level security', t);
        execute format('alter table routiq.%I force row level security', t);
        execute format('create policy directory on routiq.%I to routiq_directory using (true) with check (true)', t);
    end loop;
    foreach t in array array['organization_members', 'subscriptions', 'subscription_events']
    loop
        execute format($p$create policy tenant on routiq.%I to routiq_daemon, routiq_dashboard
            using (organization_id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid))
            with check (organization_id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid))$p$, t);
    end loop;
end $$;

-- A reader sees the users of its organization, through memberships that it sees.
create policy fellow on routiq.users for select to routiq_dashboard
    using (exists (select from routiq.organization_members m
                   where m.user_id = users.id
                     and m.organization_id = (select nullif(current_setting('app.current_organization_id', true), '')::uuid)));

create policy directory on routiq.audit_logs for insert to routiq_directory with check (true);

grant select, insert, update on routiq.users, routiq.organization_members, routiq.subscriptions, routiq.directory_checks
    to routiq_directory;
grant select, insert on routiq.subscription_events to routiq_directory;
grant insert on routiq.audit_logs to routiq_directory;
grant select on routiq.users, routiq.organization_members, routiq.subscriptions, routiq.subscription_events to routiq_dashboard;

-- ---------------------------------------------------------------------------------------------------------------
-- What dashboards read.

drop view dashboard.organizations;
create view dashboard.organizations with (security_invoker = true) as
select coalesce(o.clerk_org_id, o.id::text) as id, o.name, o.slug, o.display_name, o.description,
       null::text as cliniko_instance_id,
       (select i.external_id from routiq.integrations i
         where i.organization_id = o.id and i.platform = 'chatwoot' and i.deleted_at is null
         order by i.is_primary desc, i.created_at, i.id limit 1) as chatwoot_account_id,
       null::text as manychat_workspace_id,
       o.stripe_customer_id, o.stripe_subscription_id, o.subscription_status, o.subscription_plan, o.billing_email,
       o.billing_address, o.current_period_end,
       o.settings, o.timezone, o.locale, o.phone, o.website, o.address, o.status, o.onboarded_at, o.trial_ends_at,
       true as auto_sync_enabled, o.created_at, o.updated_at, o.deleted_at
from routiq.organizations o;

-- The role is the strongest of those this reader sees; people have no role of their own.
create view dashboard.users with (security_invoker = true) as
select u.clerk_user_id as id, u.email, u.first_name, u.last_name, u.image_url, u.clerk_created_at, u.clerk_updated_at,
       coalesce((select (array_agg(case m.role when 'owner' then 'admin' else m.role end
                          order by array_position(array['owner', 'admin', 'member', 'viewer'], m.role)))[1]
                 from routiq.organization_members m where m.user_id = u.id and m.deleted_at is null), 'viewer') as role,
       u.timezone, u.preferences, u.last_login_at, u.created_at, u.updated_at, u.deleted_at
from routiq.users u;

create view dashboard.organization_members with (security_invoker = true) as
select m.id, coalesce(o.clerk_org_id, o.id::text) as organization_id, u.clerk_user_id as user_id, m.role, m.permissions,
       m.status, m.invited_by, m.invited_at, m.joined_at, m.created_at, m.updated_at, m.deleted_at
from routiq.organization_members m
join routiq.organizations o on o.id = m.organization_id
join routiq.users u on u.id = m.user_id;

-- Another name for those who count, with the words that row policies of dashboards know.
create view dashboard.organization_users with (security_invoker = true) as
select m.id, m.organization_id, m.user_id as clerk_user_id,
       case m.role when 'member' then 'staff' else m.role end as role, m.status, m.created_at, m.updated_at
from dashboard.organization_members m
where m.deleted_at is null;

create view dashboard.subscription_events with (security_invoker = true) as
select e.id, coalesce(o.clerk_org_id, o.id::text) as organization_id, e.stripe_event_id, e.stripe_customer_id,
       e.stripe_subscription_id, e.event_type, e.event_data, e.created_at
from routiq.subscription_events e
join routiq.organizations o on o.id = e.organization_id;

grant select on dashboard.organizations to routiq_dashboard, routiq_daemon;
grant select on dashboard.users, dashboard.organization_members, dashboard.organization_users, dashboard.subscription_events
    to routiq_dashboard;
