//! People: as platforms know them, and those who answer them.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use serde_json::Value;

use crate::domain::fingerprint::{Digester, Fingerprint};

/// A person as one platform knows them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Contact {
    /// The id at the platform.
    pub external_id: String,
    /// As given.
    pub name: Option<String>,
    /// As given; matching folds it.
    pub email: Option<String>,
    /// As given.
    pub phone_original: Option<String>,
    /// In E.164, when it can be told.
    pub phone: Option<String>,
    /// The practice's own identifier for the person at that platform.
    pub identifier: Option<String>,
    /// Whether the practice blocked them there.
    pub blocked: bool,
    /// The platform's free attributes, secrets removed: `{"custom": {…}, "additional": {…}}`.
    pub attributes: Value,
    /// When the platform made the record.
    pub source_created_at: Option<Timestamp>,
    /// When the person was last active there.
    pub last_activity_at: Option<Timestamp>,
    /// How the person is reached through each inbox; `None` when this payload does not say.
    pub addresses: Option<Vec<Address>>,
    /// What a practice system says of its patient; none at other platforms.
    pub patient: Option<Box<Patient>>,
}

/// What makes a contact a patient: the practice system's own record of the person.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Patient {
    /// `Ms`, `Dr`, … as given.
    pub title: Option<String>,
    /// As given.
    pub first_name: Option<String>,
    /// As given.
    pub middle_name: Option<String>,
    /// As given.
    pub last_name: Option<String>,
    /// What the person wants to be called.
    pub preferred_name: Option<String>,
    /// The day of birth.
    pub date_of_birth: Option<Date>,
    /// As given.
    pub sex: Option<String>,
    /// As given.
    pub gender_identity: Option<String>,
    /// As given.
    pub pronouns: Option<String>,
    /// Every number, in the platform's order.
    pub phones: Vec<Phone>,
    /// `{"lines": […], "city", "state", "postcode", "country"}`, what is told of it.
    pub address: Value,
    /// The person's zone, an IANA name.
    pub timezone: Option<String>,
    /// The home location's id at the platform.
    pub location: Option<String>,
    /// As given.
    pub occupation: Option<String>,
    /// How the person found the practice.
    pub referral_source: Option<String>,
    /// What the person said at the practice about e-mail; `None` when never asked. Routiq's own consent is another matter.
    pub accepts_email_marketing: Option<bool>,
    /// The same about text messages.
    pub accepts_sms_marketing: Option<bool>,
    /// The same about the practice's privacy policy.
    pub accepts_privacy_policy: Option<bool>,
    /// How the practice reminds the person, in the platform's words.
    pub reminder_type: Option<String>,
    /// Whether the practice counts the person as active.
    pub active: bool,
    /// Whether the person died.
    pub deceased: bool,
    /// When the platform last changed the record.
    pub source_updated_at: Option<Timestamp>,
}

/// A telephone number of a patient.
#[derive(Clone, Debug, Default, PartialEq, Serialize, serde::Deserialize)]
pub struct Phone {
    /// `mobile`, `home`, `work`, `fax`, `other`.
    pub kind: String,
    /// As given.
    pub original: String,
    /// In E.164, when it can be told.
    pub e164: Option<String>,
}

/// How one inbox reaches a person.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Address {
    /// The inbox's id at the platform.
    pub inbox: String,
    /// The kind of channel, such as `Channel::Whatsapp`.
    pub channel: Option<String>,
    /// The address in that channel: digits, a user id, an e-mail address.
    pub value: String,
}

impl Contact {
    /// Digest of everything every payload of a contact says (addresses are compared on their own).
    pub fn fingerprint(&self) -> Fingerprint {
        let digest = Digester::new()
            .field(self.name.as_deref())
            .field(self.email.as_deref())
            .field(self.phone_original.as_deref())
            .field(self.phone.as_deref())
            .field(self.identifier.as_deref())
            .shown(Some(self.blocked))
            .json(&self.attributes)
            .shown(self.last_activity_at);
        match &self.patient {
            // Contacts of other platforms keep the digest they have.
            None => digest.finish(),
            Some(patient) => digest.serialized(patient).shown(self.source_created_at).finish(),
        }
    }
}

/// Somebody who answers at a platform.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Agent {
    /// The id at the platform.
    pub external_id: String,
    /// The name shown there.
    pub name: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Their role there.
    pub role: Option<String>,
}

impl Agent {
    /// Digest of everything it says.
    pub fn fingerprint(&self) -> Fingerprint {
        Digester::new()
            .field(self.name.as_deref())
            .field(self.email.as_deref())
            .field(self.role.as_deref())
            .finish()
    }
}
