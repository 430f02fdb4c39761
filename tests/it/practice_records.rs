//! What a practice's own system holds: written whole and once, tied in whatever order it comes, fallen and risen by rule,
//! and its notes sealed.

use jiff::SignedDuration;
use rand::{SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};
use routiq::{
    domain::{
        change::{Appointment, Contact, Kind, Payment, Practitioner, Record, Shape},
        seal::Keyring,
        stream::{Missing, Page, Reach, StateChange},
    },
    store::{
        StoreError,
        apply::{self, Origin},
        notes,
        roles::Role,
    },
};
use serde_json::json;
use uuid::Uuid;

use crate::support::{
    practice::see,
    records::{Scene, attendance, booked, everything, gone, note, person, text, time, versioned, visit},
};

/// What stands in the tables, ids aside: what names what, and whether it was found.
const SAID: &str = "
    select 'appointment ' || concat_ws(' ', a.external_id, a.shape, a.starts_at, g.external_id, c.external_id, p.external_id, l.external_id, t.external_id) as row
      from routiq.appointments a left join routiq.appointments g on g.id = a.group_id left join routiq.contacts c on c.id = a.contact_id
      left join routiq.practitioners p on p.id = a.practitioner_id left join routiq.locations l on l.id = a.location_id
      left join routiq.appointment_types t on t.id = a.appointment_type_id
    union all
    select 'invoice ' || concat_ws(' ', i.external_id, i.total, c.external_id, a.external_id, p.external_id, l.external_id)
      from routiq.invoices i left join routiq.contacts c on c.id = i.contact_id left join routiq.appointments a on a.id = i.appointment_id
      left join routiq.practitioners p on p.id = i.practitioner_id left join routiq.locations l on l.id = i.location_id
    union all
    select 'payment ' || concat_ws(' ', y.external_id, y.amount, i.external_id, c.external_id, l.external_id)
      from routiq.payments y left join routiq.invoices i on i.id = y.invoice_id left join routiq.contacts c on c.id = y.contact_id
      left join routiq.locations l on l.id = y.location_id
    union all
    select 'note ' || concat_ws(' ', n.external_id, c.external_id, a.external_id, p.external_id)
      from routiq.clinical_notes n left join routiq.contacts c on c.id = n.contact_id left join routiq.appointments a on a.id = n.appointment_id
      left join routiq.practitioners p on p.id = n.practitioner_id
    union all
    select 'patient ' || concat_ws(' ', p.external_id, p.first_name, p.date_of_birth, p.phones -> 0 ->> 'e164', c.contact_type, l.external_id)
      from routiq.patients p join routiq.contacts c on c.id = p.contact_id left join routiq.locations l on l.id = p.location_id
    order by 1";

const WHOLE: [&str; 7] = [
    "appointment a1 individual 2031-05-05 01:00:00+00 c1 p1 l1 t1",
    "appointment b1 attendance 2031-05-05 01:00:00+00 g1 c1 p1 l1 t1",
    "appointment g1 group 2031-05-05 01:00:00+00 p1 l1 t1",
    "invoice i1 109.45 c1 a1 p1 l1",
    "note n1 c1 a1 p1",
    "patient c1 Ana 1980-02-29 +61491570006 cliniko_patient l1",
    "payment y1 -5.00 i1 c1 l1",
];

/// Every row's place and version.
const VERSIONS: &str = "
    select 'l' || ctid || xmin from routiq.locations union all select 'p' || ctid || xmin from routiq.practitioners
    union all select 't' || ctid || xmin from routiq.appointment_types union all select 'c' || ctid || xmin from routiq.contacts
    union all select 'pt' || ctid || xmin from routiq.patients union all select 'a' || ctid || xmin from routiq.appointments
    union all select 'i' || ctid || xmin from routiq.invoices union all select 'y' || ctid || xmin from routiq.payments
    union all select 'n' || ctid || xmin from routiq.clinical_notes union all select 'm' || ctid || xmin from routiq.integration_metadata
    order by 1";

#[tokio::test]
async fn everything_is_written_whole_and_the_same_again_writes_nothing() {
    let scene = Scene::set().await;
    assert_eq!(scene.then(everything()).await, 11);
    assert_eq!(scene.texts(SAID).await, WHOLE);
    let ground = "select concat_ws(' ', l.name, l.timezone, l.address ->> 'city', p.name, p.locations, t.name, t.duration_minutes, t.price, m.kind, m.name,
                      m.details ->> 'colour')
                  from routiq.locations l, routiq.practitioners p, routiq.appointment_types t, routiq.integration_metadata m";
    let wanted = "Harbour Street Australia/Perth Perth Dr Wren {l1} Standard 45 99.50 tag New blue";
    assert_eq!(scene.one(ground).await, wanted);
    let lineage = "select count(*)::text from routiq.raw_payloads r
                   where r.id = all(select payload_id from routiq.appointments union all select payload_id from routiq.patients)";
    assert_eq!(scene.one(lineage).await, "1", "each row says where it came from");

    let before = scene.texts(VERSIONS).await;
    assert_eq!(before.len(), 12);
    assert_eq!(scene.then(everything()).await, 0);
    assert_eq!(scene.texts(VERSIONS).await, before);
    assert_eq!(scene.house.count(&scene.member, "routiq.raw_payloads").await, 1);

    // A contact that changed in what every platform knows leaves the patient's row.
    let Record::Contact(contact) = person("c1") else { unreachable!() };
    let renamed = Contact { name: text("Ana Renamed"), ..contact };
    assert_eq!(scene.then(vec![Record::Contact(renamed)]).await, 1);
    let after = scene.texts(VERSIONS).await;
    assert_eq!(before.iter().filter(|row| !after.contains(row)).count(), 1, "one row version");
}

#[tokio::test]
async fn in_whatever_order_and_portions_it_comes_it_ends_the_same() {
    let scene = Scene::set().await;
    for seed in 0..8 {
        let mut records = everything();
        let mut dice = StdRng::seed_from_u64(seed);
        records.shuffle(&mut dice);
        for portion in records.chunks(1 + usize::try_from(seed).unwrap() % 3) {
            scene.then(portion.to_vec()).await;
        }
        assert_eq!(scene.texts(SAID).await, WHOLE, "seed {seed}");
        let empty = "begin; truncate routiq.sync_missed, routiq.clinical_notes, routiq.payments, routiq.invoices, routiq.appointments,
            routiq.patients, routiq.contact_identities, routiq.contacts, routiq.appointment_types, routiq.practitioners, routiq.locations,
            routiq.integration_metadata cascade; commit";
        scene.house.db.client(Role::Owner).await.batch_execute(empty).await.unwrap();
    }
}

#[tokio::test]
async fn newer_wins_whenever_it_is_seen_and_a_page_wins_over_a_webhook() {
    let scene = Scene::set().await;
    let starts = |hour: i64| time("2031-05-05T00:00:00Z").unwrap() + SignedDuration::from_hours(hour);
    let says = |hour: i64, version| versioned(vec![booked(visit("a1", "c1", starts(hour)))], version);
    let hour = "select extract(hour from starts_at at time zone 'UTC')::text from routiq.appointments";
    let page = async |seconds, hour, version| {
        scene.come(seconds, Origin::Page, says(hour, version), vec![]).await.unwrap().changed()
    };
    assert_eq!(page(10, 7, Some(7)).await, 1);
    assert_eq!(page(20, 6, Some(6)).await, 0, "an older copy of the source");
    assert_eq!(page(5, 8, Some(8)).await, 1, "asked earlier, answered with newer");
    assert_eq!(page(4, 9, None).await, 0, "no version, and seen earlier");
    assert_eq!(scene.one(hour).await, "8");
    let told = scene.come(30, Origin::Webhook, says(10, None), vec![]).await.unwrap();
    assert_eq!(
        (told.changed(), told.doubted[&Kind::Appointment].len()),
        (0, 1),
        "nobody can say which is newer"
    );
    assert_eq!(scene.come(31, Origin::Webhook, says(11, Some(11)), vec![]).await.unwrap().changed(), 1);
    assert_eq!(page(6, 12, Some(11)).await, 1, "what a webhook alone has told yields");
    assert_eq!(scene.one(hour).await, "12");

    scene.at(40, vec![gone(Kind::Appointment, "a1")]).await;
    assert_eq!(page(39, 13, Some(99)).await, 0, "seen before it was deleted");
    assert_eq!(page(41, 13, Some(99)).await, 1, "and seen again");
}

#[tokio::test]
async fn attendances_go_where_their_group_goes() {
    let scene = Scene::set().await;
    scene.then(everything()).await;
    scene.then(vec![attendance("b2", "g1", "c2"), attendance("b3", "g9", "c1")]).await;
    let place = "select concat_ws(' ', external_id, to_char(starts_at at time zone 'UTC', 'DD HH24'), practitioner_external_id, practitioner_id is not null)
                 from routiq.appointments where shape = 'attendance' order by external_id";
    assert_eq!(scene.texts(place).await, ["b1 05 01 p1 t", "b2 05 01 p1 t", "b3 f"]);
    let moved = |id, day: i64| {
        let start = time("2031-05-05T01:00:00Z").unwrap() + SignedDuration::from_hours(24 * day);
        booked(Appointment {
            shape: Shape::Group,
            contact: None,
            practitioner: text("p2"),
            ..visit(id, "", start)
        })
    };
    scene.then(vec![moved("g1", 1), moved("g9", 2)]).await;
    assert_eq!(scene.texts(place).await, ["b1 06 01 p2 f", "b2 06 01 p2 f", "b3 07 01 p2 f"]);
    let wren = Practitioner { external_id: "p2".into(), active: true, ..Practitioner::default() };
    scene.then(vec![Record::Practitioner(wren)]).await;
    assert_eq!(scene.texts(place).await, ["b1 06 01 p2 t", "b2 06 01 p2 t", "b3 07 01 p2 t"]);

    // A group that changed in something of its own leaves its attendances alone.
    let rows = "select 'x' || ctid || xmin from routiq.appointments where shape = 'attendance' order by 1";
    let before = scene.texts(rows).await;
    let Record::Appointment(group) = moved("g1", 1) else { unreachable!() };
    assert_eq!(scene.then(vec![booked(Appointment { notes: text("Bring a mat"), ..*group })]).await, 1);
    assert_eq!(scene.texts(rows).await, before);
    // And an attendance that changes goes with the group it then has.
    assert_eq!(scene.then(vec![attendance("b3", "g1", "c1")]).await, 1);
    assert_eq!(scene.texts(place).await[2], "b3 06 01 p2 t");
}

const LIVING: &str = "
    select 'contact ' || external_id as row from routiq.contacts where deleted_at is null
    union all select 'patient ' || external_id from routiq.patients where deleted_at is null
    union all select 'appointment ' || external_id from routiq.appointments where deleted_at is null
    union all select 'invoice ' || external_id from routiq.invoices where deleted_at is null
    order by 1";

#[tokio::test]
async fn what_falls_and_rises_with_what() {
    let scene = Scene::set().await;
    scene.then(everything()).await;
    scene.then(vec![attendance("b2", "g1", "c1")]).await;
    let all = scene.texts(LIVING).await;
    let without = |fallen: &[&str]| -> Vec<String> {
        all.iter().filter(|row| !fallen.contains(&row.as_str())).cloned().collect()
    };

    let merged = Record::Gone { kind: Kind::Contact, external_id: "c1".into(), successor: text("c7") };
    assert_eq!(scene.then(vec![gone(Kind::Contact, "c1")]).await, 1);
    assert_eq!(
        scene.texts(LIVING).await,
        without(&["contact c1", "patient c1"]),
        "visits and bills are facts of their own"
    );
    let into = "select merged_into from routiq.contacts";
    assert_eq!(scene.then(vec![merged.clone()]).await, 1, "what took its place is told later");
    assert_eq!(scene.one(into).await, "c7");
    assert_eq!(scene.then(vec![merged]).await, 0);
    assert_eq!(scene.then(vec![person("c1")]).await, 1);
    assert_eq!((scene.texts(LIVING).await, scene.one(into).await), (all.clone(), "null".to_owned()));

    scene.then(vec![gone(Kind::Appointment, "b2")]).await;
    assert_eq!(scene.then(vec![gone(Kind::Appointment, "g1"), gone(Kind::Invoice, "i1")]).await, 2);
    let fallen = ["appointment b1", "appointment b2", "appointment g1", "invoice i1"];
    assert_eq!(scene.texts(LIVING).await, without(&fallen));
    let deletions =
        "select count(distinct deletion_id)::text from routiq.appointments where external_id in ('g1', 'b1')";
    assert_eq!(scene.one(deletions).await, "1", "one fall, one id");
    scene.then(everything().into_iter().filter(|record| record.external_id() == "g1").collect()).await;
    assert_eq!(
        scene.texts(LIVING).await,
        without(&["appointment b2", "invoice i1"]),
        "what fell by itself stays"
    );
}

#[tokio::test]
async fn what_two_complete_listings_in_a_row_do_not_show_is_gone() {
    let scene = Scene::set().await;
    let day = |day: i64| time("2031-05-05T01:00:00Z").unwrap() + SignedDuration::from_hours(24 * day);
    let visits = || (1..=5).map(|at: i64| booked(visit(&format!("a{at}"), "c1", day(at))));
    scene.at(1, visits().chain([person("c1"), person("c2")]).collect()).await;
    let dirty = scene.house.count(&scene.member, "routiq.dirty").await;
    let living = "select external_id from routiq.appointments where deleted_at is null order by 1";

    let week = Reach::Starting { from: day(1), before: day(5) };
    assert_eq!(scene.listed(10, "appointments", week, &["a1", "a2"]).await, 0, "a3 and a4 are missed once");
    assert_eq!(scene.listed(20, "appointments", week, &["a1", "a3"]).await, 1, "a4 twice; a2 once");
    assert_eq!(scene.texts(living).await, ["a1", "a2", "a3", "a5"]);
    assert_eq!(scene.listed(30, "appointments", week, &["a1", "a2"]).await, 0, "a3 was seen in between");
    // Written since: seen.
    let later = day(3) + SignedDuration::from_hours(1);
    scene.at(35, vec![booked(visit("a3", "c1", later))]).await;
    assert_eq!(scene.listed(40, "appointments", week, &["a1", "a2"]).await, 0);
    // Another time is listed meanwhile.
    let rest = Reach::Starting { from: day(5), before: day(9) };
    assert_eq!(scene.listed(45, "appointments", rest, &["a5"]).await, 0);
    assert_eq!(scene.listed(50, "appointments", week, &["a1", "a2"]).await, 1);
    assert_eq!(scene.texts(living).await, ["a1", "a2", "a5"]);
    assert_eq!(scene.house.count(&scene.member, "routiq.sync_missed").await, 0);
    assert_eq!(scene.house.count(&scene.member, "routiq.sync_listed").await, 0);

    // The one written, and two that went.
    assert_eq!(scene.house.count(&scene.member, "routiq.dirty").await, dirty + 3, "figures hang on visits");
    assert_eq!(scene.listed(60, "contacts", Reach::Whole, &["c1"]).await, 0);
    assert_eq!(scene.listed(70, "contacts", Reach::Whole, &["c1"]).await, 1);
    assert_eq!(scene.house.count(&scene.member, "routiq.patients where deleted_at is null").await, 1);
    assert_eq!(scene.house.count(&scene.member, "routiq.dirty").await, dirty + 4, "and on people");
    // It is there again: two more are needed.
    scene.at(80, vec![person("c2")]).await;
    assert_eq!(scene.listed(90, "contacts", Reach::Whole, &["c1"]).await, 0);

    let state = |missing| {
        let listing = scene.start + SignedDuration::from_secs(100);
        vec![StateChange::ListingComplete { stream: "appointments", listing, reach: week, missing }]
    };
    let check = Missing::Check { work: json!({ "check": true }), recheck_before: scene.start };
    scene.come(100, Origin::Page, vec![], state(check)).await.unwrap();
    let due = "select external_id from routiq.sync_items where stream = 'appointments' and work is not null order by 1";
    assert_eq!(scene.texts(due).await, ["a1", "a2"], "where a platform answers for a record it is asked");
    let wrong = vec![StateChange::ListingComplete {
        stream: "conversations",
        listing: scene.start,
        reach: Reach::Whole,
        missing: Missing::GoneAfterTwo,
    }];
    assert!(matches!(scene.come(101, Origin::Page, vec![], wrong).await, Err(StoreError::Refused(_))));
}

#[tokio::test]
async fn a_note_s_text_stands_nowhere_and_opens_only_for_its_own() {
    const WORDS: &str = "zygomatic whispering heron";
    let scene = Scene::set().await;
    scene.then(everything()).await;
    scene.then(vec![note("n1", WORDS), note("n2", "something else")]).await;
    let client = scene.house.client(&scene.member).await;
    let tables = "select relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
                  where n.nspname = 'routiq' and c.relkind = 'r' and has_table_privilege(c.oid, 'select')";
    for row in client.query(tables, &[]).await.unwrap() {
        let table: String = row.get(0);
        for hidden in [WORDS.to_owned(), WORDS.bytes().map(|byte| format!("{byte:02x}")).collect()] {
            let told = format!("select count(*) from routiq.{table} t where t::text like '%{hidden}%'");
            assert_eq!(client.query_one(&told, &[]).await.unwrap().get::<_, i64>(0), 0, "{table}");
        }
    }
    let ids = client.query("select id from routiq.clinical_notes order by external_id", &[]).await.unwrap();
    let (first, second): (Uuid, Uuid) = (ids[0].get(0), ids[1].get(0));
    let open = async |id, keys: &Keyring| {
        let mut session = scene.house.store.session(scene.member.key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        notes::open(&tenant, keys, id).await
    };
    assert_eq!(open(first, &scene.house.keys).await.unwrap()["sections"][0]["answer"], WORDS);
    assert!(matches!(open(first, &Keyring::new([(1, [8; 32])]).unwrap()).await, Err(StoreError::Seal(_))));
    let swap = "update routiq.clinical_notes t set (wrapped_key, body) =
                (select o.wrapped_key, o.body from routiq.clinical_notes o where o.id <> t.id)";
    scene.house.run(&scene.member, swap).await;
    assert!(matches!(open(second, &scene.house.keys).await, Err(StoreError::Seal(_))), "another's text");

    let dashboard = scene.house.db.client(Role::Dashboard).await;
    see(&dashboard, scene.member.key.organization).await;
    assert!(dashboard.query("select id from routiq.clinical_notes", &[]).await.is_err());
}

#[tokio::test]
async fn what_the_database_cannot_hold_is_set_aside_and_the_rest_is_kept() {
    let scene = Scene::set().await;
    let payment = |id: &str, amount: rust_decimal::Decimal, method: &str| {
        Record::Payment(Payment {
            external_id: id.into(),
            amount: Some(amount),
            method: text(method),
            active: true,
            ..Payment::default()
        })
    };
    let cents = rust_decimal::Decimal::new;
    let records = vec![
        payment("1", cents(100, 2), "card"),
        payment("2", cents(i64::MAX, 2), "card"),
        payment("3", cents(100, 2), "nul \0 inside"),
        payment("4", cents(100, 2), "cash"),
        attendance("5", "g1", "c1"),
    ];
    let mut page = Page { stream: "payments", changes: versioned(records, None), ..Page::default() };
    let source = scene.source(Origin::Page, scene.start);
    let mut session = scene.house.store.session(scene.member.key.organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let refused = apply::apply(&tenant, &source, &page).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Refused(_)), "{refused:?}");
    assert!(!refused.to_string().contains("inside"), "no error tells a text");
    drop(tenant);
    let mut tenant = session.begin(None).await.unwrap();
    assert_eq!(apply::sift(&mut tenant, &source, &mut page).await.unwrap(), 2);
    drop(tenant);
    let rejected: Vec<_> =
        page.rejected.iter().map(|rejected| rejected.external_id.as_deref().unwrap()).collect();
    assert_eq!(rejected, ["2", "3"]);
    let tenant = session.begin(None).await.unwrap();
    assert_eq!(apply::apply(&tenant, &source, &page).await.unwrap().changed(), 3);
}
