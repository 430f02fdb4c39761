//! What a member of an organization may do: four roles, each able to do all that those below it can.

use std::{fmt, str::FromStr};

/// A role, low to high.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Works with patients. Stored, and shown to existing clients, as `member`.
    Staff,
    /// Changes settings and credentials.
    Admin,
    /// Pays, deletes, and names other owners.
    Owner,
}

/// The text names no role of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no role: viewer, staff, admin or owner")]
pub struct UnknownRole;

impl Role {
    /// All, low to high.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Staff, Self::Admin, Self::Owner];

    /// As people and new clients call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Staff => "staff",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// As the tables and existing clients call it.
    pub const fn stored(self) -> &'static str {
        match self {
            Self::Staff => "member",
            other => other.name(),
        }
    }

    /// Whether it may do what needs `least`.
    pub fn allows(self, least: Self) -> bool {
        self >= least
    }

    /// What a role at Clerk means here. One that an instance defined for itself and that we do not know gives the least:
    /// its bearer belongs to the organization and may look.
    pub fn at_clerk(key: &str) -> Self {
        key.parse().unwrap_or(Self::Viewer)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    /// Every name a role goes by: with Clerk's prefix (`org:admin`) or without, Clerk's older and our clients' words.
    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        let text = text.trim();
        match text.strip_prefix("org:").unwrap_or(text) {
            "viewer" | "read_only" | "guest_member" => Ok(Self::Viewer),
            "staff" | "member" | "basic_member" => Ok(Self::Staff),
            "admin" => Ok(Self::Admin),
            "owner" => Ok(Self::Owner),
            _ => Err(UnknownRole),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_role_is_known_with_and_without_the_prefix() {
        for (text, role) in [
            ("viewer", Role::Viewer),
            ("read_only", Role::Viewer),
            ("org:read_only", Role::Viewer),
            ("staff", Role::Staff),
            ("member", Role::Staff),
            ("org:member", Role::Staff),
            ("basic_member", Role::Staff),
            ("admin", Role::Admin),
            ("org:admin", Role::Admin),
            ("owner", Role::Owner),
        ] {
            assert_eq!(text.parse(), Ok(role), "{text}");
        }
        for text in ["", "org:", "root", "org:org:admin", "Admin", "administrator"] {
            assert_eq!(text.parse::<Role>(), Err(UnknownRole), "{text:?}");
            assert_eq!(Role::at_clerk(text), Role::Viewer, "{text:?} gives the least");
        }
    }

    #[test]
    fn each_role_may_do_what_those_below_it_can_and_nothing_above() {
        for (low, lower) in Role::ALL.into_iter().enumerate() {
            for (high, higher) in Role::ALL.into_iter().enumerate() {
                assert_eq!(higher.allows(lower), high >= low, "{higher} for {lower}");
            }
            assert_eq!(lower.name().parse(), Ok(lower));
            assert_eq!(lower.stored().parse(), Ok(lower));
        }
        assert_eq!(Role::Staff.stored(), "member");
    }
}
