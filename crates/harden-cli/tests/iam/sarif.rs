//! SARIF that code scanning accepts, with the line and the column.

use std::collections::BTreeSet;

use super::{Folder, GUIDE, sarif_rules, trust_of};
use serde_json::Value;

fn checkout() -> Folder {
    Folder::with(&[
        (".git/HEAD", ""),
        ("iam/deploy.json", GUIDE),
        ("iam/trust.json", &trust_of("repo:acme/*")),
        ("iam/broken.json", "{"),
        ("README.md", "# x\n"),
    ])
}

fn document(folder: &Folder, args: &[&str]) -> Value {
    let args = [args, &["--format", "sarif"]].concat();
    let log: Value = serde_json::from_str(&folder.run(&args).exits(1).stdout()).unwrap();
    sarif_rules::check(&log);
    let errors: Vec<String> = sarif_rules::schema()
        .iter_errors(&log)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    log
}

/// `HARDEN_KEEP_SARIF` names a folder that keeps it, for a validator outside.
fn keep(log: &Value) {
    if let Some(folder) = std::env::var_os("HARDEN_KEEP_SARIF") {
        let file = std::path::Path::new(&folder).join("iam.sarif");
        std::fs::write(file, log.to_string()).unwrap();
    }
}

fn results(log: &Value) -> Vec<&Value> {
    log["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .collect()
}

fn place(result: &Value) -> (&str, u64, u64) {
    let place = &result["locations"][0]["physicalLocation"];
    let number = |key: &str| place["region"][key].as_u64().unwrap();
    (
        place["artifactLocation"]["uri"].as_str().unwrap(),
        number("startLine"),
        number("startColumn"),
    )
}

#[test]
fn findings_are_at_their_lines() {
    let folder = checkout();
    let files = [
        "lint",
        "iam/deploy.json",
        "iam/trust.json",
        "iam/broken.json",
    ];
    let log = document(&folder, &files);
    keep(&log);
    let run = &log["runs"][0];
    assert_eq!(run["automationDetails"]["id"], "harden/iam/lint/");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let found = |rule: &str| {
        let of_rule = |one: &&Value| one["ruleId"] == rule;
        results(&log).into_iter().find(of_rule).unwrap()
    };
    let token = found("iam/resource-unsupported");
    assert_eq!(place(token), ("iam/deploy.json", 7, 9));
    assert_eq!(token["level"], "error");
    assert_eq!(
        place(found("iam/subject-organization")),
        ("iam/trust.json", 12, 54)
    );
    assert_eq!(place(found("iam/malformed")), ("iam/broken.json", 1, 1));
    // about the policy as a whole
    assert_eq!(
        place(found("iam/pass-role-missing")),
        ("iam/deploy.json", 1, 1)
    );
    assert_eq!(found("iam/sid-missing")["level"], "note");
    // 12 of the guide's 13, since a trust policy is there
    assert_eq!(results(&log).len(), 12 + 2);
}

#[test]
fn every_rule_has_its_page() {
    let folder = checkout();
    let log = document(&folder, &["trust", "iam/trust.json"]);
    let run = &log["runs"][0];
    assert_eq!(run["automationDetails"]["id"], "harden/iam/trust/");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), harden_iam::lint::Rule::ALL.len());
    for rule in rules {
        let id = rule["id"].as_str().unwrap();
        let name = id.strip_prefix("iam/").unwrap();
        let uri = rule["helpUri"].as_str().unwrap();
        assert!(
            uri.ends_with(&format!("/docs/iam-rules.md#{name}")),
            "{uri}"
        );
        assert!(
            rule["help"]["markdown"]
                .as_str()
                .unwrap()
                .contains("Instead: "),
            "{id}"
        );
    }
}

/// An alert stays the same when lines come before it, and is another for another statement.
#[test]
fn fingerprints_do_not_move_with_lines() {
    let folder = checkout();
    let prints = || -> BTreeSet<String> {
        let log = document(&folder, &["lint", "iam/deploy.json"]);
        let print =
            |one: &&Value| one["partialFingerprints"]["primaryLocationLineHash"].to_string();
        results(&log).iter().map(print).collect()
    };
    let before = prints();
    let moved = GUIDE.replacen('{', "{\n\n\n", 1);
    std::fs::write(folder.path().join("iam/deploy.json"), moved).unwrap();
    assert_eq!(prints(), before);
    let named = GUIDE.replacen("\"Effect\"", "\"Sid\": \"Push\", \"Effect\"", 1);
    std::fs::write(folder.path().join("iam/deploy.json"), named).unwrap();
    assert_ne!(prints(), before);
}

#[test]
fn an_unknown_result_is_a_note() {
    let folder = checkout();
    let strange = trust_of("repo:acme/shop:*").replace("StringLike", "StringResembles");
    std::fs::write(folder.path().join("iam/trust.json"), strange).unwrap();
    let args = ["trust", "iam/trust.json", "--format", "sarif"];
    let log: Value = serde_json::from_str(&folder.run(&args).exits(3).stdout()).unwrap();
    sarif_rules::check(&log);
    let results = results(&log);
    assert_eq!(results.len(), 1);
    assert_eq!(results[0]["level"], "note");
    assert_eq!(results[0]["ruleId"], "iam/trust-not-judged");
}

/// Standard input is no file of the checkout, nor is one that lies elsewhere.
#[test]
fn findings_outside_the_checkout_are_at_the_readme() {
    let folder = checkout();
    let run = folder.run_with_stdin(&["lint", "-", "--format", "sarif"], GUIDE);
    let log: Value = serde_json::from_str(&run.exits(1).stdout()).unwrap();
    sarif_rules::check(&log);
    assert!(results(&log).iter().all(|one| place(one).0 == "README.md"));
    let outside = Folder::with(&[("deploy.json", GUIDE)]);
    let path = outside.path().join("deploy.json");
    let log = document(&folder, &["lint", path.to_str().unwrap()]);
    assert!(results(&log).iter().all(|one| place(one).0 == "README.md"));
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let folder = checkout();
    let args = [
        "lint",
        "iam/deploy.json",
        "iam/trust.json",
        "--format",
        "sarif",
    ];
    let (one, two) = (folder.run(&args), folder.run(&args));
    assert_eq!(one.stdout(), two.stdout());
}
