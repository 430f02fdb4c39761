//! The description of exactly the routes there are, for people and generators.

use http::StatusCode;

use super::{
    reply::with_type,
    router::{Access, Route, get},
};

const DOCUMENT: &str = include_str!("openapi.json");

pub(super) fn routes() -> Vec<Route> {
    vec![get("/openapi.json", Access::Open, |_, _| async {
        Ok(with_type(StatusCode::OK, "application/json", DOCUMENT.as_bytes().to_vec()))
    })]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::http::Code;

    fn document() -> Value {
        serde_json::from_str(DOCUMENT).unwrap()
    }

    #[test]
    fn the_document_names_exactly_the_routes_there_are_and_who_may_call_them() {
        let document = document();
        let mut described = BTreeSet::new();
        for (path, operations) in document["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap() {
                if method == "parameters" {
                    continue;
                }
                let scheme =
                    operation["security"][0].as_object().and_then(|scheme| scheme.keys().next().cloned());
                let least = operation.pointer("/security/0/session/0").and_then(Value::as_str);
                let scheme = scheme.map(|scheme| format!("{scheme} {}", least.unwrap_or_default()));
                let scheme = scheme.unwrap_or_default().trim().to_owned();
                described.insert((method.to_uppercase(), path.clone(), scheme));
                for wanted in ["summary", "operationId"] {
                    assert!(operation[wanted].is_string(), "{method} {path} has no {wanted}");
                }
            }
        }
        let there: BTreeSet<_> = crate::http::routes()
            .iter()
            .map(|route| {
                let scheme = match route.access {
                    Access::Open => String::new(),
                    Access::Operator => "operator".to_owned(),
                    Access::Page => "page".to_owned(),
                    Access::SignedIn => "session".to_owned(),
                    Access::Member(least) => format!("session {least}"),
                };
                (route.method.to_string(), route.path.to_owned(), scheme)
            })
            .collect();
        assert_eq!(described, there);
    }

    #[test]
    fn every_reference_leads_somewhere_and_every_code_is_listed() {
        let document = document();
        let mut references = Vec::new();
        collect(&document, &mut references);
        for reference in references {
            let place = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(place).is_some(), "{reference}");
        }
        let listed =
            &document["components"]["schemas"]["Error"]["properties"]["error"]["properties"]["code"]["enum"];
        let listed: BTreeSet<&str> =
            listed.as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
        let there: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(listed, there);
    }

    fn collect<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value.as_str() {
                        Some(reference) if name == "$ref" => found.push(reference),
                        _ => collect(value, found),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            _ => {}
        }
    }
}
