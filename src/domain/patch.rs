//! How the document that dashboards show changes: merge patches of RFC 7396. Absent and null mean the same there.

use serde_json::{Map, Value, json};

/// Fields that change with every look: they travel with other changes and are none themselves.
const VOLATILE: [&[&str]; 4] = [
    &["metrics", "dataAgeMinutes"],
    &["metrics", "sequence"],
    &["metrics", "epoch"],
    &["summary", "generated_at"],
];

/// The document without what changes with every look.
fn settled(document: &Value) -> Value {
    let mut document = document.clone();
    for path in VOLATILE {
        if let [group, field] = path
            && let Some(Value::Object(group)) = document.get_mut(*group)
        {
            group.remove(*field);
        }
    }
    if let Some(sync) = document.pointer_mut("/sync/current_sync")
        && sync.is_object()
    {
        *sync = json!({ "sync_id": sync.get("sync_id"), "status": sync.get("status") });
    }
    document
}

/// Whether two documents differ in anything that counts as a change.
pub fn differ(before: &Value, after: &Value) -> bool {
    settled(before) != settled(after)
}

/// The merge patch that makes `after` of `before`; arrays are replaced whole.
pub fn diff(before: &Value, after: &Value) -> Value {
    let (Value::Object(old), Value::Object(new)) = (before, after) else { return after.clone() };
    let mut patch = Map::new();
    for (key, value) in new {
        match old.get(key) {
            Some(known) if known == value => {}
            // Absent and null mean the same, as a patch can only take away.
            None if value.is_null() => {}
            Some(known @ Value::Object(_)) if value.is_object() => {
                patch.insert(key.clone(), diff(known, value));
            }
            _ => {
                patch.insert(key.clone(), value.clone());
            }
        }
    }
    for key in old.keys().filter(|key| !new.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    Value::Object(patch)
}

/// Applies a merge patch (RFC 7396, section 2): what the patch says is null is taken away.
pub fn apply(document: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *document = patch.clone();
        return;
    };
    if !document.is_object() {
        *document = Value::Object(Map::new());
    }
    if let Value::Object(fields) = document {
        for (key, value) in patch {
            if value.is_null() {
                fields.remove(key);
            } else {
                apply(fields.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
    }
}

/// One patch that does what `first` and then `second` do; `None` where no single patch can.
pub fn compose(first: &Value, second: &Value) -> Option<Value> {
    let (Value::Object(one), Value::Object(two)) = (first, second) else { return Some(second.clone()) };
    let mut both = one.clone();
    for (key, value) in two {
        let joined = match both.get(key) {
            Some(known @ Value::Object(_)) if value.is_object() => compose(known, value)?,
            // What was taken away or replaced and comes back as an object would be laid over what was there before.
            Some(_) if value.is_object() => return None,
            _ => value.clone(),
        };
        both.insert(key.clone(), joined);
    }
    Some(Value::Object(both))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (0..4_i64).prop_map(Value::from),
            prop::collection::vec((0..3_i64).prop_map(Value::from), 0..3).prop_map(Value::from),
        ];
        let object = leaf.prop_recursive(3, 24, 4, |inner| {
            prop::collection::btree_map("[a-d]", inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect()))
        });
        prop::collection::btree_map("[a-d]", object, 0..4)
            .prop_map(|fields| Value::Object(fields.into_iter().collect()))
    }

    /// Absent and null are the same to whoever follows patches.
    fn without_nulls(value: &Value) -> Value {
        match value {
            Value::Object(fields) => Value::Object(
                fields
                    .iter()
                    .filter(|(_, value)| !value.is_null())
                    .map(|(key, value)| (key.clone(), without_nulls(value)))
                    .collect(),
            ),
            other => other.clone(),
        }
    }

    proptest! {
        #[test]
        fn a_patch_makes_the_new_of_the_old(old in any_json(), new in any_json()) {
            let mut document = old.clone();
            apply(&mut document, &diff(&old, &new));
            prop_assert_eq!(without_nulls(&document), without_nulls(&new));
        }

        #[test]
        fn two_patches_in_one_do_what_both_do(old in any_json(), middle in any_json(), new in any_json()) {
            let (first, second) = (diff(&old, &middle), diff(&middle, &new));
            if let Some(both) = compose(&first, &second) {
                let mut document = old.clone();
                apply(&mut document, &both);
                prop_assert_eq!(without_nulls(&document), without_nulls(&new));
            }
        }
    }
}
