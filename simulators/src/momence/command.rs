//! One vocabulary of control for tests and for `/__simulator/commands`.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::state::Attendance;
use super::world::{NewMember, NewReservation, NewSession, World};
use crate::house::Refused;
use crate::population::Practice;

/// Something to be done. In JSON: `{"do": "book", "host": 101, "session": 9, "member": 7}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)]
pub enum Command {
    /// Answers with the host's number, client and staff user.
    AddHost {
        name: String,
    },
    /// A host that has lived, and lives on. Answers as `add_host`.
    AddPractice {
        practice: Box<Practice>,
    },
    SetTraffic {
        host: u64,
        events_per_hour: f64,
    },
    /// Every token ends. Answers with the staff user's new password.
    Revoke {
        host: u64,
    },
    /// Access tokens end; refresh tokens live.
    ExpireAccess {
        host: u64,
    },
    /// Answers with a code.
    Authorize {
        host: u64,
        redirect_uri: String,
    },
    /// Answers with the id. So do all others that make something.
    AddMember {
        host: u64,
        member: NewMember,
    },
    /// What is left out stays; an empty number takes it away.
    EditMember {
        host: u64,
        member: u64,
        first_name: Option<String>,
        last_name: Option<String>,
        email: Option<String>,
        phone_number: Option<String>,
    },
    DeleteMember {
        host: u64,
        member: u64,
    },
    AddTag {
        host: u64,
        name: String,
    },
    Tag {
        host: u64,
        member: u64,
        tag: u64,
        on: bool,
    },
    AddSession {
        host: u64,
        session: NewSession,
    },
    MoveSession {
        host: u64,
        session: u64,
        starts_at: Timestamp,
    },
    /// `false` brings it back.
    CancelSession {
        host: u64,
        session: u64,
        cancelled: bool,
    },
    DeleteSession {
        host: u64,
        session: u64,
    },
    Book {
        host: u64,
        session: u64,
        member: u64,
    },
    CancelBooking {
        host: u64,
        booking: u64,
    },
    CheckIn {
        host: u64,
        booking: u64,
    },
    Reserve {
        host: u64,
        reservation: NewReservation,
    },
    MoveReservation {
        host: u64,
        reservation: u64,
        starts_at: Timestamp,
    },
    CancelReservation {
        host: u64,
        reservation: u64,
    },
    Attend {
        host: u64,
        reservation: u64,
        member: u64,
        status: Attendance,
    },
    Pay {
        host: u64,
        reservation: u64,
    },
}

impl World {
    pub(super) fn obey(&mut self, command: Command, now: Timestamp) -> Result<Value, Refused> {
        let nothing = |()| Value::Null;
        let id = |id: u64| json!(id);
        match command {
            Command::AddHost { name } => Ok(json!(self.add_host(&name))),
            Command::AddPractice { practice } => Ok(json!(self.add_practice(&practice, now))),
            Command::SetTraffic { host, events_per_hour } => {
                self.set_traffic(host, events_per_hour, now).map(nothing)
            }
            Command::Revoke { host } => self.revoke(host).map(Value::String),
            Command::ExpireAccess { host } => self.expire_access(host).map(nothing),
            Command::Authorize { host, redirect_uri } => {
                self.authorize(host, &redirect_uri).map(Value::String)
            }
            Command::AddMember { host, member } => self.add_member(host, member, now).map(id),
            Command::EditMember { host, member, first_name, last_name, email, phone_number } => {
                let it = self.member_mut(host, member)?;
                it.first_name = first_name.unwrap_or_else(|| std::mem::take(&mut it.first_name));
                it.last_name = last_name.unwrap_or_else(|| std::mem::take(&mut it.last_name));
                it.email = email.unwrap_or_else(|| std::mem::take(&mut it.email));
                it.phone_number = phone_number.or_else(|| it.phone_number.take()).filter(|it| !it.is_empty());
                Ok(Value::Null)
            }
            Command::DeleteMember { host, member } => self.delete_member(host, member).map(nothing),
            Command::AddTag { host, name } => self.add_tag(host, &name).map(id),
            Command::Tag { host, member, tag, on } => self.tag(host, member, tag, on).map(nothing),
            Command::AddSession { host, session } => self.add_session(host, session).map(id),
            Command::MoveSession { host, session, starts_at } => {
                self.session_mut(host, session)?.starts_at = starts_at;
                Ok(Value::Null)
            }
            Command::CancelSession { host, session, cancelled } => {
                self.session_mut(host, session)?.cancelled = cancelled;
                Ok(Value::Null)
            }
            Command::DeleteSession { host, session } => self.delete_session(host, session).map(nothing),
            Command::Book { host, session, member } => self.book(host, session, member, now).map(id),
            Command::CancelBooking { host, booking } => self.cancel_booking(host, booking, now).map(nothing),
            Command::CheckIn { host, booking } => self.check_in_booking(host, booking, now).map(nothing),
            Command::Reserve { host, reservation } => self.reserve(host, reservation, now).map(id),
            Command::MoveReservation { host, reservation, starts_at } => {
                self.reservation_mut(host, reservation)?.starts_at = starts_at;
                Ok(Value::Null)
            }
            Command::CancelReservation { host, reservation } => {
                self.cancel_reservation(host, reservation, now).map(nothing)
            }
            Command::Attend { host, reservation, member, status } => {
                self.attend(host, reservation, member, status, now).map(nothing)
            }
            Command::Pay { host, reservation } => self.pay(host, reservation, now).map(nothing),
        }
    }
}
