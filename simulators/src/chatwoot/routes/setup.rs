//! How an account is set up: people, teams, labels, inboxes with the secrets of their channels.

use serde_json::{Value, json};

use super::super::auth::Caller;
use super::super::json;
use super::super::reply::Reply;
use super::super::state::{Channel, Inbox, Role};
use super::super::world::World;
use super::{Visit, user_id};

/// The caller himself, with his token: a body that must never be logged.
pub(super) fn profile(world: &World, caller: Caller) -> Result<Reply, Reply> {
    let user = user_id(caller)
        .and_then(|id| world.users.get(&id))
        .ok_or_else(|| Reply::error(401, "Access to this endpoint is not authorized for bots"))?;
    let role_name = |role: &Role| if *role == Role::Administrator { "administrator" } else { "agent" };
    let accounts: Vec<Value> = user
        .roles
        .iter()
        .filter_map(|(id, role)| {
            let account = world.accounts.get(id)?;
            Some(json!({
                "id": id, "name": account.name, "active_at": null, "role": role_name(role), "permissions":
                [role_name(role)], "availability": "online", "availability_status": "online",
                "auto_offline": true, "status": if account.suspended { "suspended" } else { "active" },
            }))
        })
        .collect();
    Ok(Reply::json(&json!({
        "access_token": user.token, "account_id": user.roles.keys().next(), "available_name": user.name,
        "avatar_url": "", "confirmed": true, "display_name": null, "email": user.email, "hmac_identifier": null,
        "id": user.id, "inviter_id": null, "message_signature": null, "name": user.name, "provider": "email",
        "pubsub_token": format!("pubsub-{}", user.token), "role": user.roles.values().next().map(role_name),
        "ui_settings": {}, "uid": user.email, "type": null, "accounts": accounts,
    })))
}

pub(super) fn inboxes(visit: &Visit<'_>) -> Reply {
    let seen = visit.account.inboxes.values().filter(|inbox| visit.sight.inbox(inbox.id));
    let payload: Vec<Value> = seen.map(|inbox| self::inbox(inbox, visit.sight.administrator())).collect();
    Reply::json(&json!({"payload": payload}))
}

fn inbox(it: &Inbox, administrator: bool) -> Value {
    let mut shape = json!({
        "id": it.id, "avatar_url": "", "channel_id": it.channel_id, "name": it.name,
        "channel_type": it.channel.type_name(), "greeting_enabled": false, "greeting_message": null,
        "working_hours_enabled": false, "enable_email_collect": true, "csat_survey_enabled": true,
        "enable_auto_assignment": true, "out_of_office_message": null, "timezone": it.time_zone,
        "callback_webhook_url": null, "allow_messages_after_resolved": true,
        "lock_to_single_conversation": false, "sender_name_type": "friendly", "business_name": null,
        "hmac_mandatory": false, "phone_number": it.phone_number, "provider": json::provider(it),
        "working_hours": [],
    });
    if it.channel == Channel::Email {
        shape["email"] = json!("front@practice.example.org");
    }
    if administrator {
        let secret = &it.secret;
        let secrets = match it.channel {
            Channel::Whatsapp => json!({"provider_config": {"api_key": format!("planted-key-{secret}"),
                "phone_number_id": "100200300", "webhook_verify_token": format!("planted-verify-{secret}")},
                "message_templates": []}),
            Channel::Email => json!({"imap_login": "front@practice.example.org", "imap_enabled": true,
                "imap_password": format!("planted-imap-{secret}"),
                "smtp_password": format!("planted-smtp-{secret}")}),
            Channel::Api => json!({"hmac_token": format!("planted-hmac-{secret}"),
                "secret": it.signing_secret(), "inbox_identifier": &secret[..12],
                "webhook_url": it.webhook_url.as_deref().unwrap_or_default(), "additional_attributes": {}}),
            Channel::TwilioSms => json!({"auth_token": format!("planted-auth-{secret}"),
                "account_sid": "AC00000000000000000000000000000000", "messaging_service_sid": null}),
            Channel::WebWidget => json!({"hmac_token": format!("planted-hmac-{secret}"),
                "website_token": format!("planted-site-{secret}"), "website_url": "https://practice.example.org"}),
            Channel::Telegram => {
                json!({"bot_name": "practice_bot", "bot_token": format!("planted-bot-{secret}")})
            }
        };
        if let (Some(all), Value::Object(more)) = (shape.as_object_mut(), secrets) {
            all.extend(more);
        }
    }
    shape
}

pub(super) fn agents(visit: &Visit<'_>) -> Reply {
    let members = visit.world.users.values().filter(|user| user.roles.contains_key(&visit.account.id));
    Reply::json(&members.map(|user| json::agent(visit.account, user)).collect::<Vec<_>>())
}

pub(super) fn teams(visit: &Visit<'_>) -> Reply {
    let teams = visit.account.teams.iter().map(|(id, name)| json::team(*id, name, visit.account.id));
    Reply::json(&teams.collect::<Vec<_>>())
}

pub(super) fn labels(visit: &Visit<'_>) -> Reply {
    let labels: Vec<Value> = visit
        .account
        .labels
        .iter()
        .map(|(id, (title, color))| {
            json!({"id": id, "title": title, "description": null, "color": color, "show_on_sidebar": true})
        })
        .collect();
    Reply::json(&json!({"payload": labels}))
}

pub(super) fn custom_attributes(visit: &Visit<'_>) -> Reply {
    let model = visit.query.get("attribute_model").unwrap_or("0");
    let all = [
        (1, "Cliniko id", "cliniko_id", "contact_attribute", "1"),
        (2, "Referred by", "referred_by", "conversation_attribute", "0"),
    ];
    let wanted = all.iter().filter(|(.., number)| *number == model);
    Reply::json(
        &wanted
            .map(|(id, name, key, of, _)| {
                json!({"id": id, "attribute_display_name": name, "attribute_display_type": "text",
                    "attribute_description": null, "attribute_key": key, "attribute_model": of,
                    "attribute_values": [], "default_value": null})
            })
            .collect::<Vec<Value>>(),
    )
}
