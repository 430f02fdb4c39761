//! The practices of the demonstration: different sizes, regions, time zones and systems, all invented.

use routiq_simulators::{clinic::Clinic, names::Region, population::Practice};

/// An organization and the practice behind it.
#[derive(Clone, Debug)]
pub struct DemoPractice {
    /// Clerk's id, invented.
    pub clerk_org_id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// An IANA name.
    pub time_zone: &'static str,
    /// Decides numbers and towns.
    pub region: Region,
    /// People its largest system knows.
    pub people: u32,
    /// Events an hour in its busiest system.
    pub events_per_hour: f64,
    /// The platforms that it has an account at, by name; twice for two accounts.
    pub systems: &'static [&'static str],
    /// Who its people are, in all its systems.
    pub crowd: u64,
}

impl DemoPractice {
    /// Two letters.
    pub fn country(&self) -> &'static str {
        match self.region {
            Region::Au => "AU",
            Region::Nz => "NZ",
            Region::Gb => "GB",
            Region::Us => "US",
        }
    }

    /// What a chat platform knows of it: this share of its people, as busy.
    pub fn chats(&self, share: f64) -> Practice {
        let part = |all: u32| (f64::from(all) * share).ceil() as u32;
        Practice {
            name: self.name.to_owned(),
            time_zone: self.time_zone.to_owned(),
            region: self.region,
            crowd: Some(self.crowd),
            contacts: part(self.people),
            conversations: part(self.people + self.people / 4),
            events_per_hour: self.events_per_hour * share,
            ..Practice::default()
        }
    }

    /// What a practice system knows of it: this share of its people.
    pub fn clinic(&self, share: f64) -> Clinic {
        Clinic {
            name: self.name.to_owned(),
            time_zone: self.time_zone.to_owned(),
            region: self.region,
            crowd: Some(self.crowd),
            patients: (f64::from(self.people) * share).ceil() as u32,
            events_per_hour: self.events_per_hour * share / 2.0,
            ..Clinic::default()
        }
    }
}

/// Three practices, a studio and a small one. One uses chats and a diary, one two kinds of chats, one chats and two practice
/// systems at once, the studio its own system, calendars and messages to telephones, one chats and a calendar. None has more than
/// `most` people, where that is said.
pub fn practices(most: Option<u32>) -> Vec<DemoPractice> {
    let mut all = usual();
    for practice in &mut all {
        practice.people = most.map_or(practice.people, |most| practice.people.min(most));
    }
    all
}

fn usual() -> Vec<DemoPractice> {
    vec![
        DemoPractice {
            clerk_org_id: "org_2HarbourPhysioPerthDemo001",
            name: "Harbour Physio",
            time_zone: "Australia/Perth",
            region: Region::Au,
            people: 640,
            events_per_hour: 240.0,
            systems: &["chatwoot", "cliniko"],
            crowd: 1,
        },
        DemoPractice {
            clerk_org_id: "org_2KauriChiroAucklandDemo002",
            name: "Kauri Chiropractic",
            time_zone: "Pacific/Auckland",
            region: Region::Nz,
            people: 260,
            events_per_hour: 180.0,
            systems: &["chatwoot", "manychat"],
            crowd: 2,
        },
        DemoPractice {
            clerk_org_id: "org_2CanalOsteoLondonDemo00003",
            name: "Canal Street Osteopathy",
            time_zone: "Europe/London",
            region: Region::Gb,
            people: 120,
            events_per_hour: 120.0,
            systems: &["chatwoot", "cliniko", "nookal"],
            crowd: 3,
        },
        DemoPractice {
            clerk_org_id: "org_2MarigoldPodiatryDemo00004",
            name: "Marigold Podiatry",
            time_zone: "America/Denver",
            region: Region::Us,
            people: 40,
            events_per_hour: 60.0,
            systems: &["chatwoot", "google_calendar"],
            crowd: 4,
        },
        DemoPractice {
            clerk_org_id: "org_2FernAndTideBrisbaneDemo05",
            name: "Fern & Tide Pilates",
            time_zone: "Australia/Brisbane",
            region: Region::Au,
            people: 90,
            events_per_hour: 120.0,
            systems: &["momence", "google_calendar", "twilio"],
            crowd: 5,
        },
    ]
}
