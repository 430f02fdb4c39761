//! What dashboards read: the names and types they know, one organization at a time, nothing without one.

use std::collections::BTreeMap;

use routiq::store::roles::Role;
use tokio_postgres::error::SqlState;

use crate::support::practice::{House, Plan, practice, see};

/// The columns readers rely on, of the tables that stand so far.
const COLUMNS: [(&str, &str); 12] = [
    (
        "organizations",
        "id:text name:text slug:text display_name:text description:text cliniko_instance_id:text chatwoot_account_id:text manychat_workspace_id:text stripe_customer_id:text stripe_subscription_id:text subscription_status:text subscription_plan:text billing_email:text billing_address:jsonb current_period_end:timestamptz trial_ends_at:timestamptz settings:jsonb timezone:text locale:text phone:text website:text address:jsonb status:text onboarded_at:timestamptz auto_sync_enabled:bool created_at:timestamptz updated_at:timestamptz deleted_at:timestamptz",
    ),
    (
        "conversations",
        "id:uuid organization_id:text contact_id:uuid patient_id:uuid source:text external_id:text status:text overall_sentiment:text sentiment_score:numeric quality_rating:int4 escalation_flag:bool user_feedback_rating:text user_feedback_note:text user_feedback_timestamp:timestamptz chatwoot_conversation_id:int8 phone_number:text cliniko_patient_id:text metadata:jsonb created_at:timestamptz updated_at:timestamptz deleted_at:timestamptz",
    ),
    (
        "messages",
        "id:uuid organization_id:text conversation_id:uuid sender_type:text content:text timestamp:timestamptz external_id:text sentiment_score:numeric sentiment_label:text confidence_score:numeric analyzed_at:timestamptz metadata:jsonb is_private:bool created_at:timestamptz updated_at:timestamptz deleted_at:timestamptz",
    ),
    (
        "service_integrations",
        "id:uuid organization_id:text service_name:text service_config:jsonb is_primary:bool is_active:bool sync_enabled:bool last_sync_at:timestamptz created_at:timestamptz",
    ),
    (
        "service_credentials",
        "id:uuid organization_id:text service_name:text service_instance:text is_active:bool last_validated_at:timestamptz validation_error:text created_by:text created_at:timestamptz updated_at:timestamptz",
    ),
    (
        "sync_logs",
        "id:uuid organization_id:text source_system:text operation_type:text status:text records_processed:int8 records_success:int8 records_failed:int8 error_details:jsonb error_message:text started_at:timestamptz completed_at:timestamptz metadata:jsonb sync_id:uuid updated_at:timestamptz",
    ),
    (
        "sync_state",
        "organization_id:text service_name:text last_sync_timestamp:timestamptz last_successful_sync:timestamptz sync_status:text records_processed:int8 errors_count:int8 metadata:jsonb",
    ),
    (
        "sync_errors",
        "organization_id:text service_name:text error_type:text error_message:text error_details:jsonb retry_count:int4 resolved:bool",
    ),
    (
        "audit_logs",
        "id:uuid organization_id:text user_id:text action:text resource_type:text resource_id:text ip_address:inet user_agent:text session_id:text details:jsonb success:bool error_message:text created_at:timestamptz",
    ),
    ("chatwoot_contacts", "organization_id:text name:text email:text phone_number:text"),
    ("chatwoot_conversations", "id:uuid organization_id:text status:text chatwoot_conversation_id:int8"),
    ("chatwoot_messages", "id:uuid organization_id:text conversation_id:uuid content:text sender_type:text"),
];

#[tokio::test]
async fn a_dashboard_reads_its_own_organization_by_the_names_it_knows() {
    let plan =
        Plan { practices: vec![practice("Harbour Physio"), practice("Kauri Chiro")], ..Plan::default() };
    let house = House::of(plan).await;
    for member in &house.members {
        house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
        house.drive(member).await.settle().await;
    }
    let nobody = house.db.client(Role::Dashboard).await;
    for (index, clerk) in ["org_HarbourPhysio", "org_KauriChiro"].into_iter().enumerate() {
        let client = house.db.client(Role::Dashboard).await;
        see(&client, house.members[index].key.organization).await;
        for (view, columns) in COLUMNS {
            let told = client.prepare(&format!("select * from dashboard.{view}")).await.unwrap();
            let told: BTreeMap<&str, &str> =
                told.columns().iter().map(|column| (column.name(), column.type_().name())).collect();
            for column in columns.split(' ') {
                let (name, kind) = column.split_once(':').unwrap();
                assert_eq!(told.get(name), Some(&kind), "{view}.{name}");
            }
            let of = if view == "organizations" { "id" } else { "organization_id" };
            let query = format!("select count(*), count(distinct {of}), min({of}) from dashboard.{view}");
            let row = client.query_one(&query, &[]).await.unwrap();
            if !["sync_errors", "audit_logs"].contains(&view) {
                assert!(row.get::<_, i64>(0) > 0, "{view} shows nothing");
                assert_eq!((row.get::<_, i64>(1), row.get::<_, &str>(2)), (1, clerk), "{view}");
            }
            let none: i64 = nobody
                .query_one(&format!("select count(*) from dashboard.{view}"), &[])
                .await
                .unwrap()
                .get(0);
            assert_eq!(none, 0, "{view} without an organization");
        }
        let truth = house.simulator.counts(house.members[index].seat.account).unwrap();
        for (view, wanted) in [
            ("chatwoot_contacts", truth.contacts),
            ("chatwoot_conversations", truth.conversations),
            ("chatwoot_messages", truth.messages),
        ] {
            let count: i64 = client
                .query_one(&format!("select count(*) from dashboard.{view}"), &[])
                .await
                .unwrap()
                .get(0);
            assert_eq!(usize::try_from(count).unwrap(), wanted, "{view}");
        }
    }
}

#[tokio::test]
async fn a_dashboard_changes_nothing_and_sees_no_sealed_secret() {
    let house = House::new().await;
    let member = house.one();
    let client = house.db.client(Role::Dashboard).await;
    see(&client, member.key.organization).await;
    for forbidden in [
        "update dashboard.messages set content = ''",
        "delete from routiq.messages",
        "update routiq.organizations set name = 'mine'",
        "insert into routiq.audit_logs select * from routiq.audit_logs",
        "select sealed from routiq.api_credentials",
        "select wrapped_key from routiq.api_credentials",
        "select body from routiq.raw_payloads",
        "select * from routiq.actor_fences",
    ] {
        let error = client.batch_execute(forbidden).await.unwrap_err();
        let code = error.code().unwrap();
        let refused = [SqlState::INSUFFICIENT_PRIVILEGE, SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE];
        assert!(refused.contains(code), "{forbidden}: {error}");
    }
}
