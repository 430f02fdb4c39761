//! Channels: Google is asked to tell of a calendar's changes, in time before the last channel ends, and to stop what a
//! younger one has replaced. All calendars of an account have one address and one token at a time.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    client::Answer,
    cursor::{Channel, Cursor},
    plan::{CHANNELS_AGAIN, after, unopened},
    pull::Pull,
    wire::{self, Fields, segment},
};
use crate::{
    domain::{
        fingerprint::Digester,
        hook::{HookNews, HookTodo, RemoteHook},
        stream::Page,
    },
    platforms::{Account, PlatformError},
};

/// How long a channel is asked for, which is Google's own measure; it may be cut short.
const LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// What is believed of a channel that says nothing of its end.
const SHORT: SignedDuration = SignedDuration::from_hours(1);

/// Names a channel so that we know it again: whose, of which calendar, since when.
fn channel_id(account: &Account, calendar: &str, now: Timestamp) -> String {
    format!("{}-{}", prefix(account, calendar), now.as_millisecond())
}

/// What the names of a calendar's channels begin with.
pub(super) fn prefix(account: &Account, calendar: &str) -> String {
    let digest = Digester::new().text(calendar).finish();
    format!("{}-{}", account.id.simple(), hex::encode(&digest[..4]))
}

impl Pull<'_> {
    /// `POST …/events/watch`.
    pub(super) async fn watch(&self, calendar: &str) -> Result<Page, PlatformError> {
        let hook = self.state.hook.as_ref();
        let Some(HookTodo::Open { address, token }) = hook.and_then(|hook| hook.todo.as_ref()) else {
            return Err(PlatformError::Transient("the plan is older than the state".into()));
        };
        let mut cursor = Cursor::load(self.state, self.now);
        let id = channel_id(self.account, calendar, self.now);
        let target = format!("/calendar/v3/calendars/{}/events/watch", segment(calendar));
        let ends = self.now.saturating_add(LIFE).unwrap_or(self.now);
        let body = json!({ "id": id, "type": "web_hook", "address": address.0, "token": token.0,
            "expiration": ends.as_millisecond() });
        let mut page = self.page(target.clone());
        match self.client.post(&target, &body).await? {
            Answer::Found(found) => {
                let (resource, expires) = self.opened(&found.text)?;
                let (calendar, opened) = (calendar.to_owned(), self.now);
                cursor.of(&calendar).unwatched = None;
                cursor.channels.push(Channel { calendar, id: id.clone(), resource, opened, expires });
            }
            Answer::Unauthorized => return self.unauthorized(target),
            Answer::Missing | Answer::Gone | Answer::Invalid => {
                cursor.of(calendar).unwatched = Some(self.now)
            }
        }
        if unopened(self.state, self.rules, &cursor).is_none() {
            let round = hook.and_then(|hook| hook.checked_at);
            let last = cursor.channels.iter().rev().find(|it| Some(it.opened) >= round);
            page.hook = Some(match last {
                Some(last) => HookNews::Stored(RemoteHook {
                    remote_id: last.id.clone(),
                    address: address.clone(),
                    complete: true,
                    secret: None,
                }),
                None => HookNews::Refused("Google does not want to send to our address".to_owned()),
            });
        }
        page.state.push(cursor.store(&self.rules.calendars));
        Ok(page)
    }

    /// The resource and the end of a channel that was opened: milliseconds since 1970, in a text.
    fn opened(&self, text: &str) -> Result<(String, Timestamp), PlatformError> {
        let body: Value = wire::parse(text)?;
        let malformed = || PlatformError::Malformed("the answer names no channel".into());
        let fields = Fields::of(&body).map_err(|_| malformed())?;
        let resource = fields.id("resourceId").map_err(|_| malformed())?;
        let told = fields.number::<i64>("expiration").ok().flatten();
        let told = told.and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let known = |span| self.now.saturating_add(span).unwrap_or(self.now);
        // One that lasts longer than was asked for comes from a clock that is wrong.
        Ok((resource, told.map_or(known(SHORT), |told| told.min(known(LIFE + SHORT)))))
    }

    /// `POST …/channels/stop`. One that Google does not know any more has stopped.
    pub(super) async fn stop(&self, id: &str) -> Result<Page, PlatformError> {
        let mut cursor = Cursor::load(self.state, self.now);
        let target = "/calendar/v3/channels/stop".to_owned();
        let mut page = self.page(target.clone());
        if let Some(at) = cursor.channels.iter().position(|channel| channel.id == id) {
            let channel = cursor.channels.remove(at);
            let body = json!({ "id": channel.id, "resourceId": channel.resource });
            if matches!(self.client.post(&target, &body).await?, Answer::Unauthorized) {
                return self.unauthorized(target);
            }
        }
        page.state.push(cursor.store(&self.rules.calendars));
        Ok(page)
    }

    /// Asks for an address when channels are wanting: once everything is imported, and not again for a while after it
    /// did not work.
    pub(super) fn wanted(&self, cursor: &Cursor) -> Option<HookNews> {
        let hook = self.state.hook.as_ref()?;
        let under_way = hook.todo.is_some() && unopened(self.state, self.rules, cursor).is_some();
        let lately = hook.checked_at.is_some() && after(hook.checked_at, CHANNELS_AGAIN) > self.now;
        let calendars = &self.rules.calendars;
        let known = |calendar: &String| cursor.calendars.get(calendar);
        let imported =
            calendars.iter().all(|it| known(it).is_some_and(|it| it.reach.is_some() || it.lost.is_some()));
        let told = calendars.iter().all(|calendar| cursor.is_told(calendar, self.now));
        (imported && !told && !under_way && !lately).then_some(HookNews::Wanted)
    }
}
