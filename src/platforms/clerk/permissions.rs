//! Permissions as newer session tokens pack them: names once, and for each feature of the organization a number whose bits
//! say which of the names it has.

/// Unpacks `fea`, `o.per` and `o.fpm` into `org:<feature>:<permission>`. What is missing or no number gives nothing; a
/// number more than there are features is passed over.
pub fn unpack(features: Option<&str>, names: Option<&str>, masks: Option<&str>) -> Vec<String> {
    let (Some(features), Some(names), Some(masks)) = (features, names, masks) else { return Vec::new() };
    let names: Vec<&str> = names.split(',').map(str::trim).collect();
    let mut masks = masks.split(',');
    let mut unpacked = Vec::new();
    for feature in features.split(',').map(str::trim) {
        let Some((scope, feature)) = feature.split_once(':') else { continue };
        // A feature of the user alone has no number.
        if !scope.contains('o') {
            continue;
        }
        let Some(mask) = masks.next() else { break };
        // More than 53 permissions are possible, so this is no number of JavaScript's.
        let Ok(mask) = mask.trim().parse::<u128>() else { continue };
        let held = names.iter().enumerate().filter(|(bit, name)| {
            !name.is_empty()
                && u32::try_from(*bit)
                    .is_ok_and(|bit| mask.checked_shr(bit).is_some_and(|rest| rest & 1 == 1))
        });
        unpacked.extend(held.map(|(_, name)| format!("org:{feature}:{name}")));
    }
    unpacked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked(features: &str, names: &str, masks: &str) -> Vec<String> {
        unpack(Some(features), Some(names), Some(masks))
    }

    /// The published SDK's own cases.
    #[test]
    fn the_published_cases_come_out_as_published() {
        for (features, names, masks, wanted) in [
            (
                "o:impersonation,o:memberships",
                "read,manage",
                "1,3",
                vec!["org:impersonation:read", "org:memberships:read", "org:memberships:manage"],
            ),
            (
                "o:repositories,o:projects",
                "read,create,update,delete,revoke",
                "7,21",
                vec![
                    "org:repositories:read",
                    "org:repositories:create",
                    "org:repositories:update",
                    "org:projects:read",
                    "org:projects:update",
                    "org:projects:revoke",
                ],
            ),
            (
                "ou:memberships,u:impersonation",
                "read,manage",
                "3,0",
                vec!["org:memberships:read", "org:memberships:manage"],
            ),
            (
                "uo:impersonation,o:memberships,uo:feature3",
                "read,manage",
                "1,3,1",
                vec![
                    "org:impersonation:read",
                    "org:memberships:read",
                    "org:memberships:manage",
                    "org:feature3:read",
                ],
            ),
            (
                "o:dashboard,o:teams",
                "manage,read",
                "3,2",
                vec!["org:dashboard:manage", "org:dashboard:read", "org:teams:read"],
            ),
        ] {
            assert_eq!(unpacked(features, names, masks), wanted, "{features}");
        }
    }

    #[test]
    fn what_is_missing_gives_nothing_and_large_numbers_lose_nothing() {
        assert_eq!(unpack(None, Some("read"), Some("1")), Vec::<String>::new());
        assert_eq!(unpack(Some("o:a"), None, Some("1")), Vec::<String>::new());
        assert_eq!(unpack(Some("o:a"), Some("read"), None), Vec::<String>::new());
        assert_eq!(unpacked("o:a,o:b", "read", "1"), ["org:a:read"], "a number is missing");
        assert_eq!(unpacked("o:a,o:b", "read", "0,1"), ["org:b:read"], "a zero keeps its place");
        assert_eq!(unpacked("o:a,o:b", "read", "x,1"), ["org:b:read"], "no number");
        let names: Vec<String> = (0..61).map(|n| format!("p{n}")).collect();
        assert_eq!(unpacked("o:a", &names.join(","), "1152921504606846977"), ["org:a:p0", "org:a:p60"]);
    }
}
