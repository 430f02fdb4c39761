//! Full checks: everything is listed from its source, what differs is put right, and what the listing did not show is asked
//! for by itself before it is believed gone, since lists move under their reader.

use jiff::Timestamp;
use routiq_actors::port::{Answer, Demand, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{
    DirectoryWork, LONGEST, News, after,
    apply::{Effects, Unapplied},
    until,
};
use crate::{
    domain::directory::Change,
    platforms::{
        clerk::{self, Clerk},
        stripe::{self, Stripe},
    },
    store::{
        StoreError,
        checks::{Advance, Check, Unseen},
        directory::{Desk, Directory},
    },
};

/// The request that comes next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "next", rename_all = "snake_case")]
enum Next {
    Users { offset: u32 },
    Organizations { offset: u32 },
    Members { tenant: Uuid, organization: String, offset: u32 },
    User { id: String },
    Organization { id: String },
    Member { tenant: Uuid, id: Uuid, user: Uuid, organization: String, clerk_user_id: String },
    Subscriptions { after: Option<String> },
}

/// Where a check stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Cursor {
    /// Nothing was there to be missed.
    first: bool,
    #[serde(flatten)]
    next: Next,
}

/// A check under way.
struct Round {
    id: Uuid,
    started_at: Timestamp,
    was: Value,
    cursor: Cursor,
    repaired: i64,
}

/// How the host answered, why it failed, records listed, rows repaired.
type Stepped = (Answer, Option<String>, u64, u64);

impl DirectoryWork {
    /// The next request, or when something is due again.
    pub(super) async fn what_is_due(&self) -> Result<Outcome, StoreError> {
        let now = self.clock.now();
        let mut desk = Desk::open(&self.store).await?;
        let directory = desk.begin(&self.ids, now).await?;
        let mut again_in = LONGEST;
        if let Some(stripe) = &self.stripe {
            match self.paused(stripe::API, now) {
                Some(left) => again_in = again_in.min(left),
                None if directory.next_reread().await?.is_some() => {
                    return Ok(Outcome::More(stripe.demand()));
                }
                None => {}
            }
        }
        let sources = [
            self.clerk.as_ref().map(|clerk| (clerk::API, clerk.demand())),
            self.stripe.as_ref().map(|stripe| (stripe::API, stripe.demand())),
        ];
        for (api, demand) in sources.into_iter().flatten() {
            let due = self.check_due(&directory.check(api).await?);
            let left = due.map_or(std::time::Duration::ZERO, |due| until(due, now));
            let left = left.max(self.paused(api, now).unwrap_or_default());
            if left.is_zero() {
                return Ok(Outcome::More(demand));
            }
            again_in = again_in.min(left);
        }
        Ok(Outcome::CaughtUp { again_in })
    }

    /// When the next check is due; none: at once.
    fn check_due(&self, check: &Check) -> Option<Timestamp> {
        let finished = check.finished_at?;
        let asked =
            check.requested_at.is_some_and(|asked| check.started_at.is_none_or(|began| began < asked));
        (!asked).then(|| after(finished, self.settings.load().check_every))
    }

    /// One request of what is due at the demand's API, and its transaction.
    pub(super) async fn stepped(&self, demand: &Demand) -> Result<Stepped, StoreError> {
        match (&*demand.api, &self.clerk, &self.stripe) {
            (clerk::API, Some(clerk), _) => self.clerk_step(clerk).await,
            (stripe::API, _, Some(stripe)) => self.stripe_step(stripe).await,
            _ => Ok((Answer::NotAsked, None, 0, 0)),
        }
    }

    /// The check under way, or a new one.
    async fn round(
        &self,
        api: &'static str,
        first: Next,
        now: Timestamp,
    ) -> Result<Option<Round>, StoreError> {
        let mut desk = Desk::open(&self.store).await?;
        let directory = desk.begin(&self.ids, now).await?;
        let check = directory.check(api).await?;
        if self.check_due(&check).is_some_and(|due| due > now) {
            return Ok(None);
        }
        if let (Some(id), Some(started_at), None) = (check.id, check.started_at, check.finished_at)
            && let Ok(cursor) = serde_json::from_value(check.cursor.clone())
        {
            return Ok(Some(Round { id, started_at, was: check.cursor, cursor, repaired: check.repaired }));
        }
        // One that somebody has begun says whether it is the first, and nothing yet of where it stands.
        let begun = check.cursor.get("first").and_then(Value::as_bool).zip(check.id).zip(check.started_at);
        let ((is_first, id), started_at) =
            begun.unwrap_or_else(|| ((check.finished_at.is_none(), self.ids.next(now)), now));
        let cursor = Cursor { first: is_first, next: first };
        Ok(Some(Round { id, started_at, was: check.cursor, cursor, repaired: 0 }))
    }

    async fn clerk_step(&self, clerk: &Clerk) -> Result<Stepped, StoreError> {
        let now = self.clock.now();
        let Some(round) = self.round(clerk::API, Next::Users { offset: 0 }, now).await? else {
            return Ok((Answer::NotAsked, None, 0, 0));
        };
        let Some(call) = call(&round.cursor.next) else { return Ok((Answer::NotAsked, None, 0, 0)) };
        let answer = match clerk.ask(&call, now).await {
            Ok(answer) => answer,
            Err(error) => {
                let (answer, reason) = self.refused(clerk::API, error).await;
                return Ok((answer, reason, 0, 0));
            }
        };
        self.answers(clerk::API);
        let mut desk = Desk::open(&self.store).await?;
        let directory = desk.begin(&self.ids, self.clock.now()).await?;
        let (listed, effects) = self.listed(&directory, &round, answer, now).await?;
        let full = u64::from(clerk.page()) <= listed;
        let next = self.following(&directory, &round, listed, full).await?;
        let repaired = effects.access.len() + effects.organizations;
        self.finish_step(directory, clerk::API, &round, next, (listed, repaired), effects).await
    }

    /// Writes what a request brought.
    async fn listed(
        &self,
        directory: &Directory<'_>,
        round: &Round,
        answer: clerk::Answer,
        asked_at: Timestamp,
    ) -> Result<(u64, Effects), StoreError> {
        let mut all = Effects::default();
        let mut put = async |change: &Change| {
            let effects = match self.change(directory, change, false).await {
                Ok(effects) => effects,
                Err(Unapplied::Store(error)) => return Err(error),
                Err(Unapplied::Unlinked) => Effects::default(),
            };
            all.access.extend(effects.access);
            all.news.extend(effects.news);
            all.organizations += effects.organizations;
            Ok(())
        };
        let (changes, listed) = match (answer, &round.cursor.next) {
            (clerk::Answer::Page { changes, listed, .. }, _) => (changes, listed),
            (clerk::Answer::Missing, Next::User { id }) => {
                put(&Change::UserGone { id: id.clone(), at: asked_at }).await?;
                return Ok((0, all));
            }
            (clerk::Answer::Missing, Next::Organization { id }) => {
                put(&Change::OrganizationGone { id: id.clone(), at: asked_at }).await?;
                return Ok((0, all));
            }
            (clerk::Answer::Missing, Next::Member { .. }) => {
                if let Some(unseen) = unseen(&round.cursor.next) {
                    all.access = directory.end_member(&unseen, asked_at).await?;
                }
                return Ok((0, all));
            }
            // An organization that went while it was listed; what it was is asked by itself later.
            (clerk::Answer::Missing, _) => (Vec::new(), 0),
        };
        for change in &changes {
            put(change).await?;
        }
        saw(directory, &round.cursor.next, &changes, asked_at).await?;
        Ok((u64::from(listed), all))
    }

    /// What is asked next; none when the check is complete.
    async fn following(
        &self,
        directory: &Directory<'_>,
        round: &Round,
        listed: u64,
        full: bool,
    ) -> Result<Option<Next>, StoreError> {
        let further = |offset: u32| offset.saturating_add(u32::try_from(listed).unwrap_or(u32::MAX));
        match &round.cursor.next {
            Next::Users { offset } if full => return Ok(Some(Next::Users { offset: further(*offset) })),
            Next::Users { .. } => return Ok(Some(Next::Organizations { offset: 0 })),
            Next::Organizations { offset } if full => {
                return Ok(Some(Next::Organizations { offset: further(*offset) }));
            }
            Next::Members { tenant, organization, offset } if full => {
                let (tenant, organization) = (*tenant, organization.clone());
                return Ok(Some(Next::Members { tenant, organization, offset: further(*offset) }));
            }
            Next::Members { tenant, .. } => directory.saw_all_members(*tenant, round.started_at).await?,
            _ => {}
        }
        let began = round.started_at;
        if let Some((tenant, organization)) = directory.next_to_list(began).await? {
            return Ok(Some(Next::Members { tenant, organization, offset: 0 }));
        }
        if let Some(id) = directory.next_unseen_user(began).await? {
            return Ok(Some(Next::User { id }));
        }
        if let Some(id) = directory.next_unseen_organization(began).await? {
            return Ok(Some(Next::Organization { id }));
        }
        let member = directory.next_unseen_member(began).await?;
        Ok(member.map(|Unseen { tenant, id, user, organization, clerk_user_id }| Next::Member {
            tenant,
            id,
            user,
            organization,
            clerk_user_id,
        }))
    }

    async fn finish_step(
        &self,
        directory: Directory<'_>,
        api: &'static str,
        round: &Round,
        next: Option<Next>,
        (listed, repaired): (u64, usize),
        effects: Effects,
    ) -> Result<Stepped, StoreError> {
        let finished = next.is_none();
        let first = round.cursor.first;
        let cursor = next.map_or(Value::Null, |next| serde_json::json!(Cursor { first, next }));
        let repaired = if first { 0 } else { i64::try_from(repaired).unwrap_or(i64::MAX) };
        let step = Advance {
            id: round.id,
            started_at: round.started_at,
            finished,
            was: &round.was,
            cursor: &cursor,
            listed: i64::try_from(listed).unwrap_or(i64::MAX),
            repaired,
        };
        directory.advance_check(api, &step).await?;
        let total = directory.check(api).await?.listed;
        directory.commit().await?;
        self.spread(effects.access, effects.news);
        if finished {
            let repaired = round.repaired.saturating_add(repaired);
            (self.herald)(&News::Checked { api, listed: total, repaired });
        }
        Ok((Answer::Healthy, None, listed, u64::try_from(repaired).unwrap_or_default()))
    }

    async fn stripe_step(&self, stripe: &Stripe) -> Result<Stepped, StoreError> {
        let now = self.clock.now();
        let mut desk = Desk::open(&self.store).await?;
        let reread = desk.begin(&self.ids, now).await?.next_reread().await?;
        let round = match reread {
            Some(_) => None,
            None => self.round(stripe::API, Next::Subscriptions { after: None }, now).await?,
        };
        let call = match (&reread, &round) {
            (Some(id), _) => stripe::Call::Subscription { id: id.clone() },
            (None, Some(Round { cursor: Cursor { next: Next::Subscriptions { after }, .. }, .. })) => {
                stripe::Call::Subscriptions { after: after.clone() }
            }
            _ => return Ok((Answer::NotAsked, None, 0, 0)),
        };
        let answer = match stripe.ask(&call, now).await {
            Ok(answer) => answer,
            Err(error) => {
                let (answer, reason) = self.refused(stripe::API, error).await;
                return Ok((answer, reason, 0, 0));
            }
        };
        self.answers(stripe::API);
        let (changes, listed, next) = match answer {
            stripe::Answer::Page { changes, listed, next } => (changes, u64::from(listed), next),
            stripe::Answer::Missing => (Vec::new(), 0, None),
        };
        let directory = desk.begin(&self.ids, self.clock.now()).await?;
        let mut all = Effects::default();
        for change in &changes {
            match self.change(&directory, change, false).await {
                Ok(effects) => all.news.extend(effects.news),
                // Somebody else's, or sold before its organization was known: the checkout tells.
                Err(Unapplied::Unlinked) => {}
                Err(Unapplied::Store(error)) => return Err(error),
            }
        }
        if let Some(id) = &reread {
            directory.reread_done(id, now).await?;
            directory.commit().await?;
            self.spread(all.access, all.news);
            return Ok((Answer::Healthy, None, listed, 0));
        }
        let Some(round) = round else { return Ok((Answer::Healthy, None, listed, 0)) };
        let repaired = all.news.iter().filter(|news| matches!(news, News::Standing(_))).count();
        let next = next.map(|after| Next::Subscriptions { after: Some(after) });
        self.finish_step(directory, stripe::API, &round, next, (listed, repaired), all).await
    }
}

fn call(next: &Next) -> Option<clerk::Call> {
    Some(match next.clone() {
        Next::Users { offset } => clerk::Call::Users { offset },
        Next::Organizations { offset } => clerk::Call::Organizations { offset },
        Next::Members { organization, offset, .. } => clerk::Call::Members { organization, offset },
        Next::User { id } => clerk::Call::User { id },
        Next::Organization { id } => clerk::Call::Organization { id },
        Next::Member { organization, clerk_user_id: user, .. } => clerk::Call::Member { organization, user },
        Next::Subscriptions { .. } => return None,
    })
}

fn unseen(next: &Next) -> Option<Unseen> {
    let Next::Member { tenant, id, user, organization, clerk_user_id } = next.clone() else { return None };
    Some(Unseen { tenant, id, user, organization, clerk_user_id })
}

/// What was listed is there.
async fn saw(
    directory: &Directory<'_>,
    next: &Next,
    changes: &[Change],
    at: Timestamp,
) -> Result<(), StoreError> {
    match next {
        Next::Users { .. } | Next::User { .. } => {
            let ids: Vec<&str> = changes
                .iter()
                .filter_map(|it| if let Change::User(it) = it { Some(it.id.as_str()) } else { None })
                .collect();
            directory.saw_users(&ids, at).await
        }
        Next::Organizations { .. } | Next::Organization { .. } => {
            let ids: Vec<&str> = changes
                .iter()
                .filter_map(|it| if let Change::Organization(it) = it { Some(it.id.as_str()) } else { None })
                .collect();
            directory.saw_organizations(&ids, at).await
        }
        Next::Members { tenant, .. } => {
            let ids: Vec<&str> = changes
                .iter()
                .filter_map(|it| if let Change::Membership(it) = it { Some(it.id.as_str()) } else { None })
                .collect();
            directory.saw_members(*tenant, &ids, at).await
        }
        Next::Member { .. } => match unseen(next) {
            Some(unseen) => directory.saw_member(&unseen, at).await,
            None => Ok(()),
        },
        Next::Subscriptions { .. } => Ok(()),
    }
}
