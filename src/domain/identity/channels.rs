//! What the address in a channel says of who somebody is. Sources: Chatwoot's `contact_inboxes[].source_id` and ManyChat's
//! `whatsapp_phone`, `whatsapp_bsuid` and `phone`, as those platforms document them.

/// What an address is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reached {
    /// A telephone number, in E.164.
    Phone(String),
    /// An e-mail address.
    Email(String),
    /// The id that WhatsApp gives a person towards one business, where it hides the number.
    Id(String),
}

/// Reads an address; none where the channel's addresses say nothing elsewhere, such as a widget's.
pub fn reached(channel: &str, address: &str) -> Option<Reached> {
    let address = address.trim();
    match channel {
        // The cloud's numbers come without a plus.
        "Channel::Whatsapp" | "whatsapp" => number(address.strip_prefix('+').unwrap_or(address))
            .or_else(|| is_business_id(address).then(|| Reached::Id(address.to_owned()))),
        "Channel::TwilioSms" => {
            number(address.strip_prefix("whatsapp:").unwrap_or(address).strip_prefix('+')?)
        }
        "Channel::Sms" | "sms" => number(address.strip_prefix('+')?),
        "Channel::Email" => address.contains('@').then(|| Reached::Email(address.to_owned())),
        _ => None,
    }
}

fn number(digits: &str) -> Option<Reached> {
    let fine = (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    fine.then(|| Reached::Phone(format!("+{digits}")))
}

/// Such as `AU.abc123`: a country, and what names the person towards the business.
fn is_business_id(address: &str) -> bool {
    let Some((country, id)) = address.split_once('.') else { return false };
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()) && id.len() >= 4 && plain(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_addresses_and_ids_are_told_from_what_says_nothing() {
        let phone = Some(Reached::Phone("+61412000111".to_owned()));
        for (channel, address) in [
            ("Channel::Whatsapp", "61412000111"),
            ("whatsapp", "+61412000111"),
            ("Channel::TwilioSms", "+61412000111"),
            ("Channel::TwilioSms", "whatsapp:+61412000111"),
            ("Channel::Sms", "+61412000111"),
            ("sms", "+61412000111"),
        ] {
            assert_eq!(reached(channel, address), phone, "{channel} {address}");
        }
        assert_eq!(reached("Channel::Whatsapp", "AU.abc123"), Some(Reached::Id("AU.abc123".to_owned())));
        assert_eq!(
            reached("Channel::Email", "orla@example.org"),
            Some(Reached::Email("orla@example.org".to_owned()))
        );
        for (channel, address) in [
            ("Channel::Api", "61412000111"),
            ("Channel::WebWidget", "+61412000111"),
            ("messenger", "1104200000123456"),
            ("instagram", "17841400000000000"),
            ("Channel::TwilioSms", "61412000111"),
            ("Channel::Whatsapp", "1234567890123456"),
            ("Channel::Whatsapp", "au.abc123"),
            ("Channel::Whatsapp", "AU."),
            ("Channel::Email", "orla"),
            ("Channel::Sms", ""),
        ] {
            assert_eq!(reached(channel, address), None, "{channel} {address}");
        }
    }
}
