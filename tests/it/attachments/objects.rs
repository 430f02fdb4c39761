//! Where the bytes lie: whose they are, what a crash leaves, and when they go.

use std::sync::{
    Mutex as Lock,
    atomic::{AtomicBool, Ordering},
};

use routiq::{
    domain::{
        change::{Kind, Record},
        seal::Keyring,
    },
    platforms::vault::{Name, VaultError},
    store::accounts,
};

use super::*;
use crate::support::practice::practice;

#[tokio::test]
async fn an_object_opens_for_its_own_attachment_and_its_own_organization_alone() {
    let practices = vec![practice("Harbour Physio"), practice("Hill Dental")];
    let house = read(Plan { practices, ..Plan::default() }).await;
    let [one, other] = &house.members[..] else { panic!("two") };
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let first = Desk::within(&house, one, Arc::clone(&folder)).await;
    let second = Desk::within(&house, other, folder).await;
    first.run().await;
    second.run().await;
    let (mine, theirs) = (first.those("fetched").await[0].0, second.those("fetched").await[0].0);
    assert_eq!(first.read_as(other, mine).await, Read::Unknown, "it is nobody else's");

    let place = |member: &Member, id: Uuid| {
        first.folder.path().join(member.key.organization.to_string()).join(format!("{id}.sealed"))
    };
    let (here, there) =
        (std::fs::read(place(one, mine)).unwrap(), std::fs::read(place(other, theirs)).unwrap());
    std::fs::write(place(one, mine), &there).unwrap();
    std::fs::write(place(other, theirs), &here).unwrap();
    let lost = Read::Absent { state: "wanted".to_owned(), reason: Some("lost".to_owned()) };
    assert_eq!(first.read(mine).await, lost);
    assert_eq!(second.read(theirs).await, lost);
    let neighbour = first.those("fetched").await[0].0;
    std::fs::write(place(one, neighbour), &here).unwrap();
    assert_eq!(first.read(neighbour).await, lost, "nor another attachment's");
    // What was not what was stored is fetched again.
    assert_eq!(first.run().await.0, ["fetched"; 2]);
    assert_eq!(second.run().await.0, ["fetched"; 1]);
    first.assert_whole().await;
    second.assert_whole().await;
}

/// Does something once, after an object is written and before anybody hears of it.
struct Interrupted {
    inner: Directory,
    then: Lock<Option<BoxFuture<'static, ()>>>,
}

impl Vault for Interrupted {
    fn kind(&self) -> &'static str {
        self.inner.kind()
    }
    fn put(&self, name: Name, sealed: Bytes) -> BoxFuture<'_, Result<(), VaultError>> {
        Box::pin(async move {
            self.inner.put(name, sealed).await?;
            let then = self.then.lock().unwrap().take();
            if let Some(then) = then {
                then.await;
            }
            Ok(())
        })
    }
    fn get(&self, name: Name) -> BoxFuture<'_, Result<Option<Vec<u8>>, VaultError>> {
        self.inner.get(name)
    }
    fn delete(&self, name: Name) -> BoxFuture<'_, Result<(), VaultError>> {
        self.inner.delete(name)
    }
}

#[tokio::test]
async fn a_crash_between_the_object_and_its_row_leaves_what_the_next_attempt_replaces() {
    let house = house().await;
    let member = house.one();
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let (store, key, now) = (house.store.clone(), member.key, house.hand.now());
    let raise = async move {
        roster::raise_fences(&store, &[key], now).await.unwrap();
    };
    let inner = Directory::open(folder.path()).unwrap();
    let vault = Interrupted { inner, then: Lock::new(Some(Box::pin(raise))) };
    let mut desk = Desk::over(&house, &member, folder, Arc::new(vault)).await;
    let (ended, _, due) = desk.until_rest().await;
    assert!(matches!(due, FilesDue::Fenced) && ended.is_empty(), "{due:?} {ended:?}");
    let left = desk.objects(&member);
    assert_eq!((left.len(), desk.those("fetched").await.len()), (1, 0), "an object nobody knows of");
    let before = std::fs::read(&left[0]).unwrap();

    desk.lease = take_over(&house, &member).await;
    desk.pass(1);
    desk.run().await;
    let fetched = desk.assert_whole().await;
    assert_eq!(desk.objects(&member).len(), fetched, "it was replaced, and nothing is left over");
    assert_ne!(std::fs::read(&left[0]).unwrap(), before);
}

#[tokio::test]
async fn what_a_sync_says_while_a_file_is_under_way_is_not_overwritten() {
    let house = house().await;
    let member = house.one();
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let client = house.client(&member).await;
    // The bytes were written that belonged to what was known before.
    let other = async move {
        let other = "update routiq.attachments a set file_size = file_size + 1 from routiq.attachment_files f
                     where f.attachment_id = a.id and f.state = 'wanted' and f.attempts = 1";
        assert_eq!(client.execute(other, &[]).await.unwrap(), 1);
    };
    let inner = Directory::open(folder.path()).unwrap();
    let vault = Interrupted { inner, then: Lock::new(Some(Box::pin(other))) };
    let desk = Desk::over(&house, &member, folder, Arc::new(vault)).await;
    let (ended, _) = desk.run().await;
    let fetched = desk.assert_whole().await;
    let count = |what: &str| ended.iter().filter(|ended| **ended == what).count();
    assert_eq!((count("again"), count("fetched")), (1, fetched), "it is another file now: {ended:?}");
    assert_eq!(desk.those("wanted").await.len(), 0);
}

/// Deletes nothing while it is told to refuse.
struct Stubborn {
    inner: Directory,
    refuses: Arc<AtomicBool>,
}

impl Vault for Stubborn {
    fn kind(&self) -> &'static str {
        self.inner.kind()
    }
    fn put(&self, name: Name, sealed: Bytes) -> BoxFuture<'_, Result<(), VaultError>> {
        self.inner.put(name, sealed)
    }
    fn get(&self, name: Name) -> BoxFuture<'_, Result<Option<Vec<u8>>, VaultError>> {
        self.inner.get(name)
    }
    fn delete(&self, name: Name) -> BoxFuture<'_, Result<(), VaultError>> {
        if self.refuses.load(Ordering::SeqCst) {
            return Box::pin(async { Err(VaultError("the storage answers 403".to_owned())) });
        }
        self.inner.delete(name)
    }
}

#[tokio::test]
async fn an_object_that_cannot_be_deleted_keeps_no_file_waiting_and_goes_later() {
    let house = house().await;
    let member = house.one();
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let refuses = Arc::new(AtomicBool::new(true));
    let vault = Stubborn { inner: Directory::open(folder.path()).unwrap(), refuses: Arc::clone(&refuses) };
    let desk = Desk::over(&house, &member, folder, Arc::new(vault)).await;
    desk.run().await;
    let all = desk.objects(&member).len();
    let [(fallen, _), (other, _), ..] = desk.those("fetched").await[..] else { panic!("two") };
    let fell = format!(
        "update routiq.attachments set deletion_id = id, deleted_at = '{}' where id = '{fallen}'",
        house.hand.now()
    );
    house.run(&member, &fell).await;
    let changed = format!("update routiq.attachments set file_size = file_size + 1 where id = '{other}'");
    house.run(&member, &changed).await;
    desk.pass(7 * 24 + 1);
    assert_eq!(desk.run().await.0, ["fetched"]);
    assert_eq!((desk.objects(&member).len(), desk.those("leaving").await.len()), (all, 1));
    refuses.store(false, Ordering::SeqCst);
    desk.run().await;
    assert_eq!(desk.those("leaving").await.len(), 1, "not before its pause is over");
    desk.pass(2);
    desk.run().await;
    assert_eq!((desk.objects(&member).len(), desk.those("dropped").await.len()), (all - 1, 1));
}

#[tokio::test]
async fn what_is_deleted_loses_its_bytes_after_a_while_and_what_comes_back_has_them_again() {
    let house = house().await;
    let member = house.one();
    let desk = Desk::of(&house, &member).await;
    desk.run().await;
    let all = desk.objects(&member).len();
    let picked = "select m.external_id from routiq.messages m join routiq.attachments a
                  on a.organization_id = m.organization_id and a.message_id = m.id
                  join routiq.attachment_files f on f.organization_id = a.organization_id and f.attachment_id = a.id
                  where f.state = 'fetched' group by m.external_id having count(*) = 1 order by 1 limit 1";
    let message = house.texts(&member, picked).await.remove(0);
    let gone = || vec![Record::Gone { kind: Kind::Message, external_id: message.clone(), successor: None }];
    let back = async || {
        house.hand.advance(SignedDuration::from_secs(1));
        house.request_sweep(&member).await;
        house.drive(&member).await.settle().await;
        take_over(&house, &member).await
    };
    let mut desk = desk;

    // It fell and came back soon: nothing happened to its bytes.
    house.hand.advance(SignedDuration::from_secs(1));
    house.apply(&member, gone(), house.hand.now()).await;
    assert_eq!(desk.those("leaving").await.len(), 1);
    let id = desk.those("leaving").await[0].0;
    assert_eq!(desk.read(id).await, Read::Unknown, "what is deleted is not read");
    desk.run().await;
    assert_eq!(desk.objects(&member).len(), all, "not yet");
    desk.lease = back().await;
    assert_eq!(desk.run().await.0, Vec::<&str>::new(), "it has them still");
    assert_eq!(desk.assert_whole().await, all);

    // It fell for good.
    house.hand.advance(SignedDuration::from_secs(1));
    house.apply(&member, gone(), house.hand.now()).await;
    desk.pass(7 * 24 + 1);
    desk.run().await;
    assert_eq!(desk.objects(&member).len(), all - 1);
    assert_eq!(desk.those("dropped").await.len(), 1);
    let keyless =
        "routiq.attachment_files where state = 'dropped' and wrapped_key is null and digest is null";
    assert_eq!(house.count(&member, keyless).await, 1, "nothing is left to open or to know it by");

    // And came back after all.
    desk.lease = back().await;
    desk.run().await;
    assert!(desk.those("fetched").await.iter().any(|(fetched, _)| *fetched == id));
    desk.assert_whole().await;
}

#[tokio::test]
async fn a_new_link_to_the_same_file_is_no_reason_and_another_size_is() {
    let house = house().await;
    let member = house.one();
    let desk = Desk::of(&house, &member).await;
    desk.run().await;
    desk.asked();
    house.run(&member, "update routiq.attachments set source_url = source_url || '?again'").await;
    assert_eq!(desk.run().await.0, Vec::<&str>::new());
    house.run(&member, "update routiq.attachments set source_url = left(source_url, -6)").await;
    let one = desk.those("fetched").await[0].0;
    house
        .run(&member, &format!("update routiq.attachments set file_size = file_size + 1 where id = '{one}'"))
        .await;
    assert_eq!(desk.those("wanted").await.len(), 1);
    assert_eq!(desk.run().await.0, ["fetched"]);
    desk.assert_whole().await;
}

#[tokio::test]
async fn a_rotation_wraps_the_keys_of_files_and_leaves_the_objects() {
    let house = house().await;
    let member = house.one();
    let desk = Desk::of(&house, &member).await;
    desk.run().await;
    let objects = |desk: &Desk<'_>| -> Vec<Vec<u8>> {
        desk.objects(&member).iter().map(|object| std::fs::read(object).unwrap()).collect()
    };
    let before = objects(&desk);
    let both = Keyring::new([(1, [7; 32]), (2, [8; 32])]).unwrap();
    let mut session = house.store.session(member.key.organization).await.unwrap();
    loop {
        let tenant = session.begin(None).await.unwrap();
        let wrapped = accounts::rewrap(&tenant, &both, house.hand.now(), 3).await.unwrap();
        tenant.commit().await.unwrap();
        if wrapped == 0 {
            break;
        }
    }
    assert_eq!(house.count(&member, "routiq.attachment_files where key_version = 1").await, 0);
    assert_eq!(before, objects(&desk));
    let vault: Arc<dyn Vault> = Arc::new(Directory::open(desk.folder.path()).unwrap());
    let new = Keyring::new([(2, [8; 32])]).unwrap();
    let reading = Reading::new(house.store.clone(), new, Some((vault, Arc::clone(&desk.settings))));
    let (id, external_id) = desk.those("fetched").await[0];
    let read = reading.read(member.key.organization, id, house.hand.now()).await.unwrap();
    let Read::Bytes { bytes, .. } = read else { panic!("{read:?}") };
    assert_eq!(Some(bytes.to_vec()), house.simulator.file(external_id));
}
