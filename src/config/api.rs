//! `[api]`: how much anybody may ask of us, and which pages' scripts may.

use super::{
    Environment,
    error::Mistake,
    reader::{Reader, live},
};

/// Our own API.
#[derive(Clone, Debug)]
pub struct ApiConfig {
    /// Requests a minute by everybody of one organization together.
    pub rate_limit_per_minute: u32,
    /// Requests a minute that read, by one user of one organization.
    pub reads_per_minute: u32,
    /// Requests a minute that change something, by one user of one organization.
    pub writes_per_minute: u32,
    /// Requests a minute without a session, by one address.
    pub strangers_per_minute: u32,
    /// Origins whose scripts may ask, such as `https://app.example.org`.
    pub allowed_origins: Vec<String>,
}

pub(super) fn read(r: &mut Reader, environment: Environment) -> ApiConfig {
    const ORIGINS: &str = "api.allowed_origins";
    let config = ApiConfig {
        rate_limit_per_minute: r.integer(live("api.rate_limit_per_minute"), 1..=1_000_000),
        reads_per_minute: r.integer(live("api.reads_per_minute"), 1..=1_000_000),
        writes_per_minute: r.integer(live("api.writes_per_minute"), 1..=1_000_000),
        strangers_per_minute: r.integer(live("api.strangers_per_minute"), 1..=1_000_000),
        allowed_origins: r.list(live(ORIGINS), "origins such as https://app.example.org", origin),
    };
    if environment.is_guarded()
        && let Some(plain) = config.allowed_origins.iter().find(|origin| origin.starts_with("http://"))
    {
        let problem =
            format!("has {plain}, which anybody on the way can change: https only in {environment}");
        r.refuse(Mistake::NotAllowed, ORIGINS, problem);
    }
    config
}

/// Scheme, host and perhaps a port, as browsers write them: nothing behind, no wildcard, in lower case.
fn origin(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let rest = rest.ok_or_else(|| "does not begin with https://".to_owned())?;
    let allowed =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | ':' | '[' | ']');
    if rest.is_empty() || !rest.chars().all(allowed) {
        return Err("is no origin: scheme, host in lower case and perhaps a port, nothing behind".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_exact() {
        for good in ["https://app.example.org", "http://localhost:5173", "https://[::1]:8443"] {
            assert_eq!(origin(good).as_deref(), Ok(good));
        }
        for bad in [
            "*",
            "https://*.example.org",
            "https://app.example.org/",
            "app.example.org",
            "null",
            "https://",
            "https://A.example",
        ] {
            assert!(origin(bad).is_err(), "{bad}");
        }
    }
}
