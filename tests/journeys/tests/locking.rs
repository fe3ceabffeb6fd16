//! A lock in the middle of a share, with a real partner.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use holdall_app::{App, Config, Task};
use holdall_journeys::{DemoPartners, exports};
use serde_json::{Value, json};

fn call(app: &App, name: &str, request: &Value, task: &Task) -> Value {
    let answer = app.call(name, &request.to_string(), task).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&answer).expect("JSON")
}

/// Locks the vault, from the task's own thread, when it comes to this phase.
fn locking(app: &Arc<App>, phase: &'static str) -> (Task, Arc<AtomicBool>) {
    let (app, locked) = (app.clone(), Arc::new(AtomicBool::new(false)));
    let seen = locked.clone();
    let task = Task::reporting(move |progress| {
        if progress.phase == phase && !seen.swap(true, Ordering::Relaxed) {
            assert!(app.lock_now());
        }
    });
    (task, locked)
}

#[test]
fn k02_a_lock_during_a_share_lets_it_end_whole_and_shows_nothing() {
    let home = tempfile::tempdir().expect("a folder");
    let partners = DemoPartners::start(&home.path().join("partners"));
    for phase in ["sealing", "sending"] {
        let place = home.path().join(phase);
        std::fs::create_dir(&place).expect("our own folder");
        let config = Config {
            vault_dir: place.join("vault"),
            settings_file: place.join("settings.json"),
            log_file: None,
            key_file: Some(place.join("key")),
            development: true,
        };
        let app = Arc::new(App::open(config).expect("starts"));
        let run = |name, request: Value| call(&app, name, &request, &Task::silent());
        run("vault.create", json!({}));
        let preview = run("import.preview", json!({ "paths": [exports::flights(&place)] }));
        run("import.commit", json!({ "preview_id": preview["preview_id"] }));
        run("partner.add", json!({ "url": partners.airline }));
        let offers = run("partner.offers", json!({ "partner": partners.airline }));
        let preview = run("share.preview", json!({ "partner": partners.airline, "purpose": offers[0]["purpose"] }));

        let (task, locked) = locking(&app, phase);
        let shared = call(&app, "share.confirm", &json!({ "preview_id": preview["preview_id"], "sha256": preview["sha256"] }), &task);
        assert!(locked.load(Ordering::Relaxed), "it never came to {phase}");
        assert_eq!(shared["summary"]["state"], "active", "{shared}");
        for name in ["home", "grant.list", "audit.list", "partner.list"] {
            assert_eq!(app.call(name, "{}", &Task::silent()).expect_err(name).code, "vault-locked", "{phase}: {name}");
        }
        run("vault.unlock", json!({}));
        let grants = run("grant.list", json!({}));
        assert_eq!((grants[0]["state"].as_str(), grants.as_array().map(Vec::len)), (Some("active"), Some(1)), "{grants}");
        assert_eq!(run("audit.list", json!({}))["intact"], true);
    }
}

/// The computer travels while Holdall is open: days and sums stay where they were, of what is there and of what comes after.
#[cfg(unix)]
#[test]
fn m02_a_change_of_zone_while_it_runs_moves_nothing() {
    // Only a process of its own may change its zone.
    const CHILD: &str = "HOLDALL_TEST_ZONES";
    if std::env::var_os(CHILD).is_none() {
        let test = "m02_a_change_of_zone_while_it_runs_moves_nothing";
        let mut again = std::process::Command::new(std::env::current_exe().expect("a test knows where it is"));
        let output = again.args(["--exact", test, "--nocapture"]).env(CHILD, "1").output().expect("runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout) + &*String::from_utf8_lossy(&output.stderr));
        return;
    }
    let told: Vec<[String; 3]> = [["UTC", "UTC"], ["America/New_York", "Pacific/Kiritimati"]].map(in_zones).into_iter().collect();
    assert_eq!(told[0], told[1]);
}

/// What a vault tells when the second file comes in another zone than the first.
#[cfg(unix)]
fn in_zones([before, after]: [&str; 2]) -> [String; 3] {
    let home = tempfile::tempdir().expect("a folder");
    let config = Config {
        vault_dir: home.path().join("vault"),
        settings_file: home.path().join("settings.json"),
        log_file: None,
        key_file: Some(home.path().join("key")),
        development: false,
    };
    // SAFETY: this process runs this test alone, and its other threads do not look at the environment.
    let travel = |zone| unsafe { std::env::set_var("TZ", zone) };
    let app = App::open(config).expect("starts");
    let run = |name, request: Value| call(&app, name, &request, &Task::silent());
    let import = |file| {
        let preview = run("import.preview", json!({ "paths": [file] }));
        run("import.commit", json!({ "preview_id": preview["preview_id"] }));
    };
    travel(before);
    run("vault.create", json!({}));
    import(exports::orders(home.path()));
    let first = run("vendor.get", json!({ "slug": "amazon" }))["months"].to_string();
    travel(after);
    assert_eq!(run("vendor.get", json!({ "slug": "amazon" }))["months"].to_string(), first, "the sums of {before} in {after}");
    import(exports::flights(home.path()));
    let rows = run("record.find", json!({ "limit": 200 }));
    let moments = rows["rows"].as_array().expect("rows").iter().map(|row| row["moment"].to_string()).collect();
    let month = run("record.find", json!({ "from": "2025-03-01", "to": "2025-03-31" }))["total"].to_string();
    assert_ne!(first, "null");
    [first, moments, month]
}
