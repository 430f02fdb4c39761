//! The interface: shapes, searches, writes, who may ask.

use jiff::SignedDuration;
use routiq_simulators::faults::{Fault, FaultRule, When};
use routiq_simulators::manychat::{Channel, Command, FieldKind, NewSubscriber, NothingFound, Settings};
use routiq_simulators::surprises::Surprise;
use serde_json::json;

use crate::common::{get, json as read, post};
use crate::lab;

#[tokio::test]
async fn ids_are_texts_beyond_doubles_and_fields_and_tags_are_lists() {
    let lab = lab(Settings::default());
    let id = lab.someone();
    let (text, unset) = (lab.field("cliniko_id", FieldKind::Text), lab.field("vip", FieldKind::Boolean));
    let tag = lab.tag("New lead");
    let page = lab.page;
    let set = Command::SetField { page, subscriber: id, field: text, value: Some(json!("55")) };
    lab.manychat.command(set).unwrap();
    lab.manychat.command(Command::Tag { page, subscriber: id, tag }).unwrap();
    lab.manychat.write(page, id, Some("Is Monday free?")).unwrap();
    let it = lab.info(id).await;
    assert_eq!((&it["id"], &it["page_id"]), (&json!(id.to_string()), &json!(page.to_string())));
    assert!(id > 1 << 53);
    assert_ne!(id as f64 as u64, id, "a double would lose it");
    assert_eq!(it["custom_fields"][0]["value"], "55");
    assert_eq!(
        (&it["custom_fields"][1]["id"], &it["custom_fields"][1]["value"]),
        (&json!(unset), &json!(null))
    );
    assert_eq!(it["tags"], json!([{"id": tag, "name": "New lead"}]));
    assert_eq!(it["last_interaction"], "2026-06-02T09:00:00+08:00", "the page's own offset, no UTC");
    assert_eq!((&it["timezone"], &it["last_input_text"]), (&json!("UTC+08"), &json!("Is Monday free?")));
    assert!(it["email"].is_null() && it.get("status").is_none() && it.get("key").is_none());
    let (_, info) = lab.ask("/fb/page/getInfo").await;
    assert_eq!((&info["data"]["id"], &info["data"]["timezone"]), (&json!(page), &json!("Australia/Perth")));
}

#[tokio::test]
async fn nobody_can_be_listed_and_unknown_methods_are_not_found() {
    let lab = lab(Settings::default());
    for path in ["/fb/subscriber/list", "/fb/subscriber", "/fb/page/getMessages", "/subscriber/getInfo"] {
        assert_eq!(lab.ask(path).await.0, 404, "{path}");
    }
    assert_eq!(lab.tell("/fb/subscriber/getInfo", json!({})).await.0, 404, "reading is not POST");
}

#[tokio::test]
async fn searches_want_the_exact_thing() {
    let lab = lab(Settings { nothing_found: NothingFound::Array, ..Settings::default() });
    let id = lab.someone();
    let texts = [("first_name", "Ana"), ("phone", "+61491570002"), ("email", "ana@example.org")];
    let ana = lab.manychat.add_subscriber(lab.page, NewSubscriber::new(Channel::Messenger, &texts)).unwrap();
    let find = async |query: &str| lab.ask(&format!("/fb/subscriber/findBySystemField?{query}")).await.1;
    assert_eq!(find("phone=%2B61491570002").await["data"]["id"], ana.to_string(), "one, not a list");
    assert_eq!(find("phone=+61491570002").await["data"], json!([]), "an open plus is a space");
    assert_eq!(find("email=ANA%40example.org").await["data"]["id"], ana.to_string());
    assert_eq!(find("phone=%2B61491570001").await["data"], json!([]), "only a WhatsApp number");
    assert_eq!(find("phone=1&email=2").await["status"], "error");
    let (_, named) = lab.ask("/fb/subscriber/findByName?name=Orla+Tamsin").await;
    assert_eq!(named["data"][0]["id"], id.to_string());
    assert_eq!(lab.ask("/fb/subscriber/findByName?name=Orla").await.1["data"], json!([]), "the full name");

    let field = lab.field("cliniko_id", FieldKind::Text);
    for it in [id, ana] {
        lab.hand.pass(SignedDuration::from_secs(1));
        let set = Command::SetField { page: lab.page, subscriber: it, field, value: Some(json!("7")) };
        lab.manychat.command(set).unwrap();
    }
    let (_, found) =
        lab.ask(&format!("/fb/subscriber/findByCustomField?field_id={field}&field_value=7")).await;
    assert_eq!(found["data"][0]["id"], ana.to_string(), "by the last change of the field");
    let vip = lab.field("vip", FieldKind::Boolean);
    let (status, _) =
        lab.ask(&format!("/fb/subscriber/findByCustomField?field_id={vip}&field_value=true")).await;
    assert_eq!(status, 400, "text and number fields only");
}

#[tokio::test]
async fn a_hundred_namesakes_hide_the_rest_silently() {
    let lab = lab(Settings::default());
    for n in 0..103 {
        lab.whatsapp("Orla", &format!("+6149157{n:04}"));
    }
    let (_, found) = lab.ask("/fb/subscriber/findByName?name=orla%20tamsin").await;
    assert_eq!(found["data"].as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn nothing_found_is_told_in_three_ways() {
    let lab = lab(Settings::default());
    let mut told = Vec::new();
    for _ in 0..3 {
        let (status, body) = lab.ask("/fb/subscriber/findBySystemField?phone=%2B61491570009").await;
        told.push((status, body["data"].clone()));
    }
    assert!(told.contains(&(200, json!([]))) && told.contains(&(200, json!({}))));
    assert!(told.contains(&(400, json!(null))));
    let wrapped =
        crate::lab(Settings { found_in_a_list: true, phone_finds_whatsapp: true, ..Settings::default() });
    let id = wrapped.someone();
    let (_, body) = wrapped.ask("/fb/subscriber/findBySystemField?phone=%2B61491570001").await;
    assert_eq!(body["data"][0]["id"], id.to_string());
}

#[tokio::test]
async fn refusals_have_two_shapes_and_may_come_with_200() {
    let lab = lab(Settings::default());
    let mut shapes = Vec::new();
    for _ in 0..5 {
        let (status, body) = lab.ask("/fb/subscriber/getInfo?subscriber_id=1").await;
        assert_eq!((status, &body["status"]), (400, &json!("error")));
        shapes.push(body["details"]["messages"][0]["message"] == "Subscriber does not exist");
    }
    assert!(shapes.contains(&true) && shapes.contains(&false), "details are not always there");
    let (status, body) = lab.ask("/fb/subscriber/getInfoByUserRef?user_ref=-1").await;
    assert_eq!((status, &body["code"]), (400, &json!(2011)));
    let name = "-15430000000000000001";
    let opt_in = Command::OptIn { page: lab.page, user_ref: name.to_owned(), subscriber: None };
    lab.manychat.command(opt_in).unwrap();
    let (_, body) = lab.ask(&format!("/fb/subscriber/getInfoByUserRef?user_ref={name}")).await;
    assert_eq!(body["code"], 2012);
    let id = lab.someone();
    let opt_in = Command::OptIn { page: lab.page, user_ref: name.to_owned(), subscriber: Some(id) };
    lab.manychat.command(opt_in).unwrap();
    let (_, body) = lab.ask(&format!("/fb/subscriber/getInfoByUserRef?user_ref={name}")).await;
    assert_eq!(body["data"]["user_refs"][0]["user_ref"], name);

    let kind = crate::lab(Settings { errors_with_200: true, ..Settings::default() });
    let (status, body) = kind.ask("/fb/subscriber/getInfo?subscriber_id=1").await;
    assert_eq!((status, &body["status"]), (200, &json!("error")));
}

#[tokio::test]
async fn writes_want_numbers_for_ids_and_values_of_the_field_s_type() {
    let lab = lab(Settings::default());
    let id = lab.someone();
    let fields = [
        (lab.field("t", FieldKind::Text), json!("x"), json!(1)),
        (lab.field("n", FieldKind::Number), json!(3), json!("3")),
        (lab.field("b", FieldKind::Boolean), json!(true), json!("true")),
        (lab.field("d", FieldKind::Date), json!("2026-06-05"), json!("5 June")),
        (
            lab.field("w", FieldKind::Datetime),
            json!("2026-06-05T09:00:00+08:00"),
            json!("2026-06-05T09:00:00"),
        ),
    ];
    for (field, right, wrong) in fields {
        lab.hand.pass(SignedDuration::from_secs(1));
        let body = |value| json!({"subscriber_id": id, "field_id": field, "field_value": value});
        assert_eq!(lab.tell("/fb/subscriber/setCustomField", body(right)).await.0, 200);
        assert_eq!(lab.tell("/fb/subscriber/setCustomField", body(wrong)).await.0, 400);
    }
    let by_name = json!({"subscriber_id": id, "field_name": "T", "field_value": "y"});
    assert_eq!(lab.tell("/fb/subscriber/setCustomFieldByName", by_name).await.0, 200, "case does not count");
    let as_text = json!({"subscriber_id": id.to_string(), "field_name": "t", "field_value": "y"});
    assert_eq!(lab.tell("/fb/subscriber/setCustomFieldByName", as_text).await.0, 400);
    let many: Vec<_> = (0..21).map(|_| json!({"field_name": "t", "field_value": "z"})).collect();
    let many = json!({"subscriber_id": id, "fields": many});
    assert_eq!(lab.tell("/fb/subscriber/setCustomFields", many).await.0, 400);
    let several = json!({"subscriber_id": id, "fields": [{"field_name": "t", "field_value": "z"}]});
    let (_, done) = lab.tell("/fb/subscriber/setCustomFields", several).await;
    assert_eq!(done, json!({"status": "success"}), "no data");

    let unknown = json!({"subscriber_id": id, "tag_name": "Fresh"});
    assert_eq!(lab.tell("/fb/subscriber/addTagByName", unknown.clone()).await.0, 400, "it must exist");
    let (_, made) = lab.tell("/fb/page/createTag", json!({"name": "Fresh"})).await;
    assert!(made["data"]["tag"]["id"].is_u64());
    assert_eq!(lab.tell("/fb/subscriber/addTagByName", unknown).await.0, 200);
    let ledger = lab.manychat.ledger(lab.page).unwrap();
    assert_eq!(
        (&ledger.subscribers[0].tags[0], &ledger.subscribers[0].custom_fields["t"]),
        (&"Fresh".to_owned(), &json!("z"))
    );
    let bare = get("/fb/page/createTag", "x").map(|_| bytes::Bytes::from_static(b"{}"));
    let (mut parts, body) = bare.into_parts();
    parts.method = http::Method::POST;
    parts.headers.insert("authorization", format!("Bearer {}", lab.token).parse().unwrap());
    let (status, _) = read(lab.manychat.handle(http::Request::from_parts(parts, body)).await.unwrap());
    assert_eq!(status, 400, "bodies name their type");
}

#[tokio::test]
async fn people_are_made_once_and_consent_must_be_said() {
    let lab = lab(Settings::default());
    let make = async |body| lab.tell("/fb/subscriber/createSubscriber", body).await;
    assert_eq!(make(json!({"first_name": "Ana"})).await.0, 400, "an address is needed");
    assert_eq!(make(json!({"phone": "+61491570003"})).await.0, 400, "consent is needed");
    assert_eq!(make(json!({"phone": "+61491570003", "has_opt_in_sms": true})).await.0, 400, "and its words");
    let whole = json!({"phone": "+61491570003", "has_opt_in_sms": true, "consent_phrase": "I agree", "first_name": "Ana"});
    let (status, made) = make(whole.clone()).await;
    assert_eq!((status, &made["data"]["optin_phone"]), (200, &json!(true)));
    assert_eq!(make(whole).await.0, 400, "a second one is refused");
    assert_eq!(make(json!({"whatsapp_phone": "+61491570004"})).await.0, 200);
    let id: u64 = made["data"]["id"].as_str().unwrap().parse().unwrap();
    let change = json!({"subscriber_id": id, "last_name": "Marsh", "whatsapp_phone": "+61491570005"});
    let (_, changed) = lab.tell("/fb/subscriber/updateSubscriber", change).await;
    assert_eq!(changed["data"]["name"], "Ana Marsh");
    assert!(changed["data"]["whatsapp_phone"].is_null(), "not to be set here");
}

#[tokio::test]
async fn a_new_token_ends_the_old_one_and_who_left_is_an_error() {
    let mut lab = lab(Settings::default());
    let id = lab.someone();
    assert!(lab.token.starts_with(&format!("{}:", lab.page)));
    let second = lab.manychat.reissue_token(lab.page).unwrap();
    assert_eq!(lab.ask("/fb/page/getInfo").await.0, 401);
    lab.token = second;
    assert_eq!(lab.ask("/fb/page/getInfo").await.0, 200);
    lab.manychat.command(Command::SetPro { page: lab.page, pro: false }).unwrap();
    assert_eq!(lab.ask("/fb/page/getInfo").await.0, 403);
    lab.manychat.command(Command::SetPro { page: lab.page, pro: true }).unwrap();
    lab.manychat.command(Command::Unsubscribe { page: lab.page, subscriber: id }).unwrap();
    assert_eq!(lab.ask(&format!("/fb/subscriber/getInfo?subscriber_id={id}")).await.0, 400);
    lab.manychat.write(lab.page, id, Some("I am back")).unwrap();
    assert_eq!(lab.info(id).await["last_input_text"], "I am back");
    lab.manychat.revoke_token(lab.page).unwrap();
    assert_eq!(lab.ask("/fb/page/getInfo").await.0, 401);
    let stranger = post("/fb/page/createTag", "Basic x", &json!({"name": "x"}));
    assert_eq!(read(lab.manychat.handle(stranger).await.unwrap()).0, 401);
}

#[tokio::test]
async fn a_chosen_record_can_be_anything() {
    let lab = lab(Settings::default());
    let (id, other) = (lab.someone(), lab.whatsapp("Ines", "+61491570002"));
    lab.manychat.write(lab.page, id, Some("Hi")).unwrap();
    for (surprise, field, expected) in [
        (Surprise::Null, "first_name", json!(null)),
        (Surprise::AsNumber, "id", json!(id)),
        (Surprise::ImpossibleDate, "last_interaction", json!("2026-02-31T25:61:00Z")),
        (Surprise::Unknown, "timezone", json!("never-heard-of")),
        (Surprise::Enormous(100_000), "last_input_text", json!("x".repeat(100_000))),
    ] {
        lab.manychat.clear_faults();
        let (record, field_name) = (Some(id.to_string()), Some(field.to_owned()));
        let fault = Fault::Surprise { surprise, record, field: field_name };
        lab.manychat.fault(FaultRule { fault, path: None, when: When::Always });
        assert_eq!(lab.info(id).await[field], expected);
        assert_eq!(lab.info(other).await["first_name"], "Ines", "nobody else");
        lab.hand.pass(SignedDuration::from_secs(1));
    }
}
