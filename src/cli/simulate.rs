//! `routiq simulate`: the simulated platforms alone, with the demonstration's practices.

use std::{net::Ipv4Addr, sync::Arc};

use clap::Args;
use jiff::Timestamp;
use routiq_actors::clock::Clock;
use routiq_simulators::{
    chatwoot, clerk, cliniko, google_calendar, hooks, manychat, momence, nookal, stripe,
    twilio::{self, Sender},
};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Failure, say};
use crate::demo::{
    practices::{DemoPractice, practices},
    systems::shard,
};

#[derive(Debug, Args)]
pub(super) struct Simulate {
    /// Port of the first platform on loopback, the others follow in this order: Chatwoot, Clerk, Stripe, Twilio,
    /// ManyChat, Google Calendar, Momence, Cliniko, Nookal; 0 takes free ones.
    #[arg(long, default_value_t = 8900)]
    port: u16,
    /// Decides everything that looks like chance.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Serves a simulator and delivers its webhooks until `stop`; says where.
macro_rules! serve {
    ($simulator:expr, $listener:expr, $tasks:expr, $stop:expr) => {{
        let (simulator, stop, listener) = ($simulator.clone(), $stop.clone(), $listener);
        $tasks.spawn(async move { simulator.serve(listener, stop).await });
        $tasks.spawn(hooks::run($simulator.clone(), Arc::new(hooks::Network::default()), $stop.clone()));
    }};
}

impl Simulate {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let clock = Clock::system();
        let practices = practices(None);
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let time: routiq_simulators::Clock = Arc::new(move || -> Timestamp { clock.now() });

        let (listener, origin) = self.listen(0).await?;
        let settings =
            chatwoot::Settings { seed: self.seed, live: true, log_size: 200, ..Default::default() };
        let chatwoot = chatwoot::Chatwoot::new(settings, Arc::clone(&time));
        let played: Vec<_> = practices.iter().map(|practice| practice.chats(1.0)).collect();
        let seats = chatwoot.add_practices(&played).map_err(Failure::new)?;
        serve!(chatwoot, listener, tasks, stop);
        say::line(&format!("Chatwoot at {origin}"));
        for (practice, seat) in practices.iter().zip(seats) {
            say::line(&format!(
                "  {}: account {}, token {}",
                practice.name, seat.account, seat.administrator
            ));
        }

        let (listener, origin) = self.listen(1).await?;
        let settings = clerk::Settings { seed: self.seed, issuer: origin.clone(), ..Default::default() };
        let clerk = clerk::Clerk::new(settings, Arc::clone(&time));
        serve!(clerk, listener, tasks, stop);
        say::line(&format!("Clerk at {origin}, which is the issuer of tokens; key {}", clerk.secret_key()));
        let mut organizations = Vec::new();
        for (n, practice) in practices.iter().enumerate() {
            let organization = clerk.add_organization(practice.name);
            let owner = clerk.add_user(&format!("owner.{n}@example.test"), "Ana", "Marsh");
            clerk.set_member(&organization, &owner, "org:admin").map_err(Failure::new)?;
            say::line(&format!("  {}: {organization}, administrator {owner}", practice.name));
            organizations.push(organization);
        }

        let (listener, origin) = self.listen(2).await?;
        let settings = stripe::Settings { seed: self.seed, ..Default::default() };
        let stripe = stripe::Stripe::new(settings, Arc::clone(&time));
        serve!(stripe, listener, tasks, stop);
        say::line(&format!("Stripe at {origin}; key {}", stripe.secret_key()));
        for (n, organization) in organizations.iter().enumerate() {
            let address = format!("billing.{n}@example.test");
            let customer = stripe.add_customer(organization, &address, stripe::Card::Good);
            let subscription =
                stripe.subscribe(&customer, stripe::Plan::default(), 14).map_err(Failure::new)?;
            say::line(&format!("  {organization}: {customer}, {subscription}"));
        }

        let (listener, origin) = self.listen(3).await?;
        let settings = twilio::Settings { seed: self.seed, ..Default::default() };
        let twilio = twilio::Twilio::new(settings, Arc::clone(&time));
        serve!(twilio, listener, tasks, stop);
        say::line(&format!("Twilio at {origin}"));
        for (n, practice) in practices.iter().enumerate() {
            let address = format!("+1555555010{n}");
            let sender = Sender { address: address.clone(), ..Sender::default() };
            let (account, token) = twilio.add_practice(&practice.chats(1.0), sender).map_err(Failure::new)?;
            say::line(&format!("  {}: account {account}, token {token}, {address}", practice.name));
        }

        let (listener, origin) = self.listen(4).await?;
        let settings = manychat::Settings { seed: self.seed, ..Default::default() };
        let manychat = manychat::ManyChat::new(settings, Arc::clone(&time));
        serve!(manychat, listener, tasks, stop);
        say::line(&format!("ManyChat at {origin}"));
        for practice in &practices {
            let seat = manychat.add_practice(&practice.chats(1.0));
            say::line(&format!("  {}: page {}, token {}", practice.name, seat.page, seat.token));
        }

        let (listener, origin) = self.listen(5).await?;
        let settings =
            google_calendar::Settings { seed: self.seed, plain_addresses: true, ..Default::default() };
        let google = google_calendar::GoogleCalendar::new(settings, Arc::clone(&time));
        serve!(google, listener, tasks, stop);
        let (client, secret) = google.client();
        say::line(&format!(
            "Google Calendar at {origin}, tokens at {origin}/token; client {client}, {secret}"
        ));
        for (n, practice) in practices.iter().enumerate() {
            let account = format!("calendar.{n}@example.test");
            let refresh = google.grant(&account);
            let calendar = google.add_practice(&account, &practice.chats(1.0)).map_err(Failure::new)?;
            say::line(&format!("  {}: calendar {calendar}, refresh token {refresh}", practice.name));
        }

        let (listener, origin) = self.listen(6).await?;
        let settings = momence::Settings { seed: self.seed, ..Default::default() };
        let momence = momence::Momence::new(settings, Arc::clone(&time));
        serve!(momence, listener, tasks, stop);
        say::line(&format!("Momence at {origin}"));
        for practice in &practices {
            let seat = momence.add_practice(&practice.chats(1.0));
            say::line(&format!(
                "  {}: host {}, client {}, {}, user {}, {}",
                practice.name, seat.host, seat.client_id, seat.client_secret, seat.username, seat.password
            ));
        }

        self.practice_systems(&practices, &time, &tasks, &stop).await?;
        say::line("control of each: POST /__simulator/commands, GET /__simulator/ledger, /deliveries, /log");

        tokio::signal::ctrl_c().await?;
        stop.cancel();
        tasks.close();
        tasks.wait().await;
        Ok(())
    }

    /// The systems with a diary, which push nothing.
    async fn practice_systems(
        &self,
        practices: &[DemoPractice],
        time: &routiq_simulators::Clock,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> Result<(), Failure> {
        let (listener, origin) = self.listen(7).await?;
        let settings = cliniko::Settings { seed: self.seed, ..Default::default() };
        let cliniko = cliniko::Cliniko::new(settings, Arc::clone(time));
        say::line(&format!(
            "Cliniko at {origin}/v1, which is every shard; requests need a User-Agent with a contact"
        ));
        for practice in practices {
            let seat =
                cliniko.add_practice(&practice.clinic(1.0), shard(practice.region)).map_err(Failure::new)?;
            say::line(&format!("  {}: account {}, key {}", practice.name, seat.account, seat.key));
        }
        serve!(cliniko, listener, tasks, stop);

        let (listener, origin) = self.listen(8).await?;
        let settings = nookal::Settings { seed: self.seed, ..Default::default() };
        let nookal = nookal::Nookal::new(settings, Arc::clone(time));
        say::line(&format!(
            "Nookal at {origin}/production/v2, and at {origin}/oauth/token and {origin}/graphql"
        ));
        for practice in practices {
            let seat = nookal.add_practice(&practice.clinic(1.0)).map_err(Failure::new)?;
            say::line(&format!(
                "  {}: account {}, key {}, basic key {}",
                practice.name, seat.account, seat.key, seat.basic_key
            ));
        }
        serve!(nookal, listener, tasks, stop);
        Ok(())
    }

    async fn listen(&self, nth: u16) -> Result<(TcpListener, String), Failure> {
        let port = if self.port == 0 { 0 } else { self.port.saturating_add(nth) };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let origin = format!("http://{}", listener.local_addr()?);
        Ok((listener, origin))
    }
}
