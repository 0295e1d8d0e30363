//! Each permission taken away in turn: what rests on it turns unknown and names it, nothing else
//! changes, nothing comes to pass.
//!
//! Twice: by IAM as moto evaluates it, for a role that has every action but one; and by an error
//! of the service's own shape, which also tries what IAM would never be asked in moto.
#![cfg(feature = "live")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::collections::BTreeMap;
use std::sync::Mutex;

use harden_tests::{Credentials, Estate, Harden, Peer, Report, peer};
use serde_json::{Value, json};

/// How many audits run at once: the peer has one core's worth of Python.
const WORKERS: usize = 4;

fn actions() -> Vec<String> {
    let printed = Harden::new(["permissions"]).run().exits(0).stdout;
    let policy: Value = serde_json::from_str(&printed).unwrap();
    let actions = policy["Statement"][0]["Action"].as_array().unwrap().iter();
    let actions: Vec<String> = actions.map(|a| a.as_str().unwrap().to_owned()).collect();
    assert!(actions.len() > 20, "{actions:?}");
    actions
}

fn audit(estate: &Estate, credentials: &Credentials, code: i32) -> Report {
    let args = [
        "audit",
        "--quiet",
        "--format",
        "json",
        "--as-of",
        &estate.now,
    ];
    let done = Harden::live(estate, args).credentials(credentials).run();
    assert_eq!(done.code, code, "{}\n{:.3000}", done.stderr, done.stdout);
    done.report()
}

/// What is wrong with a report that was made without an action.
fn complaints(action: &str, whole: &Report, without: &Report) -> Vec<String> {
    let mut complaints = Vec::new();
    let needs = whole.permissions();
    let before = whole.verdicts();
    let mut unknowns = 0;
    for finding in without.findings() {
        let (key, verdict) = (finding.key(), finding.verdict());
        let needed = needs[finding.check()].iter().any(|a| a == action);
        if verdict == "unknown" {
            unknowns += 1;
            if finding.denied_action() != Some(action) {
                complaints.push(format!(
                    "{key:?} names another reason: {}",
                    finding.0["unknown"]
                ));
            }
            if !needed {
                complaints.push(format!("{key:?} turned unknown and does not need it"));
            }
            continue;
        }
        match before.get(&key) {
            Some(old) if old == verdict => {}
            old => complaints.push(format!("{key:?} is {verdict} and was {old:?}")),
        }
    }
    // a finding that is gone must be one whose resources could not be listed: then its check has
    // an unknown of its own
    let after = without.verdicts();
    for key in before.keys().filter(|key| !after.contains_key(*key)) {
        let told = without.with("unknown").iter().any(|f| f.check() == key.0);
        if !told {
            complaints.push(format!("{key:?} is gone without a word"));
        }
    }
    if unknowns == 0 {
        complaints.push("nothing turned unknown".to_owned());
    }
    complaints
}

/// Runs a job for each action, some at a time, and fails with all complaints.
fn each_action(actions: &[String], job: impl Fn(usize, &str) -> Vec<String> + Sync) {
    let queue = Mutex::new(actions.iter());
    let all = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for worker in 0..WORKERS {
            let (queue, all, job) = (&queue, &all, &job);
            scope.spawn(move || {
                loop {
                    let next = queue.lock().unwrap().next();
                    let Some(action) = next else { break };
                    let complaints = job(worker, action);
                    if !complaints.is_empty() {
                        all.lock().unwrap().insert(action.clone(), complaints);
                    }
                }
            });
        }
    });
    let all = all.into_inner().unwrap();
    assert!(all.is_empty(), "{all:#?}");
}

#[test]
fn denied_in_the_shape_of_the_service() {
    // faults are by account: each worker has one, with the same estate
    let estates: Vec<(Estate, Report)> = std::thread::scope(|scope| {
        let build = || {
            let estate = Estate::build("good");
            let whole = audit(&estate, &estate.credentials, 0);
            (estate, whole)
        };
        let threads: Vec<_> = (0..WORKERS).map(|_| scope.spawn(build)).collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    each_action(&actions(), |worker, action| {
        let (estate, whole) = &estates[worker];
        let fault = json!({"kind": "access-denied", "iam": action});
        peer().fault(&estate.account, &fault);
        let without = audit(estate, &estate.credentials, 3);
        peer().clear_faults(&estate.account);
        complaints(action, whole, &without)
    });
}

#[test]
fn denied_by_iam() {
    let actions = actions();
    let role = |action: &str| format!("without-{}", action.replace(':', "-"));
    let but =
        |out: &str| -> Vec<String> { actions.iter().filter(|a| *a != out).cloned().collect() };
    let mut auditors: BTreeMap<String, Vec<String>> =
        actions.iter().map(|a| (role(a), but(a))).collect();
    auditors.insert("with-all".to_owned(), actions.clone());
    // enforcement is a server's, not an account's
    let peer = Peer::start();
    let estate = Estate::build_on(&peer, "good", "555999000001", "us-east-2", &auditors);
    peer.control("POST", "iam", Some(&json!({"enforce": true})));
    let whole = audit(&estate, &estate.auditors["with-all"], 0);
    each_action(&actions, |_, action| {
        let without = audit(&estate, &estate.auditors[&role(action)], 3);
        complaints(action, &whole, &without)
    });
}

/// The preflight names what is denied, and the checks that it costs.
#[test]
fn the_preflight_names_what_is_denied() {
    let estate = Estate::build("good");
    let args = ["permissions", "--preflight", "--quiet", "--format", "json"];
    let clean = Harden::live(&estate, args).run().exits(0);
    assert_eq!(clean.stdout.trim(), "[]");
    let action = "sns:ListSubscriptionsByTopic";
    peer().fault(
        &estate.account,
        &json!({"kind": "access-denied", "iam": action}),
    );
    let denied = Harden::live(&estate, args).run().exits(3);
    let obstacles: Vec<Value> = serde_json::from_str(&denied.stdout).unwrap();
    assert!(!obstacles.is_empty());
    for obstacle in &obstacles {
        assert_eq!(obstacle["action"], action, "{obstacle}");
        assert_eq!(obstacle["cause"], "denied", "{obstacle}");
    }
    let told = Harden::live(&estate, &args[..3]).run().exits(3);
    assert!(told.stdout.contains("denied actions:"), "{}", told.stdout);
    assert!(told.stdout.contains(action), "{}", told.stdout);
    peer().clear_faults(&estate.account);
}
