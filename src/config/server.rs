//! `[server]`: the front door.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
    time::Duration,
};

use ipnet::IpNet;

use super::{
    Environment,
    error::Mistake,
    reader::{Reader, fixed, live},
    source::Purpose,
};

/// The front door.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Address to listen on.
    pub address: IpAddr,
    /// Port to listen on; 0 takes any free one.
    pub port: u16,
    /// Port of a second listener for `/metrics` alone.
    pub metrics_port: Option<u16>,
    /// Address of that second listener.
    pub metrics_address: IpAddr,
    /// Scheme, host and perhaps a prefix under which the world reaches us, without a slash at the end.
    pub public_url: Option<String>,
    /// Certificate and key of our own TLS.
    pub tls: Option<TlsFiles>,
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Largest request body, in bytes.
    pub body_limit: u64,
    /// How long a client may take to send its request's headers.
    pub header_timeout: Duration,
    /// How long a client may take to send its request's body.
    pub body_timeout: Duration,
    /// Connections served at once.
    pub max_connections: u32,
    /// Changes within this time reach somebody who watches as one.
    pub live_pace: Duration,
    /// How long a stop waits for what is under way.
    pub drain_grace: Duration,
}

/// The files of our own TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate and those that vouch for it (PEM), its own first.
    pub certificate: PathBuf,
    /// Its private key (PEM).
    pub key: PathBuf,
}

pub(super) fn read(r: &mut Reader, environment: Environment, purpose: Purpose) -> ServerConfig {
    let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let address = |text: &str| text.parse().map_err(|_| "is not an address".to_owned());
    let config = ServerConfig {
        address: r.parsed(fixed("server.address"), "an IPv4 or IPv6 address", loopback, address),
        port: r.integer(fixed("server.port"), 0..=u16::MAX),
        metrics_port: r.optional_integer(fixed("server.metrics_port"), 1..=u16::MAX),
        metrics_address: r.parsed(
            fixed("server.metrics_address"),
            "an IPv4 or IPv6 address",
            loopback,
            address,
        ),
        public_url: r.optional(live("server.public_url"), "https://host, perhaps with a path", public_url),
        tls: tls(r),
        trusted_proxies: r.list(
            live("server.trusted_proxies"),
            "addresses or networks such as 10.0.0.0/8",
            network,
        ),
        body_limit: r.size(live("server.body_limit"), 1 << 10..=64 << 20),
        header_timeout: r
            .duration(fixed("server.header_timeout"), Duration::from_secs(1)..=Duration::from_secs(120)),
        body_timeout: r
            .duration(live("server.body_timeout"), Duration::from_secs(1)..=Duration::from_secs(120)),
        max_connections: r.integer(fixed("server.max_connections"), 16..=65_536),
        live_pace: r.duration(fixed("server.live_pace"), Duration::ZERO..=Duration::from_secs(10)),
        drain_grace: r.duration(live("server.drain_grace"), Duration::ZERO..=Duration::from_secs(600)),
    };
    if config.metrics_port == Some(config.port) {
        r.refuse(Mistake::Contradiction, "server.metrics_port", "is the same as server.port");
    }
    if environment.is_guarded() {
        guard(r, &config, environment, purpose);
    }
    config
}

/// Outside development nobody beyond this machine is spoken to in the clear.
fn guard(r: &mut Reader, config: &ServerConfig, environment: Environment, purpose: Purpose) {
    if config.public_url.as_deref().is_some_and(|url| !url.starts_with("https://")) {
        r.refuse(Mistake::NotAllowed, "server.public_url", format!("must be https in {environment}"));
    }
    let behind_proxy = !config.trusted_proxies.is_empty();
    if purpose != Purpose::Serve || behind_proxy {
        return;
    }
    if !config.address.is_loopback() && config.tls.is_none() {
        let problem = "is reached from other machines in the clear: name the proxy that ends TLS in \
                       server.trusted_proxies, or give server.tls_certificate and server.tls_key";
        r.refuse(Mistake::Contradiction, "server.address", problem);
    }
    if config.metrics_port.is_some() && !config.metrics_address.is_loopback() {
        let problem =
            "is reached from other machines in the clear: name those that may in server.trusted_proxies";
        r.refuse(Mistake::Contradiction, "server.metrics_address", problem);
    }
}

fn tls(r: &mut Reader) -> Option<TlsFiles> {
    const FILES: [&str; 2] = ["server.tls_certificate", "server.tls_key"];
    let [certificate, key] = FILES
        .map(|name| r.optional(fixed(name), "a file (PEM)", |text| Ok(text.to_owned())).map(PathBuf::from));
    match (certificate, key) {
        (Some(certificate), Some(key)) => Some(TlsFiles { certificate, key }),
        (None, None) => None,
        (certificate, _) => {
            let missing = FILES[usize::from(certificate.is_some())];
            r.refuse(
                Mistake::Missing,
                missing,
                "must be given too: a certificate and its key belong together",
            );
            None
        }
    }
}

/// Where the world reaches us.
fn public_url(text: &str) -> Result<String, String> {
    let url: http::Uri = text.parse().map_err(|_| "is no address".to_owned())?;
    let scheme = url.scheme_str().unwrap_or_default();
    let plain = url.query().is_none() && !text.contains(['#', '@']);
    if !matches!(scheme, "http" | "https") || url.host().is_none_or(str::is_empty) || !plain {
        return Err("is not https://host, perhaps with a path".to_owned());
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// A network; an address alone is a network of one. Bits outside of the mask would mislead: refused.
fn network(text: &str) -> Result<IpNet, String> {
    let network: IpNet = text
        .parse()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "is neither an address nor a network".to_owned())?;
    if network.prefix_len() == 0 {
        return Err("would believe everybody".to_owned());
    }
    match network.trunc() == network {
        true => Ok(network),
        false => Err(format!("is not the start of a network; {} is", network.trunc())),
    }
}
