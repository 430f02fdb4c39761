//! An invented population of a practice's surroundings, and what four platforms hold of it: households that share numbers
//! and addresses, twins, fathers and sons of one name, people who married or have another number now, and the slips,
//! gaps and habits of whoever typed it in. It knows who is who, and nothing of how matching works.
//!
//! Shares stand where they are used. They follow what people who link records report: about one name in a hundred
//! mistyped, one to two in ten contacts without an address, one day of birth in sixteen missing, a few in a hundred with
//! a number or family name of years ago. Numbers carry a country code that no country has.

#![allow(dead_code, reason = "each user takes a part")]

use jiff::civil::{Date, date};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use routiq::domain::identity::Told;
use serde_json::{Value, json};
use uuid::Uuid;

#[path = "population/names.rs"]
mod names;
#[path = "population/quality.rs"]
mod quality;

use names::{FAMILIES, HEADS, MEN, NICKNAMES, TAILS, WOMEN};
pub use quality::{labels, quality};

const STREETS: &[&str] =
    &["Example St", "Sample Rd", "Placeholder Ave", "Harbour Pde", "Invented Ln", "Nowhere Cres"];
/// The day on which all this is so.
pub const TODAY: Date = date(2026, 6, 1);
/// What a receptionist enters when somebody has none.
const CLINIC_PHONE: &str = "+999800000001";
const CLINIC_EMAIL: &str = "frontdesk@harbourphysio.example";

/// The platforms, in the order of their accounts.
pub const PLATFORMS: [&str; 4] = ["cliniko", "nookal", "chatwoot", "manychat"];

/// What one platform holds of somebody.
#[derive(Clone, Debug)]
pub struct Record {
    /// The contact.
    pub id: Uuid,
    /// Who it is in truth.
    pub human: usize,
    /// Place in [`PLATFORMS`].
    pub platform: usize,
    pub external_id: String,
    pub name: Option<String>,
    /// First, preferred, last.
    pub parts: Option<(String, Option<String>, String)>,
    pub email: Option<String>,
    pub phones: Vec<String>,
    pub born: Option<Date>,
    pub address: Option<String>,
    pub attributes: Value,
    pub successor: Option<String>,
}

impl Record {
    /// As the matcher is told.
    pub fn told(&self) -> Told<'_> {
        Told {
            id: self.id,
            account: account(self.platform),
            platform: PLATFORMS[self.platform],
            practice: self.practice(),
            external_id: &self.external_id,
            name: self.name.as_deref(),
            parts: self.parts.as_ref().map(|(f, p, l)| (Some(f.as_str()), p.as_deref(), Some(l.as_str()))),
            email: self.email.as_deref(),
            phones: self.phones.iter().map(String::as_str).collect(),
            identifier: None,
            attributes: Some(&self.attributes),
            born: self.born,
            address: self.address.as_deref(),
            successor: self.successor.as_deref(),
            gone: self.successor.is_some(),
        }
    }

    /// Whether the two hold anything in common by which anybody could connect them: a number, an address, an id, a birth.
    fn shares_with(&self, other: &Self) -> bool {
        let points = |one: &Self, other: &Self| {
            let id = one.attributes.pointer("/custom/cliniko_id").and_then(Value::as_str);
            id.is_some_and(|id| other.platform == 0 && other.external_id == id)
        };
        self.phones.iter().any(|phone| other.phones.contains(phone))
            || (self.email.is_some() && self.email == other.email)
            || (self.born.is_some() && self.born == other.born)
            || points(self, other)
            || points(other, self)
    }

    /// Whether a practice system holds it.
    pub fn practice(&self) -> bool {
        self.platform < 2
    }
}

/// The account of a platform.
pub fn account(platform: usize) -> Uuid {
    Uuid::from_u128(0xacc0_0000 + platform as u128)
}

#[derive(Clone, Debug)]
struct Human {
    given: &'static str,
    called: Option<&'static str>,
    middle: Option<&'static str>,
    family: String,
    /// The family name of years ago.
    once: Option<String>,
    born: Date,
    mobile: Option<String>,
    mobile_once: Option<String>,
    email: Option<String>,
    email_once: Option<String>,
    landline: Option<String>,
    address: String,
    /// Who books for a child.
    guardian: Option<usize>,
    partner: Option<usize>,
}

/// Makes `people` humans and what the platforms hold of them, in the order in which it came to be.
pub fn population(people: usize, seed: u64) -> Vec<Record> {
    let mut maker =
        Maker { dice: StdRng::seed_from_u64(seed), humans: Vec::new(), records: Vec::new(), numbers: 0 };
    while maker.humans.len() < people {
        maker.household(people);
    }
    for human in 0..people {
        maker.seen(human);
    }
    maker.records
}

struct Maker {
    dice: StdRng,
    humans: Vec<Human>,
    records: Vec<Record>,
    numbers: u64,
}

impl Maker {
    fn chance(&mut self, percent: f64) -> bool {
        self.dice.random_bool(percent / 100.0)
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        *from.choose(&mut self.dice).unwrap()
    }

    /// Some names are many times as common as others.
    fn common<T: Copy>(&mut self, from: &[T]) -> T {
        let place = self.dice.random::<f64>().powf(1.6) * from.len() as f64;
        from[place as usize]
    }

    fn family_name(&mut self) -> String {
        if self.chance(40.0) {
            return self.common(FAMILIES).to_owned();
        }
        format!("{}{}", self.pick(HEADS), self.pick(TAILS))
    }

    /// A number nobody has yet.
    fn number(&mut self, kind: u64) -> String {
        self.numbers += 1;
        // Spread, so that one wrong digit seldom is another's number, and yet can be.
        format!("+999{kind}{:08}", (self.numbers * 7_919_113) % 100_000_000)
    }

    fn day(&mut self, youngest: i16, oldest: i16) -> Date {
        let year = TODAY.year() - self.dice.random_range(youngest..=oldest);
        date(year, self.dice.random_range(1..=12), self.dice.random_range(1..=28))
    }

    fn household(&mut self, most: usize) {
        let size = match self.dice.random_range(0..100) {
            0..30 => 1,
            30..64 => 2,
            64..80 => 3,
            80..94 => 4,
            _ => 5,
        };
        let size = size.min(most - self.humans.len());
        let first = self.humans.len();
        let family = self.family_name();
        let landline = self.chance(35.0).then(|| self.number(8));
        let address = format!(
            "{} {}, {}",
            self.dice.random_range(1..400),
            self.pick(STREETS),
            self.dice.random_range(6000..6999)
        );
        for place in 0..size {
            let adult = place < 2;
            let family = match place {
                1 if self.chance(35.0) => self.family_name(),
                _ => family.clone(),
            };
            let human = self.human(adult, family, landline.clone(), address.clone());
            self.humans.push(human);
        }
        if size >= 2 {
            (self.humans[first].partner, self.humans[first + 1].partner) = (Some(first + 1), Some(first));
            if self.chance(8.0) {
                self.humans[first + 1].email = self.humans[first].email.clone();
            }
        }
        for child in first + 2..first + size {
            self.humans[child].guardian = Some(first + self.dice.random_range(0..2));
        }
        if size >= 4 && self.chance(6.0) {
            self.humans[first + 3].born = self.humans[first + 2].born;
        }
        self.tell_apart(first, size);
        // Named like the father.
        if size >= 3 && MEN.contains(&self.humans[first].given) && self.chance(2.0) {
            (self.humans[first + 2].given, self.humans[first + 2].called) = (self.humans[first].given, None);
        }
    }

    /// Who lives together is called differently, but for what comes next.
    fn tell_apart(&mut self, first: usize, size: usize) {
        for human in first + 1..first + size {
            while (first..human).any(|other| self.humans[other].given == self.humans[human].given) {
                self.humans[human].given = self.pick(if human % 2 == 0 { MEN } else { WOMEN });
                self.humans[human].called = None;
            }
        }
    }

    fn human(&mut self, adult: bool, family: String, landline: Option<String>, address: String) -> Human {
        let names = if self.chance(50.0) { MEN } else { WOMEN };
        let given = self.common(names);
        let nicknames = NICKNAMES.iter().find(|(name, _)| *name == given).map(|(_, nicknames)| *nicknames);
        let called = nicknames.filter(|_| self.chance(35.0)).map(|nicknames| self.pick(nicknames));
        let born = if adult { self.day(20, 88) } else { self.day(0, 17) };
        let own = adult || (TODAY.year() - born.year() >= 14 && self.chance(60.0));
        let mobile = (own && self.chance(97.0)).then(|| self.number(4));
        let mobile_once = (mobile.is_some() && self.chance(5.0)).then(|| self.number(4));
        let email = (own && self.chance(88.0)).then(|| self.mail(given, &family));
        let email_once = (email.is_some() && self.chance(7.0)).then(|| self.mail(given, &family));
        let once = (adult && self.chance(3.0)).then(|| self.family_name());
        let middle = self.chance(40.0).then(|| self.common(names));
        Human {
            given,
            called,
            middle,
            family,
            once,
            born,
            mobile,
            mobile_once,
            email,
            email_once,
            landline,
            address,
            guardian: None,
            partner: None,
        }
    }

    fn mail(&mut self, given: &str, family: &str) -> String {
        let plain =
            |text: &str| text.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect::<String>();
        let (given, family) = (plain(given), plain(family));
        let number = self.dice.random_range(1..999);
        let initial = given.chars().next().unwrap_or('x');
        let local = match self.dice.random_range(0..5) {
            0 => format!("{given}.{family}{number}"),
            1 => format!("{initial}{family}{number}"),
            2 => format!("{family}{given}{number}"),
            3 => format!("{given}{number}"),
            _ => format!("{given}_{family}{number}"),
        };
        format!("{local}@{}", self.pick(&["example.org", "example.com", "example.net", "mail.example"]))
    }

    /// Where this human is known.
    fn seen(&mut self, human: usize) {
        let own = self.humans[human].mobile.is_some();
        let chatwoot = own && self.chance(60.0);
        let manychat = own && self.chance(35.0);
        let patient = self.chance(85.0) || !(chatwoot || manychat);
        let systems = match (patient, self.dice.random_range(0..100)) {
            (false, _) => [false, false],
            (true, 0..75) => [true, false],
            (true, 75..88) => [false, true],
            _ => [true, true],
        };
        let mut cliniko = None;
        for platform in (0..2).filter(|platform| systems[*platform]) {
            let external = self.patient(human, platform);
            if platform == 0 {
                cliniko = Some(external);
            }
            // Entered a second time.
            if self.chance(0.7) {
                self.patient(human, platform);
            }
        }
        if chatwoot {
            self.chatwoot(human, cliniko.as_deref());
        }
        if manychat {
            self.manychat(human, cliniko.as_deref());
        }
    }

    fn patient(&mut self, human: usize, platform: usize) -> String {
        let person = self.humans[human].clone();
        let payer = person.guardian.map(|guardian| self.humans[guardian].clone());
        let short = person.called.filter(|_| self.chance(15.0));
        let preferred = person.called.filter(|_| self.chance(30.0)).map(str::to_owned);
        let mut first = short.unwrap_or(person.given).to_owned();
        if let Some(middle) = person.middle.filter(|_| self.chance(8.0)) {
            first = format!("{first} {middle}");
        }
        let mut last = self.family_of(&person);
        if self.chance(0.7) {
            first = self.mistyped(&first);
        }
        if self.chance(0.8) {
            last = self.mistyped(&last);
        }
        if self.chance(0.3) {
            std::mem::swap(&mut first, &mut last);
        }
        if self.chance(2.0) {
            (first, last) = (first.to_uppercase(), last.to_uppercase());
        }
        let mut phones = Vec::new();
        let contact = payer
            .as_ref()
            .filter(|_| person.mobile.is_none() || self.dice.random_bool(0.3))
            .unwrap_or(&person);
        let mobile = self.now_or_once(contact.mobile.as_ref(), contact.mobile_once.as_ref(), 35.0);
        if let Some(mobile) = mobile.filter(|_| self.chance(96.0)) {
            phones.push(if self.chance(0.7) { self.misdialled(&mobile) } else { mobile });
        }
        phones.extend(person.landline.clone().filter(|_| self.chance(50.0)));
        let email = self.now_or_once(contact.email.as_ref(), contact.email_once.as_ref(), 45.0);
        let mut email = email.filter(|_| self.chance(85.0));
        if let Some(right) = email.clone().filter(|_| self.chance(1.2)) {
            email = Some(self.mistyped(&right));
        }
        if self.chance(1.0) {
            phones = vec![CLINIC_PHONE.to_owned()];
            email = Some(CLINIC_EMAIL.to_owned());
        }
        let born = match self.dice.random_range(0..1000) {
            0..60 => None,
            60..65 => Some(date(1900, 1, 1)),
            65..71 => Some(self.misread(person.born)),
            _ => Some(person.born),
        };
        let address = self.chance(70.0).then_some(person.address);
        self.record(Record {
            id: Uuid::nil(),
            human,
            platform,
            external_id: String::new(),
            name: Some(format!("{first} {last}")),
            parts: Some((first, preferred, last)),
            email,
            phones,
            born,
            address,
            attributes: json!({}),
            successor: None,
        })
    }

    fn chatwoot(&mut self, human: usize, cliniko: Option<&str>) {
        let person = self.humans[human].clone();
        let mut phone = self
            .now_or_once(person.mobile.as_ref(), person.mobile_once.as_ref(), 30.0)
            .filter(|_| self.chance(94.0));
        if let Some(partner) = person.partner.filter(|_| self.chance(0.7)) {
            phone = self.humans[partner].mobile.clone();
        }
        let mut email = self
            .now_or_once(person.email.as_ref(), person.email_once.as_ref(), 30.0)
            .filter(|_| self.chance(32.0));
        if phone.is_none() && email.is_none() {
            (phone, email) = (person.mobile.clone(), person.email.clone());
        }
        let named = cliniko.filter(|_| self.chance(45.0)).map(|right| match self.chance(0.3) {
            true => self.somebody_near(human).unwrap_or_else(|| right.to_owned()),
            false => right.to_owned(),
        });
        let name = self.shown(&person, phone.as_deref());
        let attributes = named.map_or(json!({}), |id| json!({ "custom": { "cliniko_id": id } }));
        self.chat(human, 2, name, phone, email, attributes);
        // Also wrote by e-mail, and became another contact.
        if let Some(email) = person.email.clone().filter(|_| self.chance(4.0)) {
            let name = self.shown(&person, None);
            self.chat(human, 2, name, None, Some(email), json!({}));
        }
    }

    fn manychat(&mut self, human: usize, cliniko: Option<&str>) {
        let person = self.humans[human].clone();
        let instagram = self.chance(4.0);
        let phone = self
            .now_or_once(person.mobile.as_ref(), person.mobile_once.as_ref(), 30.0)
            .filter(|_| !instagram);
        let email = person.email.clone().filter(|_| !instagram && self.chance(22.0));
        let named = cliniko.filter(|_| self.chance(40.0)).map(str::to_owned);
        let name = self.shown(&person, phone.as_deref());
        let attributes = named.map_or(json!({}), |id| json!({ "custom": { "cliniko_id": id } }));
        self.chat(human, 3, name, phone, email, attributes);
    }

    fn chat(
        &mut self,
        human: usize,
        platform: usize,
        name: Option<String>,
        phone: Option<String>,
        email: Option<String>,
        attributes: Value,
    ) {
        let phones = phone.into_iter().collect();
        self.record(Record {
            id: Uuid::nil(),
            human,
            platform,
            external_id: String::new(),
            name,
            parts: None,
            email,
            phones,
            born: None,
            address: None,
            attributes,
            successor: None,
        });
    }

    fn record(&mut self, mut record: Record) -> String {
        let place = self.records.len() as u128 + 1;
        record.id = Uuid::from_u128((0x0190_0000_0000_7000_8000 << 48) + place);
        record.external_id = (100_000 + self.records.len()).to_string();
        self.records.push(record);
        self.records.last().unwrap().external_id.clone()
    }

    /// The Cliniko id of somebody else of the household, entered by mistake.
    fn somebody_near(&self, human: usize) -> Option<String> {
        let address = &self.humans[human].address;
        let near = self.records.iter().rev().take(20);
        let mut near =
            near.filter(|r| r.platform == 0 && r.human != human && self.humans[r.human].address == *address);
        near.next().map(|record| record.external_id.clone())
    }

    fn now_or_once(&mut self, now: Option<&String>, once: Option<&String>, percent: f64) -> Option<String> {
        once.filter(|_| self.chance(percent)).or(now).cloned()
    }

    fn family_of(&mut self, person: &Human) -> String {
        person.once.clone().filter(|_| self.chance(40.0)).unwrap_or_else(|| person.family.clone())
    }

    /// A name as people show themselves.
    fn shown(&mut self, person: &Human, phone: Option<&str>) -> Option<String> {
        let given = person.called.filter(|_| self.chance(70.0)).unwrap_or(person.given);
        let family = self.family_of(person);
        let plain = match self.dice.random_range(0..1000) {
            0..25 => return phone.map(str::to_owned),
            25..35 => return Some(format!("{}_{}", self.pick(HEADS).to_lowercase(), self.pick(TAILS))),
            35..255 => given.to_owned(),
            255..300 => format!("{given} {}.", family.chars().next().unwrap_or('X')),
            300..315 => format!("{family} {given}"),
            315..325 => format!("{} {family}", given.chars().next().unwrap_or('X')),
            325..385 => format!("{given} {} {family}", person.middle.unwrap_or("")),
            _ => format!("{given} {family}"),
        };
        let plain = if self.chance(1.0) { self.mistyped(&plain) } else { plain };
        Some(match self.dice.random_range(0..100) {
            0..6 => plain.to_lowercase(),
            6..8 => plain.to_uppercase(),
            8..14 => format!("{plain} {}", self.pick(&["🌸", "✨", "💪", "🐾", "☀️"])),
            14..16 => plain.chars().map(unaccented).collect(),
            _ => plain,
        })
    }

    /// One slip of the fingers.
    fn mistyped(&mut self, text: &str) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        if letters.len() < 2 {
            return text.to_owned();
        }
        let at = self.dice.random_range(0..letters.len() - 1);
        match self.dice.random_range(0..4) {
            0 => letters.swap(at, at + 1),
            1 => {
                letters.remove(at);
            }
            2 => letters.insert(at, letters[at]),
            _ => letters[at] = self.pick(&['a', 'e', 'i', 'n', 's', 't', 'r', 'o']),
        }
        letters.into_iter().collect()
    }

    fn misdialled(&mut self, number: &str) -> String {
        let at = self.dice.random_range(5..number.len());
        let digit = self.dice.random_range(0..10).to_string();
        format!("{}{digit}{}", &number[..at], &number[at + 1..])
    }

    /// Day and month swapped, or a digit off.
    fn misread(&mut self, born: Date) -> Date {
        let swapped = Date::new(born.year(), born.day().min(12), born.month()).unwrap_or(born);
        let off = Date::new(born.year() - 1, born.month(), born.day()).unwrap_or(born);
        if self.chance(50.0) { swapped } else { off }
    }
}

fn unaccented(letter: char) -> char {
    match letter {
        'ë' | 'é' | 'è' => 'e',
        'ü' => 'u',
        'ö' | 'Ø' | 'ø' => 'o',
        'å' | 'á' => 'a',
        'ñ' => 'n',
        'ú' => 'u',
        'í' => 'i',
        other => other,
    }
}
