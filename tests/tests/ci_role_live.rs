//! What AWS does about a CI role that the estates do not: policies of AWS's own, and a report that
//! takes a while.
#![cfg(feature = "live")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::collections::BTreeMap;

use harden_tests::estate::new_account;
use harden_tests::{Estate, Harden, Peer, Report, peer};
use serde_json::json;

fn audit(estate: &Estate, more: &[&str]) -> Report {
    let args = ["audit", "--format", "json", "--as-of", &estate.now];
    let done = Harden::live(estate, args.iter().chain(more)).run();
    assert!(matches!(done.code, 0 | 1 | 3), "{}", done.stderr);
    done.report()
}

fn posted(estate: &Estate, statuses: &[&str]) {
    let records = json!({"iam": {"JobStatus": statuses}});
    let state = json!({"account": estate.account, "region": estate.region, "records": records});
    peer().control("POST", "state", Some(&state));
}

const DEPLOYMENT: &str = r#"
[[aws.ci.deployments]]
role = "saaspe-power-user"
kind = "ecs"
region = "us-east-2"
ecr_repository = "saaspe-backend"
cluster = "saaspe-production-cluster"
service = "saaspe-production-service"
family = "saaspe-backend"
passed_roles = ["saaspe-task", "saaspe-execution"]
"#;

/// moto loads AWS's own managed policies where it is asked to, and answers with all of them, in two
/// pages; AWS answers with those that are attached.
#[test]
fn policies_of_awss_own() {
    let peer = Peer::start_with(&[("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")]);
    let account = new_account();
    let estate = Estate::build_on(
        &peer,
        "managed-policies",
        &account,
        "us-east-2",
        &BTreeMap::new(),
    );
    peer.reset_log(&account);
    let args = ["audit", "--format", "json", "--as-of", &estate.now];
    let args = args
        .iter()
        .chain(&["--only", "aws/ci-role-*", "--policy", "harden.toml"]);
    let report = Harden::live(&estate, args)
        .file("harden.toml", DEPLOYMENT)
        .run()
        .exits(1)
        .report();
    let pages = peer.log(&account).into_iter();
    let pages = pages.filter(|call| call["operation"] == "GetAccountAuthorizationDetails");
    assert_eq!(pages.count(), 2);

    let said = |check: &str, role: &str| {
        let check = format!("aws/ci-role-{check}");
        let found = report.findings();
        let found = found.filter(|f| f.check() == check && f.resource() == estate.named(role));
        let found: Vec<_> = found.map(|f| f.0.clone()).collect();
        assert_eq!(found.len(), 1, "{check} of {role}");
        found[0].clone()
    };
    let verdicts = [
        ("administrator", "admin", "fail"),
        ("administrator", "privilege-escalation", "fail"),
        ("administrator", "wildcard-action", "fail"),
        // the boundary leaves it ECR
        ("bounded", "admin", "pass"),
        ("bounded", "privilege-escalation", "pass"),
        ("power-user", "admin", "pass"),
        ("power-user", "wildcard-action", "fail"),
        ("power-user", "wildcard-resource", "fail"),
    ];
    let told: Vec<_> = verdicts
        .iter()
        .map(|(role, check, _)| said(check, role)["verdict"].as_str().unwrap().to_owned())
        .collect();
    let wanted: Vec<_> = verdicts.iter().map(|(_, _, verdict)| *verdict).collect();
    assert_eq!(told, wanted);
    let of_admin = said("admin", "administrator").to_string();
    assert!(of_admin.contains("AdministratorAccess"), "{of_admin}");
    // what is AWS's can't be edited: it is taken off the role
    let mends = said("wildcard-action", "power-user")["remediation"].to_string();
    assert!(mends.contains("detach-role-policy"), "{mends}");
    assert!(!mends.contains("create-policy-version"), "{mends}");
    assert_eq!(
        report.with("unknown").len(),
        0,
        "{:?}",
        report.with("unknown")
    );
}

/// IAM works out in the background what a role was used for.
#[test]
fn a_report_that_takes_a_while() {
    let estate = Estate::build("good");
    let at_once = audit(&estate, &[]);
    posted(&estate, &["IN_PROGRESS", "IN_PROGRESS"]);
    peer().reset_log(&estate.account);
    let later = audit(&estate, &[]);
    let log = peer().log(&estate.account);
    let called = |name: &str| log.iter().filter(|c| c["operation"] == name).count();
    let roles = called("GenerateServiceLastAccessedDetails");
    assert!(roles > 0);
    assert_eq!(called("GetServiceLastAccessedDetails"), 3 * roles);
    assert_eq!(at_once.without_run(), later.without_run());
}

/// One that it can't work out is unknown, and nothing else is.
#[test]
fn a_report_that_fails() {
    let estate = Estate::build("good");
    let before = audit(&estate, &[]).verdicts();
    posted(&estate, &["IN_PROGRESS", "FAILED"]);
    let report = audit(&estate, &[]);
    let changed: Vec<_> = report
        .verdicts()
        .into_iter()
        .filter(|(key, verdict)| before.get(key) != Some(verdict))
        .collect();
    let unused = "aws/ci-role-unused-permissions".to_owned();
    let role = estate.named("ci-role").to_owned();
    let [((check, resource), verdict)] = &changed[..] else {
        panic!("{changed:?}");
    };
    assert_eq!((check, &**verdict), (&unused, "unknown"));
    assert!(resource.starts_with(&role), "{resource}");
    let unknown = report.with("unknown");
    assert_eq!(unknown.len(), 1);
    let said = unknown[0].0["unknown"].to_string();
    assert!(said.contains("iam:GetServiceLastAccessedDetails"), "{said}");
}
