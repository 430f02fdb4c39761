//! What the directory learns: typed changes of users, organizations, memberships and subscriptions, and the rules of what an
//! organization may do with what it pays.
//!
//! Nothing here depends on the order in which changes arrive: each carries the time its source gives it, and newer wins.

mod billing;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

pub use self::billing::{
    BillingRules, Invoice, Kept, PlanName, Standing, Subscription, SubscriptionStatus, Word, foremost,
    standing,
};
use super::role::Role;

/// One change, from an event or from a check.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A user as they are.
    User(User),
    /// A user is gone for good.
    UserGone {
        /// Clerk's id.
        id: String,
        /// When.
        at: Timestamp,
    },
    /// An organization as it is.
    Organization(Organization),
    /// An organization is gone for good.
    OrganizationGone {
        /// Clerk's id.
        id: String,
        /// When.
        at: Timestamp,
    },
    /// A membership as it is, or as it was when it ended.
    Membership(Membership),
    /// A checkout tells which organization a customer is.
    Link(Link),
    /// A subscription as it was at some time.
    Subscription(Box<Subscription>),
    /// An invoice of a subscription was paid, or could not be.
    Invoice(Invoice),
}

/// What an event says.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// This has changed.
    Changes(Vec<Change>),
    /// Nothing for us, and why.
    Nothing(&'static str),
}

/// That an event about a subscription came, without names and addresses.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// The event's id.
    pub event: String,
    /// Stripe's word for what happened.
    pub kind: String,
    /// Who pays.
    pub customer: Option<String>,
    /// The subscription.
    pub subscription: Option<String>,
    /// Stripe's time.
    pub at: Timestamp,
    /// What happened, in a few words.
    pub data: serde_json::Value,
}

/// A user at Clerk.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// Clerk's id.
    pub id: String,
    /// The primary address.
    pub email: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Where the picture is.
    pub image_url: Option<String>,
    /// Whether Clerk lets them in no more.
    pub banned: bool,
    /// When they last signed in.
    pub last_sign_in_at: Option<Timestamp>,
    /// When Clerk first knew them.
    pub created_at: Option<Timestamp>,
    /// Which of two descriptions is newer.
    pub updated_at: Timestamp,
}

/// An organization at Clerk.
#[derive(Clone, Debug, PartialEq)]
pub struct Organization {
    /// Clerk's id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its name in addresses; may change.
    pub slug: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Which of two descriptions is newer.
    pub updated_at: Timestamp,
}

/// A membership at Clerk.
#[derive(Clone, Debug, PartialEq)]
pub struct Membership {
    /// Clerk's id; a user who comes back gets another.
    pub id: String,
    /// The organization, as far as the membership tells it.
    pub organization: Organization,
    /// The user's id.
    pub user: String,
    /// What is known of the user without the user's own record.
    pub given: Given,
    /// The role as Clerk names it, such as `org:admin`.
    pub role_key: String,
    /// The role it means here.
    pub role: Role,
    /// Permissions by name.
    pub permissions: Vec<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// Which of two descriptions is newer.
    pub updated_at: Timestamp,
    /// When it ended, if it did.
    pub removed_at: Option<Timestamp>,
}

/// What others say of a user.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    /// The address, where the identifier is one.
    pub email: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Where the picture is.
    pub image_url: Option<String>,
}

/// Which organization a customer at Stripe is.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Our id or Clerk's.
    pub organization: String,
    /// The customer.
    pub customer: Option<String>,
    /// The subscription that was bought.
    pub subscription: Option<String>,
    /// Where bills go.
    pub email: Option<String>,
}
