//! A change: one normalized record or tombstone, the only thing that passes from a platform to the store.

mod chat;
mod people;
mod practice;

use serde_json::{Map, Value};

use super::fingerprint::{self, Fingerprint};

pub use self::{
    chat::{Attachment, Conversation, Direction, Inbox, Message, Sender, SenderKind},
    people::{Address, Agent, Contact, Patient, Phone},
    practice::{
        Appointment, AppointmentType, ClinicalNote, Invoice, Location, Metadata, Payment, Practitioner, Shape,
    },
};

/// One normalized record, or the proof that one is gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What it says.
    pub record: Record,
    /// The platform's own version of the record (microseconds of its update time), where it has one; newer wins.
    pub source_version: Option<i64>,
    /// Which of the page's raw records it was made from.
    pub raw: usize,
    /// Its digest, where it was asked for ahead.
    digest: Option<Fingerprint>,
}

impl Change {
    /// Of a record, its version, and which raw record of the page says it.
    pub const fn new(record: Record, source_version: Option<i64>, raw: usize) -> Self {
        Self { record, source_version, raw, digest: None }
    }

    /// Digests the record now, so that nobody waits for it later.
    pub fn digest(&mut self) {
        self.digest = Some(self.record.fingerprint());
    }

    /// Digest of everything the record says.
    pub fn fingerprint(&self) -> Fingerprint {
        self.digest.unwrap_or_else(|| self.record.fingerprint())
    }

    /// The same change with another record.
    #[must_use]
    pub fn altered(&self, alter: impl FnOnce(&mut Record)) -> Self {
        let mut altered = Self { digest: None, ..self.clone() };
        alter(&mut altered.record);
        altered
    }
}

/// What a change says.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// A person known to the platform.
    Contact(Contact),
    /// A conversation.
    Conversation(Conversation),
    /// A message.
    Message(Message),
    /// Somebody who answers.
    Agent(Agent),
    /// A channel people write to.
    Inbox(Inbox),
    /// A place where the practice works.
    Location(Location),
    /// Somebody who treats people.
    Practitioner(Practitioner),
    /// What an appointment is for.
    AppointmentType(AppointmentType),
    /// A visit, or a time for visits.
    Appointment(Box<Appointment>),
    /// A bill.
    Invoice(Box<Invoice>),
    /// Money that came in.
    Payment(Payment),
    /// What a practitioner wrote about a treatment.
    ClinicalNote(ClinicalNote),
    /// What an account has besides records.
    Metadata(Metadata),
    /// A record that the platform no longer has.
    Gone {
        /// What it was.
        kind: Kind,
        /// Its id at the platform.
        external_id: String,
        /// The record that took its place, by id at the platform: the platform merged the two.
        successor: Option<String>,
    },
}

/// The kinds of record. The order is the order of application: what others point at comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// [`Metadata`].
    Metadata,
    /// [`Inbox`].
    Inbox,
    /// [`Agent`].
    Agent,
    /// [`Location`].
    Location,
    /// [`Practitioner`].
    Practitioner,
    /// [`AppointmentType`].
    AppointmentType,
    /// [`Contact`].
    Contact,
    /// [`Conversation`].
    Conversation,
    /// [`Message`].
    Message,
    /// [`Appointment`].
    Appointment,
    /// [`Invoice`].
    Invoice,
    /// [`Payment`].
    Payment,
    /// [`ClinicalNote`].
    ClinicalNote,
}

impl Kind {
    /// All, in the order of application.
    pub const ALL: [Self; 13] = [
        Self::Metadata,
        Self::Inbox,
        Self::Agent,
        Self::Location,
        Self::Practitioner,
        Self::AppointmentType,
        Self::Contact,
        Self::Conversation,
        Self::Message,
        Self::Appointment,
        Self::Invoice,
        Self::Payment,
        Self::ClinicalNote,
    ];

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The stream's and the table's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Inbox => "inboxes",
            Self::Agent => "agents",
            Self::Location => "locations",
            Self::Practitioner => "practitioners",
            Self::AppointmentType => "appointment_types",
            Self::Contact => "contacts",
            Self::Conversation => "conversations",
            Self::Message => "messages",
            Self::Appointment => "appointments",
            Self::Invoice => "invoices",
            Self::Payment => "payments",
            Self::ClinicalNote => "clinical_notes",
        }
    }
}

impl Record {
    /// What kind it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Contact(_) => Kind::Contact,
            Self::Conversation(_) => Kind::Conversation,
            Self::Message(_) => Kind::Message,
            Self::Agent(_) => Kind::Agent,
            Self::Inbox(_) => Kind::Inbox,
            Self::Location(_) => Kind::Location,
            Self::Practitioner(_) => Kind::Practitioner,
            Self::AppointmentType(_) => Kind::AppointmentType,
            Self::Appointment(_) => Kind::Appointment,
            Self::Invoice(_) => Kind::Invoice,
            Self::Payment(_) => Kind::Payment,
            Self::ClinicalNote(_) => Kind::ClinicalNote,
            Self::Metadata(_) => Kind::Metadata,
            Self::Gone { kind, .. } => *kind,
        }
    }

    /// Digest of everything it says; of a tombstone, nothing's.
    pub fn fingerprint(&self) -> Fingerprint {
        match self {
            Self::Contact(contact) => contact.fingerprint(),
            Self::Conversation(conversation) => conversation.fingerprint(),
            Self::Message(message) => message.fingerprint(),
            Self::Agent(agent) => agent.fingerprint(),
            Self::Inbox(inbox) => inbox.fingerprint(),
            Self::Location(it) => fingerprint::of(it),
            Self::Practitioner(it) => fingerprint::of(it),
            Self::AppointmentType(it) => fingerprint::of(it),
            Self::Appointment(it) => fingerprint::of(it),
            Self::Invoice(it) => fingerprint::of(it),
            Self::Payment(it) => fingerprint::of(it),
            Self::ClinicalNote(it) => fingerprint::of(it),
            Self::Metadata(it) => fingerprint::of(it),
            Self::Gone { .. } => Fingerprint::default(),
        }
    }

    /// What it says, field by field; of a tombstone, nothing.
    pub fn fields(&self) -> Map<String, Value> {
        let fields = match self {
            Self::Contact(it) => serde_json::to_value(it),
            Self::Conversation(it) => serde_json::to_value(it),
            Self::Message(it) => serde_json::to_value(it),
            Self::Agent(it) => serde_json::to_value(it),
            Self::Inbox(it) => serde_json::to_value(it),
            Self::Location(it) => serde_json::to_value(it),
            Self::Practitioner(it) => serde_json::to_value(it),
            Self::AppointmentType(it) => serde_json::to_value(it),
            Self::Appointment(it) => serde_json::to_value(it),
            Self::Invoice(it) => serde_json::to_value(it),
            Self::Payment(it) => serde_json::to_value(it),
            Self::ClinicalNote(it) => serde_json::to_value(it),
            Self::Metadata(it) => serde_json::to_value(it),
            Self::Gone { .. } => Ok(Value::Null),
        };
        // Records hold texts, numbers, times and JSON: they can always be written.
        match fields {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        }
    }

    /// The record's id at the platform.
    pub fn external_id(&self) -> &str {
        match self {
            Self::Contact(Contact { external_id, .. })
            | Self::Conversation(Conversation { external_id, .. })
            | Self::Message(Message { external_id, .. })
            | Self::Agent(Agent { external_id, .. })
            | Self::Inbox(Inbox { external_id, .. })
            | Self::Location(Location { external_id, .. })
            | Self::Practitioner(Practitioner { external_id, .. })
            | Self::AppointmentType(AppointmentType { external_id, .. })
            | Self::Payment(Payment { external_id, .. })
            | Self::ClinicalNote(ClinicalNote { external_id, .. })
            | Self::Metadata(Metadata { external_id, .. })
            | Self::Gone { external_id, .. } => external_id,
            Self::Appointment(appointment) => &appointment.external_id,
            Self::Invoice(invoice) => &invoice.external_id,
        }
    }
}
