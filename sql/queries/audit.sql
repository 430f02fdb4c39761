-- Who did what. Append only.

--! write_audit (resource_id?, ip_address?, request_id?, error_message?)
insert into routiq.audit_logs
    (organization_id, id, user_id, action, resource_type, resource_id, ip_address, request_id, details, success, error_message, created_at)
values (:organization, :id, :user, :action, :resource_type, :resource_id, :ip_address::text::inet, :request_id, :details, :success,
        :error_message, :now);

--! audit_of : (resource_id?, error_message?)
select id, user_id, action, resource_type, resource_id, details, success, error_message, created_at
from routiq.audit_logs
where organization_id = :organization
order by created_at desc, id
limit :most;
