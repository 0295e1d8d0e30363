//! A workflow that was listed and could not be read is unknown by its name, whatever the others do.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;

use harden_core::{Cx, Facts, Policies, RawListing, Resource, Scope, Snapshot, Unknown};
use harden_github::resources::Workflow;
use jiff::Timestamp;
use serde_json::value::to_raw_value;

const REPOSITORY: &str = "acme/shop";

/// Deploys without a test before it, and creates no release.
const DEPLOYS: &str = "\
on: {push: {branches: [main]}}
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - run: aws ecs update-service --cluster prod --service api --force-new-deployment
";

/// Runs the smoke tests.
const SMOKE: &str = "\
on:
  pull_request: {branches: [main]}
  push: {branches: [main]}
jobs:
  e2e:
    runs-on: ubuntu-latest
    steps:
      - run: npx playwright test --grep @smoke
";

const HIDDEN: &str = ".github/workflows/hidden.yml";

/// The verdicts of a check, by the name of the resource.
fn verdicts(check: &str, workflows: &[Workflow]) -> BTreeMap<String, &'static str> {
    let now: Timestamp = "2026-01-15T12:00:00Z".parse().unwrap();
    let list =
        |resources: &[Workflow]| RawListing::new(resources, Scope::Everything, Vec::new()).unwrap();
    let other = |json: serde_json::Value| RawListing {
        scope: Scope::Everything,
        gaps: Vec::new(),
        resources: to_raw_value(&json).unwrap(),
    };
    let repository = serde_json::json!([
        {"repository": REPOSITORY, "renamed_to": null, "default_branch": "main", "private": true}
    ]);
    let runs = serde_json::json!([
        {"repository": REPOSITORY, "path": ".github/workflows/smoke.yml", "branch": "main",
         "state": "active", "runs": [{"id": 1, "status": "completed", "conclusion": "success",
            "head_sha": "3e90a5d9e767ebcfa70e921d7a7ff6c037461168", "event": "push",
            "created_at": "2026-01-15T09:00:00Z"}]}
    ]);
    let mut kinds = BTreeMap::from([
        (Workflow::KIND.name.to_owned(), list(workflows)),
        ("github/repository".to_owned(), other(repository)),
        ("github/workflow-runs".to_owned(), other(runs)),
    ]);
    let checks = harden_github::checks();
    let found = checks.iter().find(|one| one.meta().id == check).unwrap();
    for kind in found.kinds() {
        let none = || other(serde_json::json!([]));
        kinds.entry(kind.name.to_owned()).or_insert_with(none);
    }
    let facts = Facts::recorded(Snapshot::new("test", now, kinds));
    let cx = Cx::new(facts, Policies::default(), now);
    let findings = futures::executor::block_on(found.run(&cx)).unwrap();
    let named = findings
        .into_iter()
        .map(|finding| (finding.resource.name.to_string(), finding.outcome.as_str()));
    named.collect()
}

fn read(path: &str, text: &str) -> Workflow {
    Workflow::parse(REPOSITORY, path, text)
}

fn hidden() -> Workflow {
    let unknown = Unknown::denied(harden_core::DeniedBy::Unstated, "contents=read");
    Workflow::unreadable(REPOSITORY, HIDDEN, &unknown)
}

#[test]
fn beside_another_file_that_deploys() {
    let deploy = ".github/workflows/deploy.yml";
    for check in [
        "github/deploy-not-gated",
        "github/workflow-sentry-release-missing",
    ] {
        let found = verdicts(check, &[read(deploy, DEPLOYS), hidden()]);
        let expected = [(deploy.to_owned(), "fail"), (HIDDEN.to_owned(), "unknown")];
        assert_eq!(found, BTreeMap::from(expected), "{check}");
        // alone, too
        let found = verdicts(check, &[hidden()]);
        assert_eq!(found, BTreeMap::from([(HIDDEN.to_owned(), "unknown")]));
    }
    let found = verdicts(
        "github/environment-unprotected",
        &[read(deploy, DEPLOYS), hidden()],
    );
    assert_eq!(found["production"], "fail");
}

#[test]
fn beside_another_file_that_runs_the_smoke_tests() {
    let smoke = ".github/workflows/smoke.yml";
    let found = verdicts(
        "github/workflow-e2e-failing",
        &[read(smoke, SMOKE), hidden()],
    );
    let expected = [(smoke.to_owned(), "pass"), (HIDDEN.to_owned(), "unknown")];
    assert_eq!(found, BTreeMap::from(expected));
}

#[test]
fn checks_of_each_file_name_it() {
    let checks = [
        "github/workflow-injection",
        "github/workflow-action-unpinned",
        "github/workflow-permissions-excessive",
        "github/workflow-untrusted-trigger",
    ];
    let deploy = ".github/workflows/deploy.yml";
    for check in checks {
        let found = verdicts(check, &[read(deploy, DEPLOYS), hidden()]);
        assert_eq!(found.get(HIDDEN), Some(&"unknown"), "{check}: {found:?}");
        assert_ne!(found.get(deploy), Some(&"unknown"), "{check}: {found:?}");
    }
}
