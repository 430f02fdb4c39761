//! `[webhooks]`: what platforms send us by themselves.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::{
    Environment,
    error::Mistake,
    reader::{Reader, fixed, live},
};

/// Signing secrets of one platform that are valid at once: the new one, and the old one while it is replaced.
const SECRETS: usize = 2;

/// What platforms send us by themselves.
#[derive(Clone, Debug)]
pub struct WebhooksConfig {
    /// Clerk's signing secrets, newest first.
    pub clerk_secrets: Vec<SecretString>,
    /// Stripe's signing secrets, newest first.
    pub stripe_secrets: Vec<SecretString>,
    /// Whether Stripe's live events count or those of its test mode: as our key is, else live in production; none: both.
    pub stripe_livemode: Option<bool>,
    /// How long what was applied stays in the journal.
    pub retention: Duration,
    /// How long an address that was replaced still holds.
    pub rotation_overlap: Duration,
    /// Deliveries that wait for their commit at once.
    pub most_waiting: u32,
    /// Bytes of deliveries held at once.
    pub most_bytes: u64,
}

/// Which mode's events count: what is said, which must be our key's; else our key's; else live ones in production.
fn livemode(r: &mut Reader, environment: Environment, stripe_key: Option<&SecretString>) -> Option<bool> {
    const KEY: &str = "webhooks.stripe_livemode";
    let said = r.optional(live(KEY), "true or false", |text| match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("is neither true nor false".to_owned()),
    });
    let of_key = stripe_key.map(|key| key.expose_secret().contains("_live_"));
    if let (Some(said), Some(of_key)) = (said, of_key)
        && said != of_key
    {
        let mode = if of_key { "live" } else { "test" };
        r.refuse(
            Mistake::Contradiction,
            KEY,
            format!("is not the mode of the Stripe key, which is a {mode} key"),
        );
    }
    said.or(of_key).or((environment == Environment::Production).then_some(true))
}

pub(super) fn read(
    r: &mut Reader,
    environment: Environment,
    stripe_key: Option<&SecretString>,
) -> WebhooksConfig {
    let hours = |hours: u64| Duration::from_secs(hours * 3600);
    let mut secrets = |key| {
        r.secret(key, "one signing secret (whsec_…), or two with a comma between, the newer first", list)
            .unwrap_or_default()
    };
    let clerk_secrets = secrets(live("webhooks.clerk_secrets"));
    let stripe_secrets = secrets(live("webhooks.stripe_secrets"));
    WebhooksConfig {
        clerk_secrets,
        stripe_secrets,
        stripe_livemode: livemode(r, environment, stripe_key),
        retention: r.duration(live("webhooks.retention"), hours(24)..=hours(24 * 366)),
        rotation_overlap: r.duration(live("webhooks.rotation_overlap"), Duration::ZERO..=hours(24 * 31)),
        most_waiting: r.integer(live("webhooks.most_waiting"), 64..=1_000_000),
        most_bytes: r.size(fixed("webhooks.most_bytes"), 4 << 20..=1 << 30),
    }
}

fn list(text: &str) -> Result<Vec<SecretString>, String> {
    let parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() || parts.len() > SECRETS {
        return Err("is not one or two secrets".to_owned());
    }
    if parts.iter().any(|part| !part.starts_with("whsec_") || part.len() < 24) {
        return Err("has a part that is no signing secret".to_owned());
    }
    Ok(parts.into_iter().map(SecretString::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_or_two_secrets_in_their_order() {
        let (new, old) = ("whsec_bmV3ZXIgc2VjcmV0IG9mIG91cnM", "whsec_b2xkZXIgc2VjcmV0IG9mIG91cnM");
        let read = list(&format!("{new}, {old}")).unwrap();
        assert_eq!(read.iter().map(ExposeSecret::expose_secret).collect::<Vec<_>>(), [new, old]);
        for wrong in ["", ",", "short", &format!("{new},{old},{new}"), "sk_live_0123456789012345678901"] {
            let problem = list(wrong).unwrap_err();
            assert!(!problem.contains("sk_live"), "{problem}");
        }
    }
    #[test]
    fn stripes_mode_is_that_of_the_key() {
        use crate::config::{Config, source::Sources};
        let mode = |key: Option<&str>, said: Option<&str>, environment: &str| {
            let guarded = [
                ("DATABASE_URL", "postgres://routiq:word@db.example.org/routiq".to_owned()),
                ("ENCRYPTION_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned()),
                ("ROUTIQ_SERVER__TRUSTED_PROXIES", "10.0.0.0/8".to_owned()),
                ("ROUTIQ_ENV", environment.to_owned()),
            ];
            let key = key.map(|mode| ("STRIPE_SECRET_KEY", format!("rk_{mode}_0")));
            let said = said.map(|said| ("ROUTIQ_WEBHOOKS__STRIPE_LIVEMODE", said.to_owned()));
            let config = Config::load(&Sources::variables(guarded.into_iter().chain(key).chain(said)));
            config.map(|config| config.webhooks.stripe_livemode).map_err(|errors| errors.to_string())
        };
        assert_eq!(mode(Some("live"), None, "staging"), Ok(Some(true)));
        assert_eq!(mode(Some("test"), None, "production"), Ok(Some(false)));
        assert_eq!(mode(Some("live"), Some("true"), "production"), Ok(Some(true)));
        assert_eq!(mode(None, Some("false"), "production"), Ok(Some(false)));
        assert_eq!(mode(None, None, "production"), Ok(Some(true)), "what is not said is live");
        assert_eq!((mode(None, None, "staging"), mode(None, None, "development")), (Ok(None), Ok(None)));
        for (key, said) in [("live", "false"), ("test", "true")] {
            let refused = mode(Some(key), Some(said), "staging").unwrap_err();
            assert!(refused.contains("webhooks.stripe_livemode") && !refused.contains("rk_"), "{refused}");
        }
    }
}
