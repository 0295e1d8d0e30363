//! Several regions and several accounts in one run.
#![cfg(feature = "live")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::collections::{BTreeMap, BTreeSet};

use harden_tests::estate::new_account;
use harden_tests::{Estate, Harden, Report, peer};
use serde_json::json;

fn build(variant: &str, account: &str, region: &str) -> Estate {
    Estate::build_on(peer(), variant, account, region, &BTreeMap::new())
}

fn regions(report: &Report) -> BTreeSet<String> {
    let regions = report
        .findings()
        .map(|f| f.0["resource_id"]["region"].clone());
    regions
        .map(|r| r.as_str().unwrap_or_default().to_owned())
        .filter(|r| !r.is_empty() && r != "global" && r != "*")
        .collect()
}

#[test]
fn two_regions() {
    let account = new_account();
    let ohio = build("good", &account, "us-east-2");
    // the same names elsewhere, so that a region that is mixed up is seen
    let ireland = build("bad-no-budget", &account, "eu-west-1");
    let args = [
        "audit",
        "--format",
        "json",
        "--as-of",
        &ireland.now,
        "--region",
        "us-east-2",
        "--region",
        "eu-west-1",
    ];
    let report = Harden::live(&ohio, args).run().exits(1).report();
    let verdict = |estate: &Estate| {
        report
            .verdict("aws/ecs-cpu-alarm-missing", estate.named("service"))
            .map(str::to_owned)
    };
    assert_eq!(verdict(&ohio).as_deref(), Some("pass"));
    assert_eq!(verdict(&ireland).as_deref(), Some("fail"));
    assert_eq!(
        regions(&report),
        BTreeSet::from(["eu-west-1".into(), "us-east-2".into()])
    );
    // what is not of a region is judged once
    let budgets = report
        .findings()
        .filter(|f| f.check() == "aws/budget-missing");
    assert_eq!(budgets.count(), 1);
    assert_eq!(report.with("unknown").len(), 0);

    // the same by the policy file
    let policy = "[aws]\nregions = [\"us-east-2\", \"eu-west-1\"]\n";
    let same = Harden::live(
        &ohio,
        ["audit", "--format", "json", "--as-of", &ireland.now],
    )
    .file("harden.toml", policy)
    .run();
    assert_eq!(same.report().verdicts(), report.verdicts());
}

#[test]
fn all_regions() {
    let estate = build("empty", &new_account(), "us-east-2");
    peer().control(
        "POST",
        "state",
        Some(&json!({
            "account": estate.account, "region": "us-east-2",
            "records": {"account": {"Regions": [
                {"RegionName": "us-east-2", "RegionOptStatus": "ENABLED_BY_DEFAULT"},
                {"RegionName": "eu-west-1", "RegionOptStatus": "ENABLED_BY_DEFAULT"},
                {"RegionName": "af-south-1", "RegionOptStatus": "ENABLED"},
                {"RegionName": "ap-east-1", "RegionOptStatus": "DISABLED"},
            ]}},
        })),
    );
    let args = [
        "audit",
        "--format",
        "json",
        "--region",
        "all",
        "--only",
        "aws/alert-topic-missing",
    ];
    let report = Harden::live(&estate, args).run().exits(0).report();
    let wanted = ["af-south-1", "eu-west-1", "us-east-2"].map(str::to_owned);
    assert_eq!(regions(&report), BTreeSet::from(wanted));

    // who may not list the regions is told so; nothing passes by ignorance
    let denied = json!({"kind": "access-denied", "iam": "account:ListRegions"});
    peer().fault(&estate.account, &denied);
    let done = Harden::live(&estate, args).run();
    assert!(matches!(done.code, 2 | 3), "{}", done.stderr);
    let told = format!("{}{}", done.stdout, done.stderr);
    assert!(told.contains("account:ListRegions"), "{told}");
    peer().clear_faults(&estate.account);
}

/// Two accounts by assumed roles, one of which refuses: a gap, not the end.
#[test]
fn two_accounts() {
    let [one, other] = [new_account(), new_account()];
    let good = build("good", &one, "us-east-2");
    let bad = build("bad", &other, "us-east-2");
    let policy = format!(
        "[[aws.accounts]]\nid = \"{one}\"\n\
         [[aws.accounts]]\nid = \"{other}\"\n\
         role_arn = \"arn:aws:iam::{other}:role/harden-audit\"\nexternal_id = \"harden\"\n"
    );
    let audit = || {
        let args = [
            "audit",
            "--format",
            "json",
            "--as-of",
            &bad.now,
            "--policy",
            "harden.toml",
        ];
        Harden::live(&good, args).file("harden.toml", &policy).run()
    };
    let report = audit().exits(1).report();
    let check = "aws/rds-deletion-unprotected";
    assert_eq!(report.verdict(check, good.named("postgres")), Some("pass"));
    assert_eq!(report.verdict(check, bad.named("postgres")), Some("fail"));
    assert_eq!(report.with("unknown").len(), 0);
    let budgets = report
        .findings()
        .filter(|f| f.check() == "aws/budget-missing");
    assert_eq!(budgets.count(), 2);
    let assumed = peer().log(&one);
    let assumed = assumed.iter().filter(|e| e["operation"] == "AssumeRole");
    assert_eq!(assumed.count(), 1, "AssumeRole is called once");

    peer().fault(
        &one,
        &json!({"kind": "access-denied", "service": "sts", "operation": "AssumeRole", "resource": other}),
    );
    let refused = audit().exits(3).report();
    assert_eq!(refused.verdict(check, good.named("postgres")), Some("pass"));
    let gaps: Vec<_> = refused.gaps().into_iter().cloned().collect();
    assert!(!gaps.is_empty());
    for gap in &gaps {
        assert_eq!(gap["account"], other, "{gap}");
        assert_eq!(gap["unknown"]["action"], "sts:AssumeRole", "{gap}");
    }
    let unknown = refused.with("unknown");
    assert!(!unknown.is_empty());
    for finding in unknown {
        assert_eq!(
            finding.denied_action(),
            Some("sts:AssumeRole"),
            "{}",
            finding.0
        );
    }
    // what the account that could be read says is as before
    let of_one = |report: &Report| {
        let mut verdicts = report.verdicts();
        verdicts.retain(|(_, resource), _| resource.contains(&one));
        verdicts
    };
    assert_eq!(of_one(&refused), of_one(&report));
    peer().clear_faults(&one);
}

/// Credentials of another account than the policy names end in an error or a gap, never in a
/// report about the wrong account.
#[test]
fn an_account_that_the_credentials_are_not_of() {
    let estate = build("empty", &new_account(), "us-east-2");
    let elsewhere = new_account();
    let policy = format!("[[aws.accounts]]\nid = \"{elsewhere}\"\n");
    let done = Harden::live(&estate, ["audit", "--format", "json"])
        .file("harden.toml", policy)
        .run();
    assert!(
        matches!(done.code, 2 | 3),
        "{}\n{}",
        done.stderr,
        done.stdout
    );
    let told = format!("{}{}", done.stdout, done.stderr);
    assert!(
        told.contains(&elsewhere) && told.contains(&estate.account),
        "{told}"
    );
}
