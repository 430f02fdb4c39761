//! What a practice lives through: first import, news, sweeps, faults.

use jiff::SignedDuration;
use routiq_actors::port;
use serde_json::json;

use super::{
    Practice,
    fake::{Contact, Conversation, Message, history},
    start,
};
use crate::{
    domain::{change::Kind, stream::Urgency},
    platforms::PlatformError,
};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

#[tokio::test]
async fn a_first_import_is_complete_and_proven() {
    let mut practice = Practice::new(history(120, 90));
    // A long history, half of it imported later with old times and new ids.
    practice.fake.with(|world| {
        let live = (0..1_300).map(|n| (50_000 + n, world.now - 400_000 + n as i64 * 60));
        let imported = (0..1_400).map(|n| (60_000 + n, world.now - 4_900_000 - n as i64));
        let long = live.chain(imported).collect::<Vec<_>>();
        world.messages.extend(long.into_iter().map(|(id, created)| Message {
            id,
            conversation: 9,
            created,
            status: "read",
        }));
    });
    practice.settle().await;
    practice.assert_equal();
    assert!(practice.store.rejected.is_empty());

    let first: Vec<_> =
        practice.calls.iter().take(3).map(|call| (call.stream, call.what["ask"].clone())).collect();
    assert_eq!(
        first,
        [("inboxes", json!("profile")), ("inboxes", json!("table")), ("agents", json!("table"))]
    );
    for stream in ["inboxes", "agents", "contacts", "conversations"] {
        let proven = practice.store.proven(stream).unwrap();
        assert!(proven >= start() && proven <= practice.now, "{stream} {proven}");
    }
    assert_eq!(practice.store.proven("messages"), None, "the store proves them from what is due");
    let progress = &practice.store.backfill["conversations"];
    assert_eq!((progress.first(), progress.last()), (Some(&(25, 90)), Some(&(90, 90))));
    assert_eq!(practice.store.conversation(2).status, "pending");
    assert_eq!(practice.store.conversation(2).contact.as_deref(), Some("2"));
    assert_eq!(practice.store.message(21).sequence, Some(21));
}

#[tokio::test]
async fn nothing_is_proven_before_the_first_listing_ends() {
    let mut practice = Practice::new(history(80, 200));
    while practice.calls.iter().filter(|call| call.stream == "conversations").count() < 3 {
        practice.step().await.unwrap();
        assert_eq!(practice.store.proven("conversations"), None);
        assert_eq!(practice.store.proven("contacts"), None);
    }
    practice.settle().await;
    assert!(practice.store.proven("conversations").is_some());
}

#[tokio::test]
async fn every_request_may_fail_once_and_every_step_may_be_the_last_of_its_process() {
    let mut practice = Practice::new(history(70, 60));
    practice.flaky = true;
    practice.settle().await;
    practice.assert_equal();
    // The store keeps nothing but text between any two steps.
    let mut calm = Practice::new(history(70, 60));
    calm.settle().await;
    assert_eq!(practice.store.living("messages"), calm.store.living("messages"));
}

#[tokio::test]
async fn an_unchanged_practice_writes_nothing_more() {
    let mut practice = Practice::new(history(40, 40));
    practice.settle().await;
    let written = practice.store.written;
    practice.live(MINUTE * 10).await;
    practice.store.sweep_requested_at = Some(practice.now);
    practice.live(MINUTE).await;
    assert_eq!(practice.store.written, written);
    practice.assert_equal();
}

#[tokio::test]
async fn contacts_with_one_creation_time_and_unstable_order_are_all_found() {
    let fake = history(100, 0);
    fake.with(|world| {
        world.unstable = true;
        let now = world.now;
        let email = Some("a@example.org".to_owned());
        world.contacts = (1..=100)
            .map(|id| Contact { id, email: email.clone(), created: now - 1_000, ..Contact::default() })
            .collect();
    });
    let mut practice = Practice::new(fake);
    practice.live(MINUTE * 30).await;
    practice.assert_equal();
}

#[tokio::test]
async fn a_page_that_repeats_the_one_before_hides_nothing() {
    for page in [1, 2, 4] {
        let fake = history(100, 0);
        fake.with(|world| world.repeats = Some(page));
        let mut practice = Practice::new(fake);
        practice.settle().await;
        practice.fake.with(|world| world.contacts.retain(|contact| contact.email.is_some()));
        practice.assert_equal();
    }
}

#[tokio::test]
async fn a_listing_that_shrinks_under_way_skips_nobody() {
    for (at, lost) in [(2, 1), (3, 20), (4, 40), (5, 3)] {
        let fake = history(100, 150);
        fake.with(|world| {
            world.hook = Some(Box::new(move |world, asked| {
                let page = format!("page={at}&");
                if asked.contains(&page) && asked.contains("created_at") && world.contacts.len() > 80 {
                    world.contacts.drain(..lost.min(19));
                }
                if asked.contains(&page)
                    && asked.contains("created_at_asc")
                    && world.conversations.len() == 150
                {
                    world.conversations.drain(..lost);
                    world.messages.retain(|message| message.conversation > lost as u64);
                }
            }));
        });
        let mut practice = Practice::new(fake);
        practice.settle().await;
        practice.fake.with(|world| {
            let known: Vec<u64> =
                world.conversations.iter().map(|conversation| conversation.contact).collect();
            world.contacts.retain(|contact| contact.email.is_some() || known.contains(&contact.id));
            for contact in world.contacts.iter().filter(|contact| contact.email.is_some()) {
                assert!(practice.store.has(Kind::Contact, contact.id), "contact {}", contact.id);
            }
            for conversation in &world.conversations {
                assert!(
                    practice.store.has(Kind::Conversation, conversation.id),
                    "conversation {}",
                    conversation.id
                );
            }
        });
        practice.fake.with(|world| world.hook = Some(Box::new(|_, _| {})));
        practice.store.sweep_requested_at = Some(practice.now);
        practice.live(MINUTE).await;
        practice.fake.with(|world| {
            let conversations = world.conversations.iter().map(|c| c.id.to_string()).collect();
            practice.store.assert_living("conversations", conversations);
        });
    }
}

#[tokio::test]
async fn a_sweep_finds_deletions_and_keeps_whom_no_list_shows() {
    let mut practice = Practice::new(history(60, 60));
    practice.settle().await;
    practice.fake.with(|world| {
        world.contacts.retain(|contact| contact.id != 20 && contact.id != 21);
        world.conversations.retain(|conversation| conversation.id != 33);
        world.messages.retain(|message| message.conversation != 33);
    });
    assert!(practice.store.has(Kind::Contact, 21) && practice.store.has(Kind::Contact, 14));
    practice.now += MINUTE;
    practice.store.sweep_requested_at = Some(practice.now);
    practice.now += MINUTE;
    practice.settle().await;
    assert!(!practice.store.has(Kind::Contact, 20) && !practice.store.has(Kind::Conversation, 33));
    assert!(practice.store.has(Kind::Contact, 21), "was asked for less than a day ago");
    let checked = |practice: &Practice, id: &str| {
        practice.fake.with(|world| world.asked.iter().filter(|asked| asked.ends_with(id)).count())
    };
    let before = checked(&practice, "/contacts/14");
    assert!(before >= 1, "whom no list shows was asked for by id");
    practice.live(MINUTE * 60).await;
    assert_eq!(checked(&practice, "/contacts/14"), before, "and is believed for a day");
    practice.now += SignedDuration::from_hours(25);
    practice.settle().await;
    assert!(checked(&practice, "/contacts/14") > before);
    practice.assert_equal();
}

#[tokio::test]
async fn a_sweep_asked_for_while_one_is_under_way_is_done_after_it() {
    let mut practice = Practice::new(history(60, 120));
    while practice.calls.iter().filter(|call| call.stream == "conversations").count() < 2 {
        practice.step().await.unwrap();
    }
    practice.store.sweep_requested_at = Some(practice.now);
    practice.settle().await;
    let firsts = practice.fake.with(|world| {
        let first = |asked: &&String| {
            asked.contains("/conversations?") && asked.contains("&page=1&sort_by=created_at")
        };
        world.asked.iter().filter(first).cloned().collect::<Vec<_>>()
    });
    assert_eq!(firsts.len(), 2, "{firsts:?}");
    assert!(firsts[0].contains("_asc") && firsts[1].contains("_desc"), "from the other end: {firsts:?}");
}

#[tokio::test]
async fn news_comes_within_a_minute_even_during_the_first_import() {
    let mut practice = Practice::new(history(200, 700));
    practice.pace = SignedDuration::from_millis(500);
    while practice.store.living("messages").len() < 300 {
        practice.step().await.unwrap();
    }
    assert!(practice.now > start() + MINUTE, "polls began");
    practice.fake.with(|world| world.now = practice.now.as_second());
    let message = practice.fake.with(|world| world.write(699));
    let said = practice.now;
    while !practice.store.has(Kind::Message, message) {
        practice.step().await.unwrap();
    }
    assert!(
        practice.now <= said + SignedDuration::from_secs(62),
        "after {}",
        practice.now.duration_since(said)
    );
    let missing = practice.store.items.values().filter(|entry| entry.due.is_some()).count();
    assert!(missing > 100, "the import goes on: {missing}");
    let read = practice.calls.iter().rposition(|call| call.what["id"] == "699").unwrap();
    assert_eq!(practice.calls[read].urgency, port::Urgency::Live);
    practice.settle().await;
    practice.assert_equal();
}

#[tokio::test]
async fn half_an_hour_of_traffic_is_followed() {
    for old in [false, true] {
        let mut practice = Practice::new(history(60, 60));
        practice.fake.with(|world| world.old = old);
        practice.settle().await;
        for round in 0..30_u64 {
            practice.fake.with(|world| {
                world.now = practice.now.as_second();
                for n in 0..5 {
                    world.write(1 + (round * 7 + n * 11) % 60);
                }
                let id = 1_000 + round;
                let (now, millis) = (world.now, world.now * 1000);
                let email = (round % 2 == 0).then(|| format!("new{round}@example.org"));
                world.contacts.push(Contact { id, email, created: now, ..Contact::default() });
                world.conversations.push(Conversation {
                    id,
                    contact: id,
                    status: "open",
                    created: now,
                    updated: millis,
                    activity: now,
                });
                world.write(id);
                if round % 10 == 3 {
                    let resolved = &mut world.conversations[5];
                    (resolved.status, resolved.updated) = ("resolved", millis + 7);
                }
            });
            practice.live(MINUTE).await;
        }
        practice.live(MINUTE * 2).await;
        practice.assert_equal();
        assert_eq!(practice.store.conversation(6).status, "resolved");
    }
}

#[tokio::test]
async fn a_second_message_within_the_second_of_the_poll_is_found() {
    for old in [false, true] {
        let mut practice = Practice::new(history(10, 10));
        practice.fake.with(|world| world.old = old);
        let idle = practice.settle().await;
        practice.now = idle;
        practice.fake.with(|world| {
            world.now = idle.as_second();
            world.write(4)
        });
        // The poll and the reading happen within the same second as the next message.
        practice.pace = SignedDuration::from_millis(1);
        practice.settle().await;
        let late = practice.fake.with(|world| world.write(4));
        practice.live(MINUTE * 2).await;
        assert!(practice.store.has(Kind::Message, late));
        practice.assert_equal();
    }
}

#[tokio::test]
async fn a_change_committed_half_a_minute_after_its_time_is_found() {
    let mut practice = Practice::new(history(10, 10));
    practice.now = practice.settle().await;
    practice.settle().await;
    assert_eq!(
        practice.calls.iter().rev().find(|call| call.stream == "conversations").unwrap().what["ask"],
        "poll"
    );
    // It becomes visible just after a poll, with a time well before it.
    let message = practice.fake.with(|world| {
        world.now -= 30;
        let message = world.write(4);
        world.now += 30;
        message
    });
    practice.live(MINUTE * 2).await;
    assert!(practice.store.has(Kind::Message, message));
    practice.assert_equal();
}

#[tokio::test]
async fn delivery_states_of_young_messages_are_read_again() {
    let mut practice = Practice::new(history(10, 10));
    practice.settle().await;
    practice.fake.with(|world| world.now = practice.now.as_second());
    let message = practice.fake.with(|world| world.write(4));
    practice.live(MINUTE * 2).await;
    practice.fake.with(|world| {
        world.now = practice.now.as_second();
        world.messages.last_mut().unwrap().status = "delivered";
        world.conversations[3].updated = world.now * 1000;
    });
    practice.live(MINUTE * 2).await;
    assert_eq!(practice.store.message(message).delivery_status.as_deref(), Some("delivered"));
}

#[tokio::test]
async fn a_server_that_ignores_the_window_is_read_by_pages() {
    for old in [false, true] {
        let mut practice = Practice::new(history(60, 120));
        practice.fake.with(|world| (world.ignores_window, world.old) = (true, old));
        practice.settle().await;
        practice.fake.with(|world| {
            world.now = practice.now.as_second();
            for conversation in 1..=80 {
                world.write(conversation);
            }
        });
        practice.live(MINUTE * 2).await;
        practice.assert_equal();
        let paged = practice.fake.with(|world| {
            world.asked.iter().any(|asked| asked.contains("page=4&sort_by=last_activity_at_desc"))
        });
        assert!(paged);
    }
}

#[tokio::test]
async fn after_days_of_silence_everything_is_listed_before_anything_is_proven() {
    let mut practice = Practice::new(history(60, 120));
    practice.settle().await;
    let proven = practice.store.proven("conversations");
    practice.now += SignedDuration::from_hours(72);
    practice.fake.with(|world| {
        world.now = practice.now.as_second() - 86_400;
        for conversation in 1..=70 {
            world.write(conversation);
        }
        // Changed without any activity: no page by activity shows it.
        (world.conversations[70].status, world.conversations[70].updated) = ("parked", world.now * 1000);
    });
    loop {
        practice.step().await.unwrap();
        let listing = practice.store.streams["conversations"].cursor["listing"].is_object();
        if practice.store.proven("conversations") != proven {
            break;
        }
        assert!(!listing || practice.store.proven("conversations") == proven);
    }
    assert_eq!(practice.store.conversation(71).status, "parked");
    let asked = practice.fake.with(|world| world.asked.clone());
    let widest =
        asked.iter().filter_map(|asked| asked.split_once("updated_within=")?.1.parse::<i64>().ok()).max();
    assert!(widest < Some(86_500), "no window wider than a day: {widest:?}");
    practice.settle().await;
    practice.assert_equal();
}

#[tokio::test]
async fn a_cursor_from_the_future_is_not_believed() {
    let mut practice = Practice::new(history(40, 60));
    practice.now += SignedDuration::from_hours(24 * 300);
    practice.settle().await;
    // The clock was wrong and is right again.
    practice.now = start() + MINUTE * 5;
    practice.fake.with(|world| {
        world.now = start().as_second() + 200;
        world.write(7);
    });
    practice.settle().await;
    practice.assert_equal();
    for crawl in ["contacts", "conversations"] {
        let listed = practice.store.streams[crawl].cursor["listed"].as_str().unwrap().to_owned();
        assert!(listed.parse::<jiff::Timestamp>().unwrap() <= practice.now, "{crawl}");
    }
}

#[tokio::test]
async fn an_activity_in_the_future_hides_nobody() {
    let mut practice = Practice::new(history(40, 10));
    practice.settle().await;
    practice.fake.with(|world| world.contacts[0].activity = Some(world.now + 10_000_000));
    practice.live(MINUTE * 2).await;
    practice.fake.with(|world| {
        world.contacts[30].activity = Some(practice.now.as_second());
        world.contacts[30].name = "Renamed".into();
    });
    let id = practice.fake.with(|world| world.contacts[30].id);
    practice.live(MINUTE + SignedDuration::from_secs(5)).await;
    assert_eq!(practice.store.contact(id).name.as_deref(), Some("Renamed"));
}

#[tokio::test]
async fn a_conversation_that_vanishes_between_list_and_reading_is_gone() {
    let fake = history(20, 20);
    fake.with(|world| {
        world.hook = Some(Box::new(|world, asked| {
            if asked.contains("/messages") {
                world.conversations.retain(|conversation| conversation.id != 5);
                world.messages.retain(|message| message.conversation != 5);
            }
        }));
    });
    let mut practice = Practice::new(fake);
    practice.settle().await;
    assert!(!practice.store.has(Kind::Conversation, 5));
    practice.assert_equal();
}

#[tokio::test]
async fn a_sweep_reads_quiet_conversations_again_in_turns() {
    let mut practice = Practice::new(history(20, 340));
    practice.settle().await;
    practice.fake.with(|world| world.asked.clear());
    practice.now += SignedDuration::from_hours(24 * 60);
    practice.store.sweep_requested_at = Some(practice.now);
    practice.settle().await;
    let read = practice.fake.with(|world| {
        let whole = |asked: &&String| asked.contains("/messages?after=0&");
        world.asked.iter().filter(whole).cloned().collect::<Vec<_>>()
    });
    let of = |id: u64| read.iter().any(|asked| asked.contains(&format!("/{id}/messages")));
    assert!(read.len() == 3 && of(1) && of(169) && of(337), "one in 168: {read:?}");
}

#[tokio::test]
async fn live_work_goes_before_history_and_a_late_poll_before_both() {
    let mut practice = Practice::new(history(20, 60));
    while practice.store.living("messages").is_empty() {
        practice.step().await.unwrap();
    }
    let key = ("messages".to_owned(), "50".to_owned());
    practice.store.items.get_mut(&key).unwrap().due = Some((json!({}), Urgency::Live));
    practice.step().await.unwrap();
    assert_eq!(practice.calls.last().unwrap().what["id"], "50");

    practice.store.items.get_mut(&key).unwrap().due = Some((json!({}), Urgency::Live));
    practice.now += MINUTE * 3;
    practice.step().await.unwrap();
    assert_eq!(practice.calls.last().unwrap().what["ask"], "poll");
}

#[tokio::test]
async fn a_look_asked_for_comes_at_once_and_one_begun_before_is_not_enough() {
    let mut practice = Practice::new(history(20, 20));
    let idle = practice.settle().await;
    practice.store.poll_requested_at = Some(practice.now);
    let asked = practice.calls.len();
    practice.settle().await;
    let polls = practice.calls[asked..].iter().map(|call| (call.stream, call.what["ask"].clone()));
    assert_eq!(polls.collect::<Vec<_>>(), [("conversations", json!("poll")), ("contacts", json!("poll"))]);
    assert!(practice.now < idle);
}

#[tokio::test]
async fn a_weaker_credential_is_noticed_before_a_sweep_finds_deletions() {
    let mut practice = Practice::new(history(20, 20));
    practice.settle().await;
    practice.now += MINUTE * 90;
    practice.store.sweep_requested_at = Some(practice.now);
    practice.step().await.unwrap();
    assert_eq!(practice.calls.last().unwrap().what["ask"], "profile");
}

#[tokio::test]
async fn an_older_plan_is_not_carried_out() {
    let mut practice = Practice::new(history(20, 20));
    practice.settle().await;
    let call = practice.calls.iter().find(|call| call.what["ask"] == "messages").unwrap().clone();
    let error = super::pull(&practice.adapter, &practice.store.state(), &call).await.unwrap_err();
    assert!(matches!(error, PlatformError::Transient(_)));
}
