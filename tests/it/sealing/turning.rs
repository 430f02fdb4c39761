//! Rows on their way: sealed while syncs write, interrupted, opened again.

use routiq::store::{StoreError, contacts::By, ledger, roster, sealing};
use routiq_actors::port::SyncKey;

use super::{ALL, PLANTED, assert_found, dump, found, planted, readable, roll, settle, switch};
use crate::support::{
    practice::{House, Member},
    records::{Scene, person},
};

/// Brings a portion of one contact along; lost with its transaction unless it is to be kept.
async fn portion(house: &House, member: &Member, kept: bool) -> bool {
    let mut session = house.store.session(member.key.organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let more = sealing::turn(&tenant, 1, house.hand.now()).await.unwrap();
    if kept {
        tenant.commit().await.unwrap();
    }
    more
}

const SAID: &str = "select concat_ws('|', c.external_id, c.email, c.phone, c.phone_original, c.identifier, p.phones, q.email, q.phone,
        array(select i.kind || ' ' || i.value from routiq.contact_identities i where i.contact_id = c.id order by 1))
    from routiq.contacts c left join routiq.patients p on p.id = c.id left join routiq.persons q on q.id = c.id
    order by c.external_id";

#[tokio::test]
async fn what_stands_is_sealed_and_opened_again_portion_by_portion_whatever_dies() {
    let scene = Scene::set().await;
    let (house, member) = (&scene.house, &scene.member);
    let organization = member.key.organization;
    scene.then(vec![planted("c1"), person("c2"), person("c3"), person("c4")]).await;
    roll(house, organization).await;
    let before = scene.texts(SAID).await;
    assert!(before[0].contains("Mara.Planted@Example.org"), "{before:?}");

    for (fields, sealed) in [(&ALL[..], true), (&[], false), (&ALL, true), (&[], false)] {
        switch(house, organization, fields).await;
        let (mut portions, mut dies) = (0, false);
        loop {
            // Every second portion is lost, and done again.
            dies = !dies;
            let more = portion(house, member, !dies).await;
            portions += u32::from(!dies);
            // Both forms are read, by whoever asks in between.
            assert_found(house, member, &format!("{fields:?} after {portions}")).await;
            if portions == 2 {
                // Nor does a sync wait: what it shows again writes nothing, what is new is written as is wanted.
                assert_eq!(scene.then(vec![planted("c1"), person("c2"), person("c4")]).await, 0);
            }
            if !more && !dies {
                break;
            }
        }
        assert!(portions >= 5, "{portions} portions of one contact each");
        roll(house, organization).await;
        let rows = dump(house).await;
        assert_eq!(readable(&rows, &PLANTED).is_empty(), sealed);
        assert_eq!(scene.texts(SAID).await == before, !sealed);
        let left = house.count(member, "routiq.sealed_values").await;
        assert_eq!(left > 0, sealed, "{left}");
        // As it was, to everybody who may see it.
        let mut session = house.store.session(organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        let held = ledger::read(&tenant, member.key.account).await.unwrap();
        assert_eq!(held.contacts[0].email.as_deref(), Some("Mara.Planted@Example.org"));
        drop(tenant);
        assert_eq!(scene.then(vec![planted("c1"), person("c2"), person("c3")]).await, 0);
        let standing = standing(house, member).await;
        assert_eq!((standing.phase, standing.done), (sealing::Phase::Settled, standing.contacts));
    }
}

async fn standing(house: &House, member: &Member) -> sealing::Standing {
    let mut session = house.store.session(member.key.organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    sealing::standing(&tenant).await.unwrap().unwrap()
}

#[tokio::test]
async fn what_a_page_shows_while_rows_are_on_their_way_is_written_as_is_wanted() {
    let scene = Scene::set().await;
    let (house, member) = (&scene.house, &scene.member);
    let organization = member.key.organization;
    scene.then(vec![person("c2")]).await;
    roll(house, organization).await;
    switch(house, organization, &ALL).await;
    scene.then(vec![planted("c1")]).await;
    assert_eq!(readable(&dump(house).await, &PLANTED), Vec::<&String>::new(), "before any portion");
    assert_eq!(found(house, member, By::Email("mara.planted@example.org")).await.unwrap(), ["c1"]);
    roll(house, organization).await;
    assert_found(house, member, "settled").await;
    // Changed its mind half-way.
    switch(house, organization, &[]).await;
    portion(house, member, true).await;
    switch(house, organization, &ALL).await;
    roll(house, organization).await;
    assert_eq!(readable(&dump(house).await, &PLANTED), Vec::<&String>::new());
    assert_found(house, member, "sealed again").await;
}

/// Goes on with something until it waits for a lock that somebody else has.
async fn until_it_waits<T: std::fmt::Debug>(house: &House, going: &mut (impl Future<Output = T> + Unpin)) {
    let waits = "select count(*) from pg_locks where not granted";
    let admin = house.db.admin().await;
    let mut waiting = false;
    while !waiting {
        tokio::select! {
            biased;
            done = &mut *going => panic!("it did not wait: {done:?}"),
            row = admin.query_one(waits, &[]) => waiting = row.unwrap().get::<_, i64>(0) > 0,
        }
    }
}

#[tokio::test]
async fn the_switch_waits_for_who_began_before_it_and_a_portion_needs_the_rollups_fence() {
    let scene = Scene::set().await;
    let (house, member) = (&scene.house, &scene.member);
    let organization = member.key.organization;
    let lease = house.lease(member).await;
    let SyncKey { account, .. } = member.key;
    let fence = routiq::store::Fence::sync(account, lease.generation);
    let mut session = house.store.session(organization).await.unwrap();
    let writing = session.begin(Some(&fence)).await.unwrap();
    // Waiting for a lock ends with an error here instead of waiting for ever.
    let mut other = house.store.session(organization).await.unwrap();
    let tenant = other.begin(None).await.unwrap();
    let all = ALL.into();
    let mut switching = Box::pin(sealing::switch(&tenant, &all, "test", house.hand.now()));
    until_it_waits(house, &mut switching).await;
    writing.commit().await.unwrap();
    (&mut switching).await.unwrap();
    drop(switching);
    tenant.commit().await.unwrap();

    // A transaction that saw what was before and has no fence of its own does not get past it either.
    let mut still = house.store.session(organization).await.unwrap();
    let beside = still.begin_still().await.unwrap();
    switch(house, organization, &[]).await;
    let refused = sealing::stand_beside(&house.store, &beside).await.unwrap_err();
    assert!(matches!(refused, StoreError::Transient(_)), "{refused:?}");
    drop(beside);
    settle(house, organization, &ALL).await;
}

#[tokio::test]
async fn who_writes_beside_actors_holds_up_the_switch_and_nobody_who_raises_fences() {
    let scene = Scene::set().await;
    let (house, member) = (&scene.house, &scene.member);
    let organization = member.key.organization;
    // Whether anything was ever sealed or not.
    for fields in [&ALL[..], &[]] {
        house.lease(member).await;
        let mut early = house.store.session(organization).await.unwrap();
        let early = early.begin_still().await.unwrap();
        let mut still = house.store.session(organization).await.unwrap();
        let beside = still.begin_still().await.unwrap();
        sealing::stand_beside(&house.store, &beside).await.unwrap();
        // Waiting for a lock ends with an error here instead of waiting for ever.
        roster::raise_fences(&house.store, &[member.key], house.hand.now()).await.unwrap();

        let mut other = house.store.session(organization).await.unwrap();
        let tenant = other.begin(None).await.unwrap();
        let fields = fields.iter().copied().collect();
        let mut switching = Box::pin(sealing::switch(&tenant, &fields, "test", house.hand.now()));
        until_it_waits(house, &mut switching).await;
        roster::raise_fences(&house.store, &[member.key], house.hand.now()).await.unwrap();

        beside.commit().await.unwrap();
        (&mut switching).await.unwrap();
        drop(switching);
        tenant.commit().await.unwrap();
        roll(house, organization).await;
        // The very first switch is noticed too.
        let refused = sealing::stand_beside(&house.store, &early).await.unwrap_err();
        assert!(matches!(refused, StoreError::Transient(_)), "{refused:?}");
    }
}
