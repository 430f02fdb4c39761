//! The demonstration as it is run: several systems side by side, killed in the middle, begun again, equal to the truth.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::Stdio,
};

use serde_json::Value;
use tempfile::TempDir;

use super::program;
use crate::support::{fast_folder, rig::folder};

/// A demonstration of small practices.
fn demo(home: &TempDir) -> std::process::Command {
    let mut command = program(home);
    command.args(["demo", "--json", "--people", "15", "--port", "0", "--data-dir"]).arg(home.path());
    command.stdin(Stdio::null());
    command
}

/// What `--once` says of each account: organization, platform, and the rest.
fn once(home: &TempDir) -> Vec<(String, String, Value)> {
    let said = demo(home).arg("--once").output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(said.status.success(), "{out}{err}");
    let text = |line: &Value, name: &str| line[name].as_str().unwrap().to_owned();
    lines.into_iter().map(|line| (text(&line, "organization"), text(&line, "platform"), line)).collect()
}

#[tokio::test]
async fn systems_side_by_side_are_equal_to_the_truth_also_after_a_kill() {
    let home = folder(&fast_folder());
    let mut child = demo(&home).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let about: Value = serde_json::from_str(&first).unwrap();
    assert!(about["simulators"]["cliniko"].is_string() && about["sign_in"].is_string(), "{about}");
    child.kill().unwrap();
    child.wait().unwrap();

    let lines = once(&home);
    let mut systems: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (organization, platform, line) in &lines {
        systems.entry(organization).or_default().push(platform);
        assert_eq!(line["differences"], 0, "{line}");
        // A calendar names no people.
        let kind = if platform == "google_calendar" { "appointments" } else { "contacts" };
        assert!(line[kind].as_u64().unwrap() > 3, "{line}");
    }
    let practice = |name| systems[name].join(" ");
    assert_eq!(practice("Harbour Physio"), "chatwoot cliniko");
    assert_eq!(practice("Kauri Chiropractic"), "chatwoot manychat");
    assert_eq!(practice("Canal Street Osteopathy"), "chatwoot cliniko nookal");
    assert_eq!(practice("Marigold Podiatry"), "chatwoot google_calendar");
    assert_eq!(practice("Fern & Tide Pilates"), "google_calendar momence twilio");
    let accounts: std::collections::BTreeSet<_> =
        lines.iter().map(|(_, platform, line)| (platform, line["account"].as_str())).collect();
    assert_eq!(accounts.len(), lines.len(), "each account is another");

    // Pictures lie sealed in the folder, each under its practice.
    let files = |platform| {
        let of = lines.iter().filter(|(_, theirs, _)| theirs == platform);
        of.map(|(_, _, line)| line["files"].as_u64().unwrap_or_default()).sum::<u64>()
    };
    assert!(files("chatwoot") > 3 && files("twilio") > 0, "{lines:?}");
    let sealed = objects(&home);
    assert!(sealed.len() as u64 >= files("chatwoot") + files("twilio"), "{sealed:?}");
    let open = |object: &PathBuf| {
        let bytes = std::fs::read(object).unwrap();
        bytes.windows(8).any(|part| part == b"invented")
    };
    assert!(!sealed.iter().any(open), "a picture lies open");
}

/// Every sealed file.
fn objects(home: &TempDir) -> Vec<PathBuf> {
    let entries = |folder: PathBuf| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries(home.path().join("attachments")).filter(|path| path.is_dir()).flat_map(entries).collect()
}

#[test]
fn a_folder_of_another_world_is_refused_by_what_it_says() {
    let home = folder(&fast_folder());
    let note = home.path().join("simulators.json");
    std::fs::write(&note, r#"{"seed": 1, "epoch": "2031-03-04T05:06:07Z"}"#).unwrap();
    let said = demo(&home).output().unwrap();
    let err = String::from_utf8_lossy(&said.stderr);
    assert!(!said.status.success() && err.contains("choose another --data-dir"), "{err}");
}
