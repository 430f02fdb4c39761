//! Requests to us: what they say, how they are signed, what is tried again.

use std::collections::BTreeMap;

use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Request;
use jiff::SignedDuration;
use routiq_simulators::hooks::{Failure, HookFaults};
use routiq_simulators::twilio::{Fate, Inbound, Sender, SharedKey};

use crate::common::{Ear, body, header};
use crate::{Lab, NUMBER, WHATSAPP, lab};

const HOOK: &str = "https://hooks.example.test/v1/twilio/inbound?tenant=t_1";

fn sender(inbound: &str) -> Sender {
    Sender { inbound: Some(inbound.to_owned()), ..Sender::default() }
}

fn form(request: &Request<Bytes>) -> Vec<(String, String)> {
    form_urlencoded::parse(request.body()).into_owned().collect()
}

fn fields(request: &Request<Bytes>) -> BTreeMap<String, String> {
    form(request).into_iter().collect()
}

fn signed(key: &str, text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes());
    STANDARD.encode(hmac::sign(&key, text.as_bytes()).as_ref())
}

/// What is signed for a form, from the request alone.
fn text(url: &str, request: &Request<Bytes>) -> String {
    let mut pairs = form(request);
    pairs.sort();
    pairs.dedup();
    pairs.iter().fold(url.to_owned(), |text, (name, value)| text + name + value)
}

fn write(lab: &Lab, to: &str, body: &str) -> String {
    let from = if to.starts_with("whatsapp:") { "whatsapp:+15555550123" } else { "+15555550123" };
    let message =
        Inbound { from: from.to_owned(), to: to.to_owned(), body: body.to_owned(), ..Inbound::default() };
    lab.twilio.receive(message).unwrap()
}

#[tokio::test]
async fn a_form_carries_everything_and_every_parameter_is_signed() {
    let lab = lab(&sender(HOOK));
    let sid = write(&lab, WHATSAPP, "Sí, confirmo la cita & gracias 👍");
    write(&lab, NUMBER, "Hi");
    let requests = Ear::new(200).hear(&lab.twilio).await;
    let [whatsapp, sms] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!(whatsapp.uri(), HOOK);
    for request in [whatsapp, sms] {
        assert!(header(request, "content-type").starts_with("application/x-www-form-urlencoded"));
        assert_eq!(header(request, "x-twilio-signature"), signed(&lab.token, &text(HOOK, request)));
    }
    let told = fields(whatsapp);
    assert_eq!(told["Body"], "Sí, confirmo la cita & gracias 👍");
    assert_eq!((&told["MessageSid"], &told["SmsSid"], &told["AccountSid"]), (&sid, &sid, &lab.account));
    assert_eq!((told["WaId"].as_str(), told["SmsStatus"].as_str()), ("15555550123", "received"));
    assert_eq!(fields(sms)["FromCity"], "", "empty texts are there and signed");
    assert!(!fields(sms).contains_key("WaId"));
}

#[tokio::test]
async fn json_is_signed_through_its_hash_and_get_through_its_address() {
    let json = lab(&Sender { as_json: true, ..sender(HOOK) });
    write(&json, NUMBER, "Hi");
    let request = Ear::new(200).hear(&json.twilio).await.remove(0);
    let hash: String = digest::digest(&digest::SHA256, request.body())
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let url = format!("{HOOK}&bodySHA256={hash}");
    assert_eq!(request.uri().to_string(), url);
    assert_eq!(header(&request, "x-twilio-signature"), signed(&json.token, &url));
    assert_eq!(body(&request)["Body"], "Hi");

    let get = lab(&Sender { by_get: true, ..sender("https://hooks.example.test/in") });
    write(&get, NUMBER, "Hi");
    let request = Ear::new(200).hear(&get.twilio).await.remove(0);
    assert_eq!((request.method().as_str(), request.body().len()), ("GET", 0));
    assert!(request.uri().query().unwrap().contains("Body=Hi"));
    assert_eq!(header(&request, "x-twilio-signature"), signed(&get.token, &request.uri().to_string()));
}

#[tokio::test]
async fn tokens_are_promoted_and_keys_shared() {
    let lab = lab(&sender(HOOK));
    let second = lab.twilio.add_token(&lab.account).unwrap();
    let ear = Ear::new(200);
    let sign = async |key: &str| {
        write(&lab, NUMBER, "Hi");
        let request = ear.hear(&lab.twilio).await.remove(0);
        (header(&request, "x-twilio-signature") == signed(key, &text(HOOK, &request)), request)
    };
    assert!(sign(&lab.token).await.0, "a second token signs nothing yet");
    lab.twilio.promote_token(&lab.account).unwrap();
    assert!(sign(&second).await.0);
    let key = SharedKey { id: "SK1".to_owned(), secret: "shared".to_owned(), sha256: true };
    lab.twilio.share_key(&lab.account, Some(key)).unwrap();
    let (old, request) = sign(&second).await;
    assert!(!old);
    assert_eq!(header(&request, "x-twilio-webhooks-signature-settings"), "key=SK1,algorithm=HMAC_SHA256");
    assert_eq!(header(&request, "x-twilio-signature").len(), 44);
}

#[tokio::test]
async fn repeated_parameters_media_and_people_without_a_number() {
    let lab = lab(&sender(HOOK));
    let name = "whatsapp:US.13491208655302741918";
    let extra = [("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")];
    let message = Inbound {
        from: name.to_owned(),
        to: WHATSAPP.to_owned(),
        media: vec!["image/jpeg".to_owned()],
        extra: extra.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        ..Inbound::default()
    };
    lab.twilio.receive(message).unwrap();
    let request = Ear::new(200).hear(&lab.twilio).await.remove(0);
    let told = fields(&request);
    assert_eq!((told["From"].as_str(), told["NumMedia"].as_str(), told["Body"].as_str()), (name, "1", ""));
    assert!(!told.contains_key("WaId") && told["MediaUrl0"].contains("/Media/ME"));
    assert_eq!(form(&request).iter().filter(|(name, _)| name == "Digits").count(), 3);
    assert_eq!(header(&request, "x-twilio-signature"), signed(&lab.token, &text(HOOK, &request)));
}

#[tokio::test]
async fn by_default_only_a_refused_connection_is_tried_again_and_the_second_address_comes_after() {
    let lab = lab(&Sender { fallback: Some("https://b.example.test/x".to_owned()), ..sender(HOOK) });
    let ear = Ear::new(500);
    write(&lab, NUMBER, "Hi");
    let heard = ear.hear(&lab.twilio).await;
    let urls: Vec<String> = heard.iter().map(|request| request.uri().to_string()).collect();
    assert_eq!(urls, [HOOK, "https://b.example.test/x"]);
    assert_eq!(fields(&heard[1])["ErrorCode"], "11200");
    ear.fail(Failure::Refused);
    write(&lab, NUMBER, "Hi");
    let heard = ear.hear(&lab.twilio).await;
    let urls: Vec<String> = heard.iter().map(|request| request.uri().to_string()).collect();
    assert_eq!(urls[..3], [HOOK, HOOK, "https://b.example.test/x"]);
    let token = |n: usize| header(&heard[n], "i-twilio-idempotency-token");
    assert_eq!(token(0), token(1), "the same over retries");
    assert!(lab.twilio.troubles().iter().any(|trouble| trouble.code == 11_205));
}

#[tokio::test]
async fn the_fragment_asks_for_more_and_is_not_sent() {
    let url = format!("{HOOK}#rc=3&rp=ct,rt,5xx");
    let lab = lab(&sender(&url));
    let ear = Ear::new(503);
    write(&lab, NUMBER, "Hi");
    let heard = ear.hear(&lab.twilio).await;
    assert_eq!(heard.len(), 4);
    assert!(heard.iter().all(|request| request.uri() == HOOK));
    assert_eq!(header(&heard[3], "x-twilio-signature"), signed(&lab.token, &text(HOOK, &heard[3])));
}

#[tokio::test]
async fn each_step_of_a_message_is_told_but_the_first_and_may_come_swapped() {
    let lab = lab(&Sender::default());
    let callback = "https://hooks.example.test/status?m=1";
    let sid = lab.twilio.send(NUMBER, "+15555550123", "Hi", Some(callback), Fate::Read).unwrap();
    lab.twilio.send(NUMBER, "+15555550124", "Hi", Some(callback), Fate::Undelivered(30_003)).unwrap();
    let ear = Ear::new(204);
    assert!(ear.hear(&lab.twilio).await.is_empty());
    lab.hand.pass(SignedDuration::from_mins(5));
    let heard = ear.hear(&lab.twilio).await;
    let of = |sid: &str| -> Vec<String> {
        let theirs = heard.iter().map(fields).filter(|told| told["MessageSid"] == sid);
        theirs.map(|told| told["MessageStatus"].clone()).filter(|status| status != "sending").collect()
    };
    assert_eq!(of(&sid), ["sent", "delivered", "read"]);
    let failed = heard.iter().map(fields).find(|told| told["MessageStatus"] == "undelivered").unwrap();
    assert_eq!(failed["ErrorCode"], "30003");
    assert_eq!(header(&heard[0], "x-twilio-signature"), signed(&lab.token, &text(callback, &heard[0])));
    let ledger = lab.twilio.ledger(&lab.account).unwrap();
    assert_eq!((ledger.messages[0].status, ledger.messages[1].error_code), ("read", Some(30_003)));

    lab.twilio.set_hook_faults(HookFaults { drop: 0.2, double: 0.2, reorder: 0.6, ..HookFaults::default() });
    for _ in 0..30 {
        lab.twilio.send(NUMBER, "+15555550123", "Hi", Some(callback), Fate::Delivered).unwrap();
    }
    let mut swapped = false;
    let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for _ in 0..60 {
        lab.hand.pass(SignedDuration::from_millis(250));
        for told in ear.hear(&lab.twilio).await.iter().map(fields) {
            let before = seen.entry(told["MessageSid"].clone()).or_default();
            swapped |= told["MessageStatus"] == "sent" && before.contains(&"delivered".to_owned());
            before.push(told["MessageStatus"].clone());
        }
    }
    let totals = lab.twilio.hook_totals();
    assert!(swapped && totals.undelivered["lost"] > 0 && totals.doubled > 0, "{totals:?}");
}

#[tokio::test]
async fn who_says_stop_gets_nothing_more_and_the_word_is_still_told() {
    let plain = lab(&sender(HOOK));
    let ear = Ear::new(200);
    write(&plain, NUMBER, " Stop ");
    assert!(!fields(&ear.hear(&plain.twilio).await[0]).contains_key("OptOutType"));
    plain.twilio.send(NUMBER, "+15555550123", "Hi", None, Fate::Delivered).unwrap();
    plain.hand.pass(SignedDuration::from_secs(10));
    let ledger = plain.twilio.ledger(&plain.account).unwrap();
    assert_eq!((ledger.messages[1].status, ledger.messages[1].error_code), ("failed", Some(21_610)));
    assert_eq!(ledger.stopped.len(), 1);
    write(&plain, NUMBER, "start");
    assert!(plain.twilio.ledger(&plain.account).unwrap().stopped.is_empty());
    write(&plain, WHATSAPP, "STOP");
    assert!(plain.twilio.ledger(&plain.account).unwrap().stopped.is_empty(), "not for WhatsApp");

    let advanced = lab(&Sender { advanced_opt_out: true, ..sender(HOOK) });
    write(&advanced, WHATSAPP, "STOP");
    assert_eq!(fields(&ear.hear(&advanced.twilio).await[0])["OptOutType"], "STOP");
    assert_eq!(advanced.twilio.ledger(&advanced.account).unwrap().stopped.len(), 1);
}

#[tokio::test]
async fn an_answer_of_the_wrong_kind_is_noticed() {
    use bytes::Bytes;
    use http::Response;
    use routiq_simulators::hooks;
    let lab = lab(&sender(HOOK));
    for (kind, text, trouble) in [
        ("text/xml", "<Response/>", None),
        ("application/json", "{}", Some(12_300)),
        ("text/xml", " <Response/>", Some(12_100)),
    ] {
        write(&lab, NUMBER, "Hi");
        let before = lab.twilio.troubles().len();
        let sink = move |_: Request<Bytes>| async move {
            Ok::<_, Failure>(
                Response::builder().header("content-type", kind).body(Bytes::from(text)).unwrap(),
            )
        };
        hooks::deliver(&lab.twilio, &sink, false).await;
        let found = lab.twilio.troubles().get(before).map(|trouble| trouble.code);
        assert_eq!(found, trouble, "{kind} {text:?}");
    }
}
