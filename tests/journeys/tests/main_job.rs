//! The main job on the command line: import, see, share, revoke, prove.

use std::path::Path;

use holdall_journeys::{DemoPartners, Desk, exports, sample};

fn share_first_offer(desk: &Desk, origin: &str) -> serde_json::Value {
    desk.holdall(["partner", "add", origin]).ok();
    let offers = desk.holdall(["offers", origin]).ok().json();
    let purpose = offers[0]["purpose"].as_str().expect("an offer").to_owned();
    let preview = desk.holdall(["share", origin, &purpose, "--preview"]).ok().json();
    assert!(preview["rows"].as_u64() > Some(0), "nothing to share: {preview}");
    let shared = desk.holdall(["share", origin, &purpose, "--yes"]).ok().json();
    assert_eq!(shared["summary"]["rows"], preview["rows"]);
    shared
}

fn import_samples(desk: &Desk) {
    let created = desk.holdall(["vault", "create"]).ok().json();
    let groups: Vec<String> = created["ask_groups"]
        .as_array()
        .expect("groups to type back")
        .iter()
        .map(|g| {
            let number = usize::try_from(g.as_u64().expect("a number")).expect("small");
            format!("{number}={}", created["recovery_code"][number - 1].as_str().expect("a group"))
        })
        .collect();
    let proved = desk.holdall(["vault", "prove"].into_iter().map(str::to_owned).chain(groups)).ok().json();
    assert_eq!(proved["recovery_proved"], true);
    for file in [exports::orders(desk.home()), exports::flights(desk.home()), sample("standards/ofx/sample.ofx")] {
        let file = file.to_string_lossy();
        let first = desk.holdall(["import", "--yes", &file]).ok().json();
        assert!(first["files"][0]["verdicts"]["new"].as_u64() > Some(0), "{file}: {first}");
        assert!(first["files"][0]["import_id"].is_i64());
        let again = desk.holdall(["import", "--yes", &file]).ok().json();
        assert_eq!(again["files"][0]["verdicts"]["new"], 0, "{file}: {again}");
    }
}

#[test]
fn import_see_share_revoke_prove() {
    let desk = Desk::new();
    let partners = DemoPartners::start(&desk.home().join("partners"));
    import_samples(&desk);

    let found = desk.holdall(["find", "--kind", "flight", "--limit", "1"]).ok().json();
    let id = found["rows"][0]["id"].as_i64().expect("a flight").to_string();
    let detail = desk.holdall(["show", &id]).ok().json();
    assert!(!detail["source"]["cells"].as_array().expect("cells").is_empty(), "the source row is read back: {detail}");

    for origin in [&partners.airline, &partners.bookseller] {
        let shared = share_first_offer(&desk, origin);
        let grant = shared["summary"]["grant_id"].as_str().expect("a grant").to_owned();
        assert_eq!(shared["summary"]["state"], "active", "{shared}");
        assert!(shared["receipt"]["checks"].as_array().expect("checks").iter().all(|c| c["ok"] == true));
        assert!(!shared["benefits"].as_array().expect("benefits").is_empty(), "the partner gives back: {shared}");

        let stopped = desk.holdall(["revoke", &grant, "--yes"]).ok().json();
        assert_eq!(stopped["summary"]["state"], "erased", "{stopped}");
        assert_eq!(stopped["deletion"]["rows"], shared["summary"]["rows"]);
        check_proof(&desk, &grant);
    }
    let log = desk.holdall(["audit"]).ok().json();
    assert_eq!(log["intact"], true);
}

fn check_proof(desk: &Desk, grant: &str) {
    let file = desk.home().join(format!("{grant}.dgproof"));
    desk.holdall(["proof", grant, &file.to_string_lossy()]).ok();
    // A second computer, without any vault.
    let stranger = Desk::with_passphrase();
    let report = stranger.holdall(["verify", &file.to_string_lossy()]).ok().json();
    assert_eq!(report["verdict"], "complete");
    flip_a_byte(&file);
    assert_eq!(stranger.holdall(["verify", &file.to_string_lossy()]).code, 30);
}

fn flip_a_byte(file: &Path) {
    let mut bytes = std::fs::read(file).expect("the proof");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(file, bytes).expect("our own file");
}

#[test]
fn a_share_made_offline_waits_and_a_stop_needs_no_network() {
    let desk = Desk::with_passphrase();
    let mut partners = DemoPartners::start(&desk.home().join("partners"));
    import_samples(&desk);
    desk.holdall(["partner", "add", &partners.airline]).ok();
    let purpose = desk.holdall(["offers", &partners.airline]).ok().json()[0]["purpose"].as_str().expect("an offer").to_owned();
    partners.stop();

    let shared = desk.holdall(["share", &partners.airline, &purpose, "--yes"]).ok().json();
    assert_eq!(shared["summary"]["state"], "queued", "{shared}");
    let grant = shared["summary"]["grant_id"].as_str().expect("a grant").to_owned();
    assert_eq!(desk.holdall(["sync"]).code, 20);
    let stopped = desk.holdall(["revoke", &grant, "--yes"]).ok().json();
    assert_eq!(stopped["summary"]["state"], "cancelled", "nothing ever left: {stopped}");
}

#[test]
fn i05_a_partner_whose_key_changed_is_blocked_until_the_person_compared_its_words() {
    let desk = Desk::with_passphrase();
    let folder = desk.home().join("partners");
    let mut partners = DemoPartners::start(&folder);
    import_samples(&desk);
    let before = desk.holdall(["partner", "add", &partners.airline]).ok().json();
    partners.stop();
    // As after a break-in, or after the partner lost its keys: the same address, another key, and nobody vouches for it.
    std::fs::remove_dir_all(folder.join("alder-air")).expect("our own folder");
    let port = partners.airline.rsplit(':').next().and_then(|p| p.parse().ok()).expect("a port");
    let partners = DemoPartners::start_at(&folder, port);

    let blocked = desk.holdall(["partner", "add", &partners.airline]);
    assert_eq!((blocked.code, blocked.error_code().as_str()), (32, "partner-key-changed"), "{}", blocked.out);
    let told = blocked.json()["error"]["title"].as_str().expect("a sentence").to_owned();
    let words = |key: &serde_json::Value| key.as_array().expect("words").iter().filter_map(|w| w.as_str()).collect::<Vec<_>>().join(" ");
    let (old, new) = (words(&before["key_words"]), told.split('`').nth(3).expect("the new words").to_owned());
    assert!(told.contains(&old) && old != new, "both are named: {told}");

    let trust = |words: &str| {
        let all = ["partner", "trust-key", partners.airline.as_str()].into_iter().chain(words.split(' '));
        desk.holdall(all.collect::<Vec<_>>())
    };
    assert_eq!(trust(&old).error_code(), "partner-untrusted", "the old words are not those of the new key");
    assert_eq!(words(&trust(&new).ok().json()["key_words"]), new);
    desk.holdall(["partner", "add", &partners.airline]).ok();
}
