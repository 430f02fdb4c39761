//! Reading people: by id or by an exact search. Nobody can be listed.

use serde_json::{Value, json};

use super::NothingFound;
use super::json as shape;
use super::routes::{No, Said, invalid};
use super::state::{FieldKind, Page, Status, Subscriber};
use super::world::World;
use crate::house::Asked;

/// The most people a search shows; nothing says that there are more.
const MOST: usize = 100;

fn living(page: &Page) -> impl Iterator<Item = &Subscriber> {
    page.subscribers.values().filter(|it| it.status == Status::Active)
}

fn shown<'a>(page: &Page, people: impl Iterator<Item = &'a Subscriber>) -> Value {
    people.take(MOST).map(|it| shape::subscriber(page, it)).collect()
}

impl World {
    pub(super) fn subscriber_reads(&mut self, page: u64, method: &str, asked: &Asked<'_>) -> Said {
        let need = |name: &str| {
            let text = asked.get(name).filter(|text| !text.is_empty());
            text.ok_or_else(|| invalid(&format!("{name} is required")))
        };
        let of = self.pages.get(&page).ok_or(No::Unknown)?;
        match method {
            "getInfo" => {
                let id = need("subscriber_id")?.parse::<u64>().ok();
                let known =
                    id.and_then(|id| of.subscribers.get(&id)).filter(|it| it.status == Status::Active);
                let known = known.ok_or_else(|| invalid("Subscriber does not exist"))?;
                Ok(Some(shape::subscriber(of, known)))
            }
            "getInfoByUserRef" => match of.user_refs.get(need("user_ref")?) {
                None => Err(No::Coded(2011, "User ref does not exist")),
                Some((None, _)) => Err(No::Coded(2012, "User ref is not linked to a subscriber yet")),
                Some((Some(id), _)) => {
                    let known = of.subscribers.get(id).ok_or_else(|| invalid("Subscriber does not exist"))?;
                    Ok(Some(shape::subscriber(of, known)))
                }
            },
            "findByName" => {
                let name = need("name")?;
                Ok(Some(shown(of, living(of).filter(|it| it.name().eq_ignore_ascii_case(name)))))
            }
            "findByCustomField" => {
                let (id, value) = (need("field_id")?, need("field_value")?);
                let id: u64 = id.parse().map_err(|_| invalid("field_id must be an integer"))?;
                let field = of.fields.get(&id).ok_or_else(|| invalid("Field does not exist"))?;
                if !matches!(field.kind, FieldKind::Text | FieldKind::Number) {
                    return Err(invalid("Only text and number fields can be searched"));
                }
                let wanted = |known: &Value| match known {
                    Value::String(text) => text == value,
                    other => value.parse::<f64>().is_ok_and(|value| other.as_f64() == Some(value)),
                };
                let mut found: Vec<_> = living(of)
                    .filter_map(|it| Some((it.custom.get(&id).filter(|(known, _)| wanted(known))?.1, it)))
                    .collect();
                found.sort_by_key(|(at, it)| (std::cmp::Reverse(*at), it.id));
                Ok(Some(shown(of, found.into_iter().map(|(_, it)| it))))
            }
            "findBySystemField" => {
                let found = match (asked.get("email"), asked.get("phone")) {
                    (Some(email), None) => living(of)
                        .find(|it| it.text("email").is_some_and(|known| known.eq_ignore_ascii_case(email))),
                    (None, Some(phone)) => {
                        let whatsapp = self.settings.phone_finds_whatsapp;
                        living(of).find(|it| {
                            it.text("phone") == Some(phone)
                                || whatsapp && it.text("whatsapp_phone") == Some(phone)
                        })
                    }
                    _ => return Err(invalid("Exactly one of email and phone is required")),
                };
                let found = found.map(|it| shape::subscriber(of, it));
                match found {
                    Some(found) if self.settings.found_in_a_list => Ok(Some(json!([found]))),
                    Some(found) => Ok(Some(found)),
                    None => self.nobody(),
                }
            }
            _ => Err(No::Unknown),
        }
    }

    fn nobody(&mut self) -> Said {
        self.turns += 1;
        match (self.settings.nothing_found, self.turns % 3) {
            (NothingFound::Error, _) | (NothingFound::Turns, 0) => Err(invalid("Subscriber does not exist")),
            (NothingFound::Array, _) | (NothingFound::Turns, 1) => Ok(Some(json!([]))),
            _ => Ok(Some(json!({}))),
        }
    }
}
