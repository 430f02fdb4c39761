//! Google Calendar's simulated platform, the adapter, the work and the tables, end to end.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Request, Response};
use jiff::SignedDuration;
use routiq::{platforms::section::Sections, work::intake::Turned};
use routiq_simulators::{
    google_calendar::{Command, Event, EventEdit, GoogleCalendar, Moment, NewEvent, Settings, Status},
    hooks::{self, Failure},
    population::Practice,
};
use serde_json::json;

use crate::support::{
    practice::{House, practice},
    reading::{Reading, Wanted, reach},
};

const ANA: &str = "ana@seabreeze.example.test";

/// A practice with a person's calendar and a room's.
struct Clinic {
    platform: GoogleCalendar,
    reading: Reading,
    room: String,
    ear: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Clinic {
    async fn new(settings: Settings) -> Self {
        let house = House::new().await;
        let clock = house.hand.clone();
        let platform = GoogleCalendar::new(settings, Arc::new(move || clock.now()));
        let refresh = platform.grant(ANA);
        let life = Practice { conversations: 200, history_days: 60, ..practice("Ana") };
        assert_eq!(platform.add_practice(ANA, &life).unwrap(), ANA);
        let room = platform.add_practice(ANA, &Practice { name: "Room 1".to_owned(), ..life }).unwrap();
        // Of the account's calendars this one is nobody's business.
        platform.add_calendar(ANA, "Private", "Australia/Perth").unwrap();
        let served = platform.clone();
        let transport = reach(move |request| {
            let served = served.clone();
            async move { served.handle(request).await }
        });
        let wanted = Wanted {
            platform: "google_calendar",
            external_id: ANA,
            settings: &json!({ "calendars": [ANA, room], "locations": [room] }),
            sections: Sections::default(),
            public_url: Some("https://routiq.example.org"),
        };
        let reading = Reading::new(house, &transport, wanted).await;
        let clinic = Self { platform, reading, room, ear: Arc::default() };
        clinic.connect(&refresh).await;
        clinic
    }

    async fn connect(&self, refresh: &str) {
        let (id, secret) = self.platform.client();
        let parts = json!({ "client_id": id, "client_secret": secret, "refresh_token": refresh });
        self.reading.set_credential(&parts.to_string()).await;
    }

    fn quiet(&self) {
        for calendar in [ANA, &self.room] {
            self.platform.set_traffic(calendar, 0.0).unwrap();
        }
    }

    /// Every event as its calendar shows it, by its id here.
    fn truth(&self) -> BTreeMap<String, Event> {
        let of = |calendar: &str| {
            let instances = self.platform.ledger(calendar).unwrap().instances;
            let calendar = calendar.to_owned();
            let alive = instances.into_iter().filter(|event| event.status != Status::Cancelled);
            alive.map(move |event| (format!("{calendar}/{}", event.id), event))
        };
        of(ANA).chain(of(&self.room)).collect()
    }

    /// The tables hold what the calendars hold.
    async fn assert_equal(&self, when: &str) {
        let truth = self.truth();
        let ids: BTreeSet<String> = truth.keys().cloned().collect();
        let rows = self.reading.rows("appointments").await;
        let (lost, kept): (Vec<_>, Vec<_>) =
            (ids.difference(&rows).collect(), rows.difference(&ids).collect());
        assert!(lost.is_empty() && kept.is_empty(), "{when}: lost {lost:?}, kept {kept:?}");
        let query = "select concat_ws('|', external_id, extract(epoch from starts_at)::bigint,
                extract(epoch from ends_at)::bigint, attributes ->> 'summary', notes, attributes ->> 'place')
            from routiq.appointments where deleted_at is null order by external_id collate \"C\"";
        let said = truth.iter().map(|(id, event)| {
            let zone = jiff::tz::TimeZone::get(&event.time_zone).unwrap();
            let at = |moment: Moment| match moment {
                Moment::At(at) => at.as_second(),
                Moment::Date(day) => day.to_zoned(zone.clone()).unwrap().timestamp().as_second(),
            };
            let times = [at(event.start).to_string(), at(event.end).to_string()];
            let texts = [&event.summary, &event.description, &event.location].into_iter().flatten().cloned();
            [id.clone()].into_iter().chain(times).chain(texts).collect::<Vec<_>>().join("|")
        });
        assert_eq!(self.reading.texts(query).await, said.collect::<Vec<_>>(), "{when}");
        assert_eq!(self.reading.rows("practitioners").await, [ANA.to_owned()].into(), "{when}");
        assert_eq!(self.reading.rows("locations").await, [self.room.clone()].into(), "{when}");
        assert_eq!(self.platform.counters().violations, 0, "{when}: limits are kept");
    }

    /// What Google sends just now.
    async fn pushes(&self) -> Vec<Request<Bytes>> {
        let ear = Arc::clone(&self.ear);
        let sink = move |request: Request<Bytes>| {
            ear.lock().unwrap().push(request);
            async { Ok::<_, Failure>(Response::new(Bytes::new())) }
        };
        hooks::deliver(&self.platform, &sink, false).await;
        std::mem::take(&mut *self.ear.lock().unwrap())
    }

    /// Lists whole and since a token, as often as each was asked for so far.
    fn lists(&self) -> (usize, usize) {
        let log = self.platform.log();
        let lists: Vec<_> = log.iter().filter(|entry| entry.path.ends_with("/events")).collect();
        let since = lists.iter().filter(|entry| entry.query.contains("syncToken")).count();
        (lists.len() - since, since)
    }
}

#[tokio::test]
async fn calendars_are_read_followed_and_swept_into_the_tables() {
    let clinic = Clinic::new(Settings { short_pages: true, log_size: 20_000, ..Settings::default() }).await;
    let reading = &clinic.reading;
    reading.settle().await.unwrap();
    clinic.assert_equal("after the import").await;
    assert!(clinic.truth().len() > 400, "there is something to compare");

    for _ in 0..4 {
        reading.live(SignedDuration::from_mins(30)).await;
    }
    clinic.quiet();
    reading.live(SignedDuration::from_mins(2)).await;
    clinic.assert_equal("after two busy hours").await;
    let imported = clinic.lists().0;

    // Series, exceptions, whole days, and what was called off comes back.
    let start = reading.house.hand.now() + SignedDuration::from_hours(30);
    let weekly = NewEvent {
        repeat: Some(routiq_simulators::google_calendar::Repeat { every_days: 7, count: 10 }),
        ..NewEvent::at(start, "Pilates")
    };
    let series = clinic.platform.add_event(ANA, weekly).unwrap();
    let once = clinic.platform.add_event(&clinic.room, NewEvent::at(start, "Gait check")).unwrap();
    reading.live(SignedDuration::from_mins(2)).await;
    clinic.assert_equal("with a series").await;
    let moved =
        EventEdit { start: Some(Moment::At(start + SignedDuration::from_hours(3))), ..EventEdit::default() };
    clinic.platform.edit_instance(ANA, &series, Moment::At(start), moved.clone()).unwrap();
    clinic.platform.edit_event(ANA, &series, moved).unwrap();
    clinic.platform.cancel_event(&clinic.room, &once).unwrap();
    reading.live(SignedDuration::from_mins(2)).await;
    clinic.assert_equal("a series moved, an event called off").await;
    let restore = Command::RestoreEvent { calendar: clinic.room.clone(), event: once.clone() };
    clinic.platform.command(restore).unwrap();
    clinic.platform.cancel_event(ANA, &series).unwrap();
    reading.live(SignedDuration::from_mins(2)).await;
    clinic.assert_equal("an event is back, a series called off").await;
    assert_eq!(clinic.lists().0, imported, "changes alone were asked for");

    // A week later everything is listed again.
    reading.house.hand.advance(SignedDuration::from_hours(7 * 24 + 1));
    reading.live(SignedDuration::from_mins(3)).await;
    assert!(clinic.lists().0 > imported);
    clinic.assert_equal("after a sweep").await;
    reading.assert_rederives(&["appointments", "practitioners", "locations"]).await;
}

#[tokio::test]
async fn a_token_that_is_gone_costs_a_listing_and_what_was_deleted_meanwhile_is_found() {
    let clinic = Clinic::new(Settings::default()).await;
    let reading = &clinic.reading;
    reading.settle().await.unwrap();
    clinic.quiet();
    let first = clinic.truth().into_values().next().unwrap();
    let of = |event: &Event| event.recurring_event_id.clone().unwrap_or_else(|| event.id.clone());
    clinic.platform.cancel_event(ANA, &of(&first)).unwrap();
    clinic.platform.command(Command::ExpireSyncTokens { calendar: ANA.to_owned() }).unwrap();
    let before = clinic.lists();
    reading.live(SignedDuration::from_mins(5)).await;
    clinic.assert_equal("after 410").await;
    let after = clinic.lists();
    assert!(after.0 >= before.0 + 2, "both calendars are listed: {before:?} {after:?}");
    assert!(after.1 < before.1 + 14, "and followed as before: {before:?} {after:?}");
}

#[tokio::test]
async fn a_push_is_a_hint_that_is_known_by_its_token_and_brings_the_change_at_once() {
    let clinic = Clinic::new(Settings::default()).await;
    let reading = &clinic.reading;
    reading.settle().await.unwrap();
    clinic.quiet();
    assert_eq!(clinic.platform.channels().len(), 2, "one for each calendar");
    for hello in clinic.pushes().await {
        assert_eq!(reading.deliver(&hello).await, Ok(1));
    }
    assert!(!reading.apply().await, "a channel that says hello says nothing");

    clinic.platform.add_event(ANA, NewEvent::at(reading.house.hand.now(), "New")).unwrap();
    let pushed = clinic.pushes().await;
    let [push] = &pushed[..] else { panic!("{pushed:?}") };
    assert!(push.body().is_empty());
    let before = reading.house.hand.now();
    assert_eq!(reading.deliver(push).await, Ok(1));
    assert_eq!(reading.deliver(push).await, Ok(0), "told twice, known once");
    assert!(reading.apply().await);
    assert_eq!(reading.rows("appointments").await.len() + 1, clinic.truth().len(), "a push carries nothing");
    let (_, looks) = clinic.lists();
    reading.settle().await.unwrap();
    assert_eq!(clinic.lists().1, looks + 1, "its calendar alone is looked at");
    assert!(reading.house.hand.now().duration_since(before) < SignedDuration::from_secs(5));
    clinic.assert_equal("after a push").await;

    let mut forged = push.headers().clone();
    forged.insert("x-goog-message-number", "9999".parse().unwrap());
    forged.insert("x-goog-channel-token", "another".parse().unwrap());
    assert_eq!(reading.deliver_with(push, &forged).await, Err(Turned::Forged("bad_signature")));
    forged.remove("x-goog-channel-token");
    assert_eq!(reading.deliver_with(push, &forged).await, Err(Turned::Forged("unsigned")));
}

#[tokio::test]
async fn channels_are_renewed_before_they_end_and_the_old_ones_stopped() {
    let clinic = Clinic::new(Settings { channel_hours: 24, ..Settings::default() }).await;
    let reading = &clinic.reading;
    reading.settle().await.unwrap();
    clinic.quiet();
    let first: BTreeSet<String> = clinic.platform.channels().into_iter().map(|(id, _)| id).collect();
    for _ in 0..3 {
        for _ in 0..10 {
            reading.house.hand.advance(SignedDuration::from_hours(2));
            reading.settle().await.unwrap();
            // Whatever is changed is told at any time.
            clinic.platform.add_event(ANA, NewEvent::at(reading.house.hand.now(), "New")).unwrap();
            let pushes = clinic.pushes().await;
            assert!(!pushes.is_empty());
            for push in &pushes {
                reading.deliver(push).await.unwrap();
            }
            reading.apply().await;
            reading.settle().await.unwrap();
        }
    }
    let now: BTreeSet<String> = clinic.platform.channels().into_iter().map(|(id, _)| id).collect();
    assert_eq!(now.len(), 2, "those that were replaced are stopped: {now:?}");
    assert!(now.is_disjoint(&first));
    clinic.assert_equal("after sixty hours").await;
    let problems = "select concat_ws('|', status, last_problem, (key_version is not null)::text)
        from routiq.webhook_endpoints where status = 'active'";
    assert_eq!(reading.texts(problems).await, ["active|true"]);
}

#[tokio::test]
async fn a_revoked_grant_parks_the_account_with_a_plain_reason_until_there_is_another() {
    let clinic = Clinic::new(Settings::default()).await;
    let reading = &clinic.reading;
    reading.settle().await.unwrap();
    // A token that ends early is nothing.
    clinic.platform.command(Command::ExpireAccess { account: ANA.to_owned() }).unwrap();
    reading.live(SignedDuration::from_mins(2)).await;
    clinic.platform.revoke(ANA).unwrap();
    reading.house.hand.advance(SignedDuration::from_mins(2));
    let reason = reading.settle().await.unwrap_err();
    assert!(reason.contains("invalid_grant") && reason.contains("connect the account again"), "{reason}");
    assert_eq!(reading.settle().await.unwrap_err(), reason, "and stays parked");
    let again = clinic.platform.grant(ANA);
    clinic.connect(&again).await;
    reading.live(SignedDuration::from_mins(2)).await;
    clinic.quiet();
    reading.live(SignedDuration::from_mins(2)).await;
    clinic.assert_equal("with another grant").await;
}

#[tokio::test]
async fn a_calendar_that_was_deleted_is_shown_as_such_and_keeps_its_rows() {
    let clinic = Clinic::new(Settings::default()).await;
    let reading = &clinic.reading;
    reading.settle().await.unwrap();
    clinic.quiet();
    let rows = reading.rows("appointments").await;
    clinic.platform.command(Command::RemoveCalendar { calendar: clinic.room.clone() }).unwrap();
    reading.live(SignedDuration::from_mins(5)).await;
    assert_eq!(reading.rows("appointments").await, rows);
    let errors = reading.texts("select external_id || ' ' || error_message from routiq.sync_errors").await;
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].starts_with(&clinic.room) && errors[0].contains("no such calendar"), "{errors:?}");
}
