//! Files: an address that sends on, a signed link that ends, and what can go wrong with both.

use jiff::SignedDuration;
use routiq_simulators::chatwoot::{Fault, FileType, NewMessage, On, Settings, When};

use super::support::Lab;

const STORAGE: &str = "https://files.example.org";

/// An attachment's record, as the interface tells it.
async fn told(lab: &Lab, office: &crate::support::Office, conversation: i64) -> serde_json::Value {
    let list = lab.ok(office, &format!("conversations/{conversation}/messages")).await;
    let rows = list["payload"].as_array().unwrap();
    rows.iter().find(|row| row.get("attachments").is_some()).unwrap()["attachments"][0].clone()
}

async fn scene(settings: Settings) -> (Lab, crate::support::Office, i64, i64) {
    let lab = Lab::new(settings);
    let office = lab.office();
    let contact = lab.contact(&office, "Ana Invented", None);
    let conversation = lab.conversation(&office, contact);
    let new = NewMessage { attachments: vec![FileType::File], ..NewMessage::default() };
    let message = lab.chat.add_message(office.account, conversation, new).unwrap();
    (lab, office, conversation, message)
}

/// Where an answer sends on to.
fn onward(answer: &http::Response<bytes::Bytes>) -> String {
    assert_eq!(answer.status(), 302);
    answer.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_address_sends_on_to_a_signed_link_that_ends() {
    let (lab, office, conversation, message) =
        scene(Settings { storage: Some(STORAGE.to_owned()), ..Settings::default() }).await;
    let file = told(&lab, &office, conversation).await;
    let url = file["data_url"].as_str().unwrap().to_owned();
    let answer = lab.send("GET", &url, None, "").await.unwrap();
    let link = onward(&answer);
    assert!(link.starts_with(STORAGE) && link.contains("X-Amz-Expires=300"), "{link}");
    let answer = lab.send("GET", &link, None, "").await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/pdf");
    assert_eq!(answer.body().len() as u64, file["file_size"].as_u64().unwrap());
    assert_eq!(answer.body()[..], lab.chat.file(file["id"].as_i64().unwrap()).unwrap()[..]);
    let forged = link.replace("X-Amz-Date=2026", "X-Amz-Date=2027");
    assert_eq!(lab.send("GET", &forged, None, "").await.unwrap().status(), 403);
    lab.pass(301);
    assert_eq!(lab.send("GET", &link, None, "").await.unwrap().status(), 403, "it has ended");
    let again = onward(&lab.send("GET", &url, None, "").await.unwrap());
    assert_eq!(lab.send("GET", &again, None, "").await.unwrap().status(), 200, "a fresh one");
    lab.chat.delete_message(office.account, conversation, message).unwrap();
    assert_eq!(
        lab.send("GET", &url, None, "").await.unwrap().status(),
        404,
        "its message carries it no more"
    );
}

#[tokio::test]
async fn where_addresses_end_they_say_so_and_reading_again_brings_a_fresh_one() {
    let (lab, office, conversation, _) =
        scene(Settings { links_last: Some(600), ..Settings::default() }).await;
    let url = |file: &serde_json::Value| file["data_url"].as_str().unwrap().to_owned();
    let first = url(&told(&lab, &office, conversation).await);
    lab.pass(1);
    assert_eq!(first, url(&told(&lab, &office, conversation).await), "the same twice");
    assert_eq!(lab.send("GET", &first, None, "").await.unwrap().status(), 302);
    lab.pass(SignedDuration::from_mins(20).as_secs());
    assert_eq!(lab.send("GET", &first, None, "").await.unwrap().status(), 404);
    let second = url(&told(&lab, &office, conversation).await);
    assert_ne!(first, second);
    assert_eq!(lab.send("GET", &second, None, "").await.unwrap().status(), 302);
}

#[tokio::test]
async fn what_can_go_wrong_with_a_file() {
    let (lab, office, conversation, _) = scene(Settings::default()).await;
    let file = told(&lab, &office, conversation).await;
    let url = file["data_url"].as_str().unwrap().to_owned();
    let once = |fault, place: &str| lab.chat.fault(fault, On::path(place), When::ONCE);
    once(Fault::FileMoves("https://169.254.169.254/latest".to_owned()), "files/redirect");
    assert_eq!(onward(&lab.send("GET", &url, None, "").await.unwrap()), "https://169.254.169.254/latest");
    let link = onward(&lab.send("GET", &url, None, "").await.unwrap());
    once(Fault::FileGrows(10), "files/storage");
    let grown = lab.send("GET", &link, None, "").await.unwrap();
    assert_eq!(grown.body().len() as u64, file["file_size"].as_u64().unwrap() + 10);
    once(Fault::FileType, "files/storage");
    assert_eq!(lab.send("GET", &link, None, "").await.unwrap().headers()["content-type"], "text/html");
    once(Fault::CutBody, "files/storage");
    assert!(lab.send("GET", &link, None, "").await.is_err());
    once(Fault::Html(503), "files/redirect");
    assert_eq!(lab.send("GET", &url, None, "").await.unwrap().status(), 503);
    assert_eq!(lab.send("GET", &link, None, "").await.unwrap().status(), 200, "once only");
}
