use std::{collections::BTreeSet, io::Write, path::PathBuf, time::Duration};

use secrecy::ExposeSecret;
use tokio_util::sync::CancellationToken;

use super::*;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// What ends TLS for us.
const PROXY: (&str, &str) = ("ROUTIQ_SERVER__TRUSTED_PROXIES", "10.0.0.0/8");
const URL: &str = "postgres://routiq:s3cret-word@db.example.org/routiq";

fn load(variables: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
    Config::load(&Sources::variables(variables.iter().copied()))
}

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("routiq.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn load_file(text: &str) -> Result<Config, ConfigErrors> {
    let (_folder, path) = file(text);
    Config::load(&Sources::default().with_file(Some(path)))
}

fn keys(errors: &ConfigErrors) -> Vec<&str> {
    errors.0.iter().map(|error| error.key.as_str()).collect()
}

#[test]
fn the_defaults_alone_are_a_sound_configuration() {
    let config = load(&[]).unwrap();
    assert_eq!(config.environment, Environment::Development);
    assert_eq!((config.server.port, config.server.metrics_port), (8000, None));
    assert!(config.server.address.is_loopback());
    assert_eq!(config.database.pool_size, 20);
    assert!(config.database.url.is_none() && config.security.encryption_keys.is_none());
    assert_eq!(config.sync.poll_interval, Duration::from_secs(60));
    assert_eq!(config.sync.sweep.to_string(), "0 * * * *");
    assert_eq!(config.gates.max_workers, 64);
    assert_eq!(config.gates.requests_per_minute("clerk", "anywhere.example.org"), Some(300));
    assert_eq!(config.gates.requests_per_minute("nobody", "anywhere.example.org"), None);
    assert_eq!(config.platforms.of("chatwoot").count("requests_per_minute"), Some(2700));
    assert_eq!(config.api.rate_limit_per_minute, 1000);
    assert_eq!(config.telemetry.log_format, telemetry::LogFormat::Text);
}

#[test]
fn every_environment_is_sound_and_its_differences_hold() {
    let guarded = |name| [("ROUTIQ_ENV", name), ("DATABASE_URL", URL), ("ENCRYPTION_KEY", KEY), PROXY];
    for name in ["staging", "production"] {
        let config = load(&guarded(name)).unwrap();
        assert_eq!(config.environment.to_string(), name);
        assert_eq!(config.server.metrics_port, Some(9090));
        assert!(config.server.address.is_unspecified() && config.server.metrics_address.is_loopback());
        assert!(!config.gates.allow_plain_loopback);
        assert_eq!(config.telemetry.log_format, telemetry::LogFormat::Json);
    }
}

#[test]
fn each_layer_wins_over_the_one_before() {
    let (_folder, path) =
        file("environment = \"staging\"\n[server]\nport = 8003\n[gates]\nmax_workers = 3\n");
    let port = |sources: Sources| {
        let config = Config::load(&sources.with_file(Some(path.clone()))).unwrap();
        assert_eq!(config.gates.max_workers, 3);
        assert_eq!(config.environment, Environment::Staging);
        (config.server.port, config.server.metrics_port)
    };
    let mut variables = vec![("DATABASE_URL", URL), ("ENCRYPTION_KEY", KEY), PROXY];
    let sources = |variables: &[(&'static str, &'static str)]| Sources::variables(variables.iter().copied());
    assert_eq!(port(sources(&variables)), (8003, Some(9090)));
    variables.push(("ROUTIQ_SERVER__PORT", "8004"));
    assert_eq!(port(sources(&variables)).0, 8004);
    variables.push(("PORT", "8005"));
    assert_eq!(port(sources(&variables)).0, 8005);
    assert_eq!(port(sources(&variables).with_option("--port", "server.port", "8006")).0, 8006);
}

#[test]
fn every_name_operators_know_sets_its_key() {
    let config = load(&[
        ("DATABASE_URL", URL),
        ("MIGRATION_DATABASE_URL", "postgresql://owner@%2Frun%2Fpg/routiq"),
        ("PORT", "9000"),
        ("PROMETHEUS_PORT", "9100"),
        ("LOG_LEVEL", "WARNING"),
        ("SYNC_INTERVAL", "30 2 * * 1-5"),
        ("MAX_WORKERS", "10"),
        ("RATE_LIMIT_PER_MINUTE", "500"),
        ("ENCRYPTION_KEY", &format!("1:{KEY},2:{KEY}")),
        ("CLERK_SECRET_KEY", "sk_live_abcdef"),
        ("SENTRY_DSN", "https://abc@sentry.example.org/1"),
        ("REDIS_URL", "redis://localhost"),
    ])
    .unwrap();
    let secret = |value: &Option<secrecy::SecretString>| value.as_ref().unwrap().expose_secret().to_owned();
    assert_eq!(secret(&config.database.url), URL);
    assert_eq!(secret(&config.database.migration_url), "postgresql://owner@%2Frun%2Fpg/routiq");
    assert_eq!((config.server.port, config.server.metrics_port), (9000, Some(9100)));
    assert_eq!(config.telemetry.log_level, "warn");
    assert_eq!(config.sync.sweep.to_string(), "30 2 * * 1-5");
    assert_eq!(config.gates.max_workers, 10);
    assert_eq!(config.api.rate_limit_per_minute, 500);
    assert_eq!(config.security.encryption_keys.unwrap().current(), 2);
    assert_eq!(secret(&config.security.clerk_secret_key), "sk_live_abcdef");
    assert_eq!(secret(&config.telemetry.sentry_dsn), "https://abc@sentry.example.org/1");
    assert_eq!(config.notices.iter().filter(|notice| notice.contains("REDIS_URL")).count(), 1);
    let told = config.notices.iter().any(|notice| notice.contains("Sentry"));
    assert_eq!(told, !cfg!(feature = "sentry"));
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let config = load(&[("SENTRY_DSN", ""), ("PORT", " "), ("ROUTIQ_SERVER__PORT", "8100")]).unwrap();
    assert!(config.telemetry.sentry_dsn.is_none());
    assert_eq!(config.server.port, 8100);
}

#[test]
fn durations_and_lists_and_maps_come_from_variables_too() {
    let config = load(&[
        ("SYNC_INTERVAL", "6h"),
        ("ROUTIQ_SERVER__TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.7"),
        ("ROUTIQ_GATES__CHATWOOT__HOSTS", "Chat.Example.org=600"),
        ("ROUTIQ_GATES__TLS_EXCEPTIONS", "old.example.org"),
        ("ROUTIQ_GATES__ALLOW_PLAIN_LOOPBACK", "false"),
    ])
    .unwrap();
    assert_eq!(config.sync.sweep.to_string(), "6h");
    assert_eq!(config.server.trusted_proxies.len(), 2);
    assert_eq!(config.platforms.of("chatwoot").hosts("hosts")["chat.example.org"], 600);
    assert!(config.gates.tls_exceptions.contains("old.example.org"));
    assert!(
        config.notices.iter().any(|notice| notice.contains("old.example.org") && notice.contains("TLS 1.2"))
    );
}

#[test]
fn hosts_in_a_file_may_have_limits_of_their_own() {
    let config = load_file("[gates.chatwoot.hosts]\n\"chat.example.org\" = 600\nlocalhost = 60\n").unwrap();
    let hosts = config.platforms.of("chatwoot").hosts("hosts");
    assert_eq!((hosts["chat.example.org"], hosts["localhost"]), (600, 60));
    let own = load_file("[gates.clerk.hosts]\n\"api.example.org\" = 60\n").unwrap();
    assert_eq!(own.gates.requests_per_minute("clerk", "API.example.org"), Some(60));
    let errors = load_file("[platforms.chatwoot.hosts]\n\"https://a.org\" = 600\n\"b.org\" = 0\nc = true\n")
        .unwrap_err();
    assert_eq!(keys(&errors), ["platforms.chatwoot.hosts"; 3]);
}

#[test]
fn every_mistake_is_named_at_once() {
    let (_folder, path) = file(
        r#"
        typo = 1
        telemetry = "loud"
        [server]
        prot = 8001
        port = "eight thousand"
        address = "front door"
        trusted_proxies = ["10.0.0.1/8", "0.0.0.0/0"]
        body_limit = "1GB"
        [sync]
        poll_interval = 60
        sweep = "61 * * * *"
        pool_size = 4
        [sync.backoff]
        first = "4m"
        max = "1m"
        [gates]
        tls_exceptions = ["*.example.org"]
        allow_plain_loopback = "perhaps"
        "#,
    );
    let variables = [
        ("ROUTIQ_DATABASE__POOL_SIZE", "80"),
        ("DATABASE_URL", "mysql://root:s3cret-word@localhost/x"),
        ("ENCRYPTION_KEY", "much-too-short-s3cret-word"),
        ("MAX_WORKERS", "many"),
        ("ROUTIQ_TELEMETRY__LOG_FROMAT", "json"),
    ];
    let sources = Sources::variables(variables).with_file(Some(path.clone()));
    let errors = Config::load(&sources).unwrap_err();
    let named: BTreeSet<&str> = keys(&errors).into_iter().collect();
    let expected = BTreeSet::from([
        "typo",
        "telemetry",
        "server.prot",
        "server.port",
        "server.address",
        "server.trusted_proxies",
        "server.body_limit",
        "sync.poll_interval",
        "sync.sweep",
        "sync.pool_size",
        "sync.backoff.first",
        "gates.tls_exceptions",
        "gates.allow_plain_loopback",
        "database.pool_size",
        "database.url",
        "security.encryption_key",
        "gates.max_workers",
        "telemetry.log_fromat",
    ]);
    assert_eq!(named, expected, "{errors}");
    assert_eq!(errors.exit_code(), EXIT_CONFIG);

    let text = errors.to_string();
    assert!(!text.contains("s3cret-word"), "{text}");
    assert!(text.contains("the configuration has 18 mistakes:"), "{text}");
    let from_file = format!("(file {})", path.display());
    for (key, parts) in [
        ("server.prot ", vec!["is no key", "did you mean server.port?", &from_file]),
        ("sync.pool_size ", vec!["did you mean database.pool_size?"]),
        ("telemetry.log_fromat ", vec!["did you mean telemetry.log_format?", "ROUTIQ_TELEMETRY__LOG_FROMAT"]),
        ("telemetry ", vec!["write [telemetry]"]),
        ("server.port ", vec!["\"eight thousand\"", "wrong type", "0 to 65535", &from_file]),
        (
            "database.pool_size ",
            vec!["\"80\"", "out of range", "1 to 50", "(variable ROUTIQ_DATABASE__POOL_SIZE)"],
        ),
        ("database.url ", vec!["<text, 36 characters>", "(variable DATABASE_URL)", "postgres://"]),
        ("security.encryption_key ", vec!["<text, 26 characters>", "32 bytes"]),
        ("sync.poll_interval ", vec!["60", "wrong type", "with its unit"]),
        ("sync.sweep ", vec!["not a cron line"]),
        ("sync.backoff.first ", vec!["4m", "above sync.backoff.max (1m)"]),
    ] {
        let line = text.lines().find(|line| line.trim_start().starts_with(key)).unwrap();
        for part in parts {
            assert!(line.contains(part), "{part:?} is not in {line:?}");
        }
    }
}

#[test]
fn what_is_unsafe_is_refused_where_it_matters() {
    let production = |more: &[(&'static str, &'static str)], purpose| {
        let variables = [&[("ROUTIQ_ENV", "production")], more].concat();
        Config::load(&Sources::variables(variables).for_purpose(purpose))
    };
    let errors = production(&[], Purpose::Serve).unwrap_err();
    assert_eq!(keys(&errors), ["server.address", "database.url", "security.encryption_key"]);
    // A migration needs neither.
    production(&[], Purpose::Tool).unwrap();

    let placeholder = "0".repeat(64).leak();
    let more = [
        ("ENCRYPTION_KEY", &*placeholder),
        ("ROUTIQ_GATES__ALLOW_PLAIN_LOOPBACK", "true"),
        ("ROUTIQ_DATABASE__DATA_DIR", "/var/lib/routiq"),
        ("PROMETHEUS_PORT", "8000"),
        ("ROUTIQ_DATABASE__STATEMENT_TIMEOUT", "5m"),
    ];
    let errors = production(&more, Purpose::Serve).unwrap_err();
    let expected = [
        "server.metrics_port",
        "server.address",
        "gates.allow_plain_loopback",
        "security.encryption_key",
        "database.statement_timeout",
    ];
    assert_eq!(keys(&errors), expected, "{errors}");
}

#[test]
fn nobody_beyond_this_machine_is_spoken_to_in_the_clear() {
    let production = |more: &[(&'static str, &'static str)]| {
        let variables =
            [&[("ROUTIQ_ENV", "production"), ("DATABASE_URL", URL), ("ENCRYPTION_KEY", KEY)], more];
        load(&variables.concat())
    };
    let errors = production(&[]).unwrap_err();
    assert_eq!(keys(&errors), ["server.address"]);
    let text = errors.to_string();
    assert!(text.contains("server.trusted_proxies") && text.contains("server.tls_certificate"), "{text}");
    production(&[("ROUTIQ_SERVER__ADDRESS", "127.0.0.1")]).unwrap();
    production(&[PROXY]).unwrap();
    let (certificate, key) =
        (("ROUTIQ_SERVER__TLS_CERTIFICATE", "/c.pem"), ("ROUTIQ_SERVER__TLS_KEY", "/k.pem"));
    let config = production(&[certificate, key]).unwrap();
    assert_eq!(config.server.tls.unwrap().key, PathBuf::from("/k.pem"));
    let half = production(&[certificate]).unwrap_err();
    assert_eq!(keys(&half), ["server.tls_key", "server.address"]);
    // Metrics have no certificate of their own.
    let metrics = ("ROUTIQ_SERVER__METRICS_ADDRESS", "0.0.0.0");
    assert_eq!(keys(&production(&[certificate, key, metrics]).unwrap_err()), ["server.metrics_address"]);
    production(&[certificate, key, metrics, PROXY]).unwrap();
    let plain = [PROXY, ("ROUTIQ_SERVER__PUBLIC_URL", "http://routiq.example.org")];
    assert_eq!(keys(&production(&plain).unwrap_err()), ["server.public_url"]);
    let origin = [PROXY, ("ROUTIQ_API__ALLOWED_ORIGINS", "https://app.example.org,http://app.example.org")];
    assert_eq!(keys(&production(&origin).unwrap_err()), ["api.allowed_origins"]);
    load(&[("ROUTIQ_SERVER__ADDRESS", "0.0.0.0")]).unwrap();
}

#[test]
fn the_public_address_is_kept_as_it_is_told_to_others() {
    let url =
        |text| load(&[("ROUTIQ_SERVER__PUBLIC_URL", text)]).map(|config| config.server.public_url.unwrap());
    for (given, kept) in [
        ("https://Hooks.example.org:443/", "https://Hooks.example.org:443"),
        ("https://hooks.example.org/routiq/", "https://hooks.example.org/routiq"),
        ("http://localhost:8000", "http://localhost:8000"),
    ] {
        assert_eq!(url(given).unwrap(), kept);
    }
    for bad in [
        "hooks.example.org",
        "ftp://a.example",
        "https://",
        "https://a.example/?b",
        "https://u:p@a.example",
        "https://a.example/#b",
    ] {
        assert_eq!(keys(&url(bad).unwrap_err()), ["server.public_url"], "{bad}");
    }
}

#[test]
fn the_master_key_never_stands_in_a_file() {
    let errors = load_file(&format!("[security]\nencryption_key = \"{KEY}\"\n")).unwrap_err();
    assert_eq!(keys(&errors), ["security.encryption_key"]);
    assert!(!errors.to_string().contains(KEY));
}

#[test]
fn an_unknown_environment_is_named_with_where_it_was_said() {
    let errors = load(&[("ROUTIQ_ENV", "prod")]).unwrap_err();
    let first = errors.0.first().unwrap();
    assert_eq!(
        (first.key.as_str(), first.origin.clone()),
        ("environment", Some(Origin::Variable("ROUTIQ_ENV".into())))
    );
    let errors = load(&[("ROUTIQ_ENV", "staging"), ("ROUTIQ_ENVIRONMENT", "production")]).unwrap_err();
    assert!(errors.to_string().contains("disagree"));
}

#[test]
fn a_file_that_cannot_be_read_is_a_usage_error_and_broken_toml_is_not_quoted() {
    let missing = Sources::default().with_file(Some("/nowhere/routiq.toml".into()));
    let errors = Config::load(&missing).unwrap_err();
    assert_eq!(errors.exit_code(), EXIT_USAGE);
    assert!(errors.to_string().contains("/nowhere/routiq.toml"));

    let errors = load_file("[security]\noperator_token = \"s3cret-word\n").unwrap_err();
    let text = errors.to_string();
    assert!(text.contains("line 2") && !text.contains("s3cret-word"), "{text}");
    assert_eq!(errors.exit_code(), EXIT_CONFIG);
}

#[test]
fn nothing_prints_a_secret() {
    let variables = [
        ("DATABASE_URL", URL),
        ("ENCRYPTION_KEY", KEY),
        ("CLERK_SECRET_KEY", "sk_live_s3cret-word"),
        ("ROUTIQ_SECURITY__OPERATOR_TOKEN", "s3cret-word-of-an-operator"),
        ("SENTRY_DSN", "https://s3cret-word@sentry.example.org/1"),
        ("ROUTIQ_TELEMETRY__ALERT_WEBHOOK_URL", "https://hooks.example.org/s3cret-word"),
    ];
    let sources = Sources::variables(variables);
    let config = Config::load(&sources).unwrap();
    let values: String = config.values().map(|(key, value, _)| format!("{key}={value}\n")).collect();
    let sections = format!("{:?}{:?}{:?}", config.database, config.security, config.telemetry);
    for text in [format!("{config:?}"), format!("{sources:?}"), sections, values] {
        assert!(!text.contains("s3cret-word") && !text.contains(KEY), "{text}");
    }
    assert!(format!("{config:?}").contains("<text, 51 characters>"));
}

#[test]
fn the_default_file_explains_every_key() {
    let platforms = crate::platforms::registry::ALL.iter().map(|platform| platform.defaults);
    let texts: Vec<&str> = [include_str!("../../config/default.toml")].into_iter().chain(platforms).collect();
    let text = texts.join("\n");
    let mut section = String::new();
    let mut documented = BTreeSet::new();
    let mut explained = false;
    for line in text.lines() {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            section = format!("{name}.");
            continue;
        }
        let entry = line.trim_start_matches("# ").split_once(" = ").map(|(key, _)| key);
        match entry.filter(|key| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')) {
            Some(key) => {
                assert!(explained, "{section}{key} has no comment");
                documented.insert(format!("{section}{key}"));
                explained = false;
            }
            None => explained = line.starts_with('#'),
        }
    }
    let known: BTreeSet<String> = load(&[]).unwrap().values().map(|(key, ..)| key.to_owned()).collect();
    assert_eq!(documented, known);
    let reads_live = |key: &str| load(&[]).unwrap().resolved.get(key).is_some_and(|value| value.live);
    for key in known {
        let name = key.rsplit('.').next().unwrap();
        let section = key.rsplit_once('.').map(|(section, _)| format!("\n[{section}]\n")).unwrap_or_default();
        let from = text.split_once(&section).map_or(&*text, |(_, rest)| rest);
        let at = from.find(&format!("\n{name} = ")).or_else(|| from.find(&format!("\n# {name} = "))).unwrap();
        let comment: Vec<&str> = from[..at].lines().rev().take_while(|line| line.starts_with('#')).collect();
        assert_eq!(comment.iter().any(|line| line.ends_with("[live]")), reads_live(&key), "{key}");
    }
}

#[test]
fn a_good_file_takes_effect_where_it_may_and_says_what_changed() {
    let (_folder, path) = file("[sync]\npoll_interval = \"60s\"\n");
    let sources = Sources::default().with_file(Some(path.clone()));
    let live = Live::new(Config::load(&sources).unwrap());
    let mut news = live.subscribe();
    assert_eq!(live.reload(&sources), Reload::Unchanged);

    std::fs::write(&path, "[sync]\npoll_interval = \"1m\"\n").unwrap();
    assert_eq!(live.reload(&sources), Reload::Unchanged, "the same in other words");

    let text = "[sync]\npoll_interval = \"30s\"\n[server]\nport = 8111\n[gates.chatwoot.hosts]\n\"a.org\" = 5\n\
                [security]\noperator_token = \"s3cret-word-of-an-operator\"\n";
    std::fs::write(&path, text).unwrap();
    let Reload::Accepted { applied, waiting } = live.reload(&sources) else { panic!() };
    let words = |changes: &[Change]| changes.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        words(&applied),
        ["platforms.chatwoot.hosts: {} → {\"a.org\": 5}", "sync.poll_interval: 1m → 30s"]
    );
    assert_eq!(words(&waiting), ["security.operator_token: changed", "server.port: 8000 → 8111"]);
    let now = live.get();
    assert_eq!(now.sync.poll_interval, Duration::from_secs(30));
    assert_eq!(now.platforms.of("chatwoot").hosts("hosts").get("a.org"), Some(&5));
    assert_eq!(now.server.port, 8000, "a listener does not move while it runs");
    assert!(now.security.operator_token.is_none());
    assert!(news.has_changed().unwrap());
    assert_eq!(news.borrow_and_update().sync.poll_interval, Duration::from_secs(30));
}

#[test]
fn a_bad_file_is_kept_out() {
    let (_folder, path) = file("");
    let sources = Sources::default().with_file(Some(path.clone()));
    let live = Live::new(Config::load(&sources).unwrap());
    for bad in ["[sync]\npoll_interval = \"30s\"\nsweeep = 1\n", "[sync\n", "environment = \"staging\"\n"] {
        std::fs::write(&path, bad).unwrap();
        assert!(matches!(live.reload(&sources), Reload::Refused(_)), "{bad}");
        assert_eq!(live.get().sync.poll_interval, Duration::from_secs(60));
    }
    // Sound by itself, and not together with the value that waits for a restart.
    std::fs::write(&path, "[database]\nstatement_timeout = \"2s\"\n[sync]\nstep_deadline = \"5s\"\n")
        .unwrap();
    assert!(matches!(live.reload(&sources), Reload::Refused(_)));
}

#[tokio::test]
async fn a_saved_file_and_sighup_are_followed() {
    let (folder, path) = file("");
    let sources = Sources::default().with_file(Some(path.clone()));
    let live = Live::new(Config::load(&sources).unwrap());
    let mut news = live.subscribe();
    let stop = CancellationToken::new();
    let running = tokio::spawn(live.follow(sources).unwrap().run(stop.clone()));

    // As editors do: a new file moved over the old one.
    let fresh = folder.path().join("routiq.toml.new");
    std::fs::File::create(&fresh).unwrap().write_all(b"[gates]\nmax_workers = 7\n").unwrap();
    std::fs::rename(&fresh, &path).unwrap();
    news.changed().await.unwrap();
    assert_eq!(live.get().gates.max_workers, 7);
    stop.cancel();
    running.await.unwrap();

    // Nothing watches any more: only the signal tells.
    let sources = Sources::default().with_file(Some(path.clone()));
    let mut follower = live.follow(sources).unwrap();
    follower.stop_watching();
    let stop = CancellationToken::new();
    let running = tokio::spawn(follower.run(stop.clone()));
    std::fs::write(&path, "[gates]\nmax_workers = 9\n").unwrap();
    rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::HUP).unwrap();
    news.changed().await.unwrap();
    assert_eq!(live.get().gates.max_workers, 9);
    stop.cancel();
    running.await.unwrap();
}

const GUARDED: [(&str, &str); 4] =
    [("ROUTIQ_ENV", "production"), ("DATABASE_URL", URL), ("ENCRYPTION_KEY", KEY), PROXY];

#[test]
fn an_issuer_wants_the_origins_of_its_dashboards() {
    let issuer = ("ROUTIQ_SESSIONS__ISSUER", "https://clerk.example.org");
    let parties = ("ROUTIQ_SESSIONS__AUTHORIZED_PARTIES", "https://app.example.org, https://www.example.org");
    let config = load(&[&GUARDED[..], &[issuer, parties]].concat()).unwrap();
    assert!(config.sessions.any());
    assert_eq!(config.sessions.authorized_parties.len(), 2);
    assert_eq!(keys(&load(&[issuer]).unwrap_err()), ["sessions.authorized_parties"]);
    for wrong in ["clerk.example.org", "https://clerk.example.org/", "https://*.example.org", "https://"] {
        let errors = load(&[("ROUTIQ_SESSIONS__ISSUER", wrong)]).unwrap_err();
        assert_eq!(keys(&errors), ["sessions.issuer"], "{wrong}");
    }
    let plain = ("ROUTIQ_SESSIONS__ISSUER", "http://clerk.example.org");
    let errors = load(&[&GUARDED[..], &[plain, parties]].concat()).unwrap_err();
    assert_eq!(keys(&errors), ["sessions.issuer"]);
    let backend = ("ROUTIQ_SESSIONS__KEYS", "backend");
    assert_eq!(keys(&load(&[issuer, parties, backend]).unwrap_err()), ["sessions.keys"]);
    assert!(load(&[issuer, parties, backend, ("CLERK_SECRET_KEY", "sk_test_abcdef")]).is_ok());
}

#[test]
fn tokens_of_our_own_are_for_development_on_loopback_alone() {
    let own = ("ROUTIQ_SESSIONS__DEVELOPMENT_ISSUER", "true");
    assert!(load(&[own]).unwrap().sessions.development_issuer);
    assert!(load(&[own, ("ROUTIQ_SERVER__ADDRESS", "::1")]).is_ok());
    for environment in ["staging", "production"] {
        let guarded = [("ROUTIQ_ENV", environment), ("DATABASE_URL", URL), ("ENCRYPTION_KEY", KEY)];
        let loopback = ("ROUTIQ_SERVER__ADDRESS", "127.0.0.1");
        let errors = load(&[&guarded[..], &[own, loopback]].concat()).unwrap_err();
        assert_eq!(keys(&errors), ["sessions.development_issuer"], "{environment}");
    }
    for address in ["0.0.0.0", "::", "192.0.2.1"] {
        let errors = load(&[own, ("ROUTIQ_SERVER__ADDRESS", address)]).unwrap_err();
        assert_eq!(keys(&errors), ["sessions.development_issuer"], "{address}");
    }
    let issuer = ("ROUTIQ_SESSIONS__ISSUER", "https://clerk.example.org");
    let parties = ("ROUTIQ_SESSIONS__AUTHORIZED_PARTIES", "https://app.example.org");
    assert_eq!(keys(&load(&[own, issuer, parties]).unwrap_err()), ["sessions.development_issuer"]);
}
