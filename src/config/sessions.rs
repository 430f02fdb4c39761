//! `[sessions]`: who vouches for the people who sign in.

use std::{fmt, net::IpAddr, str::FromStr, time::Duration};

use super::{
    Environment,
    error::Mistake,
    reader::{Reader, fixed},
};

/// Who vouches for the people who sign in.
#[derive(Clone, Debug)]
pub struct SessionsConfig {
    /// The Clerk instance's Frontend API address; none: nobody signs in through Clerk.
    pub issuer: Option<Origin>,
    /// Origins whose sessions are accepted.
    pub authorized_parties: Vec<Origin>,
    /// Where the instance's keys are read.
    pub keys: KeysFrom,
    /// The instance's key itself, instead.
    pub public_key: Option<PublicKey>,
    /// How far clocks may differ.
    pub clock_skew: Duration,
    /// How long keys are believed without asking.
    pub keys_fresh_for: Duration,
    /// How long keys are believed when nobody answers.
    pub keys_usable_for: Duration,
    /// Whether this process issues tokens itself, for development.
    pub development_issuer: bool,
}

impl SessionsConfig {
    /// Whether anybody can sign in.
    pub fn any(&self) -> bool {
        self.issuer.is_some() || self.development_issuer
    }
}

/// Scheme, host and perhaps port; no path, no slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let host = rest.ok_or("begins with neither https:// nor http://")?;
        if host.is_empty() || host.contains(['/', '?', '#', '@', ' ', '*']) {
            return Err(
                "is more or less than scheme, host and port, such as https://app.example.org".to_owned()
            );
        }
        Ok(Self(text.to_owned()))
    }
}

/// Where an instance's keys are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeysFrom {
    /// From the issuer's own address, where they are public.
    Issuer,
    /// From Clerk's Backend API, with the instance's secret.
    Backend,
}

impl fmt::Display for KeysFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Issuer => "issuer",
            Self::Backend => "backend",
        })
    }
}

/// A public key in PEM form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(String);

impl PublicKey {
    /// The text.
    pub fn pem(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<public key, {} characters>", self.0.len())
    }
}

pub(super) fn read(
    r: &mut Reader,
    environment: Environment,
    address: IpAddr,
    has_secret: bool,
    notices: &mut Vec<String>,
) -> SessionsConfig {
    const ISSUER: &str = "sessions.issuer";
    const PARTIES: &str = "sessions.authorized_parties";
    const DEVELOPMENT: &str = "sessions.development_issuer";
    let config = SessionsConfig {
        issuer: r.optional(fixed(ISSUER), "an https address without a path", str::parse::<Origin>),
        authorized_parties: r.list(
            fixed(PARTIES),
            "origins such as https://app.example.org",
            str::parse::<Origin>,
        ),
        keys: r.parsed(fixed("sessions.keys"), "issuer or backend", KeysFrom::Issuer, |text| match text {
            "issuer" => Ok(KeysFrom::Issuer),
            "backend" => Ok(KeysFrom::Backend),
            _ => Err("is no place that keys are read from".to_owned()),
        }),
        public_key: r.optional(fixed("sessions.public_key"), "a public key in PEM form", |text| {
            let pem =
                text.starts_with("-----BEGIN PUBLIC KEY-----") && text.ends_with("-----END PUBLIC KEY-----");
            if pem { Ok(PublicKey(text.to_owned())) } else { Err("is no public key in PEM form".to_owned()) }
        }),
        clock_skew: r.duration(fixed("sessions.clock_skew"), Duration::ZERO..=Duration::from_secs(60)),
        keys_fresh_for: r
            .duration(fixed("sessions.keys_fresh_for"), Duration::from_secs(60)..=Duration::from_secs(3600)),
        keys_usable_for: r.duration(
            fixed("sessions.keys_usable_for"),
            Duration::from_secs(60)..=Duration::from_secs(24 * 3600),
        ),
        development_issuer: r.flag(fixed(DEVELOPMENT)),
    };
    if config.keys_usable_for < config.keys_fresh_for {
        r.refuse(Mistake::Contradiction, "sessions.keys_usable_for", "is below sessions.keys_fresh_for");
    }
    if let Some(issuer) = &config.issuer {
        if config.authorized_parties.is_empty() {
            r.refuse(
                Mistake::Missing,
                PARTIES,
                "must name the dashboards' origins where sessions.issuer is set",
            );
        }
        if environment.is_guarded() && !issuer.as_str().starts_with("https://") {
            r.refuse(Mistake::NotAllowed, ISSUER, "is not https");
        }
        if environment == Environment::Production && issuer.as_str().ends_with(".clerk.accounts.dev") {
            notices.push("sessions.issuer is a development instance of Clerk in production".to_owned());
        }
        if config.keys == KeysFrom::Backend && config.public_key.is_none() && !has_secret {
            let problem = "wants security.clerk_secret_key, to read the keys with";
            r.refuse(Mistake::Contradiction, "sessions.keys", problem);
        }
    }
    if config.development_issuer {
        if environment.is_guarded() {
            r.refuse(
                Mistake::NotAllowed,
                DEVELOPMENT,
                format!("is for development, and this is {environment}"),
            );
        }
        if !address.is_loopback() {
            let problem =
                "would give tokens to everybody who reaches server.address: it must be a loopback address";
            r.refuse(Mistake::Contradiction, DEVELOPMENT, problem);
        }
        if config.issuer.is_some() {
            r.refuse(Mistake::Contradiction, DEVELOPMENT, "and sessions.issuer exclude each other");
        }
    }
    config
}
