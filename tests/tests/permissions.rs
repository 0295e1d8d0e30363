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

/// Actions that the good estate passes without, and an estate where each decides.
const ELSEWHERE: &[(&str, &str)] = &[
    // databases have other schedules
    ("application-autoscaling:DescribeScheduledActions", "bad"),
    ("budgets:DescribeBudgetActionsForAccount", "good-otherwise"),
    (
        "elasticloadbalancing:DescribeTargetGroups",
        "good-otherwise",
    ),
    // who has a budget asks for nobody else's
    ("organizations:DescribeOrganization", "empty"),
];

/// Actions that decide on none of the test estates: no cluster of theirs is part of a global database,
/// and the addresses of their IP sets decide no verdict. Examples in the checks' pages cover both.
const NOWHERE: &[&str] = &["rds:DescribeGlobalClusters", "wafv2:GetIPSet"];

fn actions() -> Vec<String> {
    let printed = Harden::new(["permissions"]).run().exits(0).stdout;
    let policy: Value = serde_json::from_str(&printed).unwrap();
    let actions = policy["Statement"][0]["Action"].as_array().unwrap().iter();
    let actions: Vec<String> = actions.map(|a| a.as_str().unwrap().to_owned()).collect();
    assert!(actions.len() > 20, "{actions:?}");
    actions
}

fn audit(estate: &Estate, credentials: &Credentials) -> (i32, Report) {
    let args = [
        "audit",
        "--quiet",
        "--format",
        "json",
        "--as-of",
        &estate.now,
    ];
    let done = Harden::live(estate, args).credentials(credentials).run();
    (done.code, done.report())
}

/// The report with every permission, which has nothing to complain of.
fn whole(estate: &Estate, credentials: &Credentials) -> Report {
    let (code, report) = audit(estate, credentials);
    let unknown: Vec<_> = report.with("unknown").iter().map(|f| f.key()).collect();
    assert_eq!(unknown, []);
    assert!(matches!(code, 0 | 1), "{code}");
    report
}

/// What is wrong with a report that was made without an action that decides something.
fn complaints(action: &str, whole: &Report, (code, without): (i32, Report)) -> Vec<String> {
    let mut complaints = differences(action, whole, &without);
    if without.with("unknown").is_empty() {
        complaints.push("nothing turned unknown".to_owned());
    }
    // a failure that has nothing to do with it goes on counting
    let wanted = if without.with("fail").is_empty() {
        3
    } else {
        1
    };
    if code != wanted {
        complaints.push(format!("the exit code is {code}"));
    }
    complaints
}

/// The same on the good estate, where some actions decide nothing.
fn complaints_of_good(action: &str, whole: &Report, found: (i32, Report)) -> Vec<String> {
    let is_elsewhere = ELSEWHERE.iter().any(|(elsewhere, _)| *elsewhere == action);
    if !is_elsewhere && !NOWHERE.contains(&action) {
        return complaints(action, whole, found);
    }
    let mut complaints = differences(action, whole, &found.1);
    if found.0 != 0 {
        complaints.push("it decides something: take it off ELSEWHERE or NOWHERE".to_owned());
    }
    complaints
}

/// Findings that changed and should not have, or not so.
fn differences(action: &str, whole: &Report, without: &Report) -> Vec<String> {
    let mut complaints = Vec::new();
    let needs = whole.permissions();
    let before = whole.verdicts();
    for finding in without.findings() {
        let (key, verdict) = (finding.key(), finding.verdict());
        let needed = needs[finding.check()].iter().any(|a| a == action);
        if verdict == "unknown" {
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

/// Denies each action in the service's own shape. Faults are by account: each worker has one, with
/// the same estate.
fn deny_each(variant: &str, judge: impl Fn(&str, &Report, (i32, Report)) -> Vec<String> + Sync) {
    let estates: Vec<(Estate, Report)> = std::thread::scope(|scope| {
        let build = || {
            let estate = Estate::build(variant);
            let whole = whole(&estate, &estate.credentials);
            (estate, whole)
        };
        let threads: Vec<_> = (0..WORKERS).map(|_| scope.spawn(build)).collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    each_action(&actions(), |worker, action| {
        let (estate, whole) = &estates[worker];
        let fault = json!({"kind": "access-denied", "iam": action});
        peer().fault(&estate.account, &fault);
        let without = audit(estate, &estate.credentials);
        peer().clear_faults(&estate.account);
        judge(action, whole, without)
    });
}

#[test]
fn denied_in_the_shape_of_the_service() {
    deny_each("good", complaints_of_good);
}

/// Where much fails, nothing passes for not being seen, and what fails all the same goes on failing.
#[test]
fn denied_on_the_bad_estate() {
    deny_each("bad", |action, whole, (code, without)| {
        let mut complaints = differences(action, whole, &without);
        if code != 1 {
            complaints.push(format!("the exit code is {code}"));
        }
        complaints
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
    let whole = whole(&estate, &estate.auditors["with-all"]);
    each_action(&actions, |_, action| {
        let without = audit(&estate, &estate.auditors[&role(action)]);
        complaints_of_good(action, &whole, without)
    });
}

#[test]
fn denied_where_it_decides() {
    for (action, variant) in ELSEWHERE {
        let estate = Estate::build(variant);
        let whole = whole(&estate, &estate.credentials);
        let fault = json!({"kind": "access-denied", "iam": action});
        peer().fault(&estate.account, &fault);
        let without = audit(&estate, &estate.credentials);
        peer().clear_faults(&estate.account);
        let complaints = complaints(action, &whole, without);
        assert_eq!(complaints, Vec::<String>::new(), "{action} on {variant}");
    }
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
