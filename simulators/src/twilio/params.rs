//! What requests to us say, parameter by parameter.

use super::media;
use super::world::{Inbound, Message, Sender};

/// A name and its value.
pub(super) fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// Of a message that came in.
pub(super) fn inbound(
    account: &str,
    sid: &str,
    sender: &Sender,
    it: &Inbound,
    keyword: Option<&str>,
) -> Vec<(String, String)> {
    let mut params = vec![
        pair("SmsMessageSid", sid),
        pair("NumMedia", &it.media.len().to_string()),
        pair("SmsSid", sid),
        pair("SmsStatus", "received"),
        pair("Body", &it.body),
        pair("To", &it.to),
        pair("NumSegments", &(it.body.chars().count() / 160 + 1).to_string()),
        pair("MessageSid", sid),
        pair("AccountSid", account),
        pair("From", &it.from),
        pair("ApiVersion", "2010-04-01"),
    ];
    match it.from.strip_prefix("whatsapp:") {
        Some(who) => {
            let kind = it.media.first().and_then(|kind| kind.split('/').next()).unwrap_or("text");
            params.push(pair("MessageType", kind));
            params.push(pair("ReferralNumMedia", "0"));
            params.extend(it.profile.iter().map(|name| pair("ProfileName", name)));
            params.extend(who.strip_prefix('+').map(|digits| pair("WaId", digits)));
            params.extend(it.external_user.iter().map(|name| pair("ExternalUserId", name)));
        }
        None => {
            // Places may be empty texts, which count in the signature all the same.
            for name in ["FromCity", "FromState", "FromZip", "ToCity", "ToState", "ToZip"] {
                params.push(pair(name, ""));
            }
            params.push(pair("FromCountry", "US"));
            params.push(pair("ToCountry", "US"));
        }
    }
    params.extend(sender.service.iter().map(|service| pair("MessagingServiceSid", service)));
    if let Some(keyword) = keyword.filter(|_| sender.advanced_opt_out) {
        params.push(pair("OptOutType", keyword));
    }
    for (n, kind) in it.media.iter().enumerate() {
        let name = media::sid(sid, n);
        let url = format!("https://api.twilio.com/2010-04-01/Accounts/{account}/Messages/{sid}/Media/{name}");
        params.push(pair(&format!("MediaUrl{n}"), &url));
        params.push(pair(&format!("MediaContentType{n}"), kind));
    }
    params.extend(it.extra.iter().cloned());
    params
}

/// Of a step of a message that went out.
pub(super) fn status(message: &Message) -> Vec<(String, String)> {
    let mut params = vec![
        pair("AccountSid", &message.account),
        pair("ApiVersion", "2010-04-01"),
        pair("From", &message.from),
        pair("To", &message.to),
        pair("MessageSid", &message.sid),
        pair("SmsSid", &message.sid),
        pair("MessageStatus", message.status),
        pair("SmsStatus", message.status),
    ];
    if let Some(code) = message.error {
        params.push(pair("ErrorCode", &code.to_string()));
    }
    if let Some(service) = &message.service {
        params.push(pair("MessagingServiceSid", service));
    }
    if message.from.starts_with("whatsapp:") {
        params.push(pair("ChannelPrefix", "whatsapp"));
        params.push(pair("EventType", &message.status.to_uppercase()));
        params.push(pair("StructuredMessage", "false"));
    }
    params
}
