//! Runs a check over workflow files.

use harden_core::{Finding, Policies, testing};
use harden_github::checks;
use harden_github::resources::{LocalAction, Workflow};
use serde_json::{Value, json};

pub(crate) const REPOSITORY: &str = "acme/shop";
pub(crate) const AFTER: &str = "{workflow_run: {workflows: [CI], types: [completed]}}";
pub(crate) const FIRST: &str = ".github/workflows/a.yml";

/// The finding of a check on the first of these files, which are given with their paths.
pub(crate) fn finding(check: &str, files: &[(&str, &str)]) -> Finding {
    finding_among(check, files, &json!({}))
}

/// The same with more facts, by their kind.
pub(crate) fn finding_among(check: &str, files: &[(&str, &str)], more: &Value) -> Finding {
    let mut workflows = Vec::new();
    let mut actions = Vec::new();
    let lock = files.iter().find(|(path, _)| *path == Workflow::LOCK);
    let lock = lock.map(|(_, text)| *text);
    for (path, text) in files.iter().filter(|(path, _)| *path != Workflow::LOCK) {
        match path.strip_suffix("/action.yml") {
            Some(folder) => {
                actions.push(LocalAction::parse(REPOSITORY, folder, "action.yml", text))
            }
            None => {
                let workflow = Workflow::parse(REPOSITORY, path, text);
                workflows.push(workflow.with_lock(Ok(lock)));
            }
        }
    }
    let mut facts = json!({
        "github/workflow": workflows,
        "github/local-action": actions,
        "github/environment": [{"repository": REPOSITORY, "name": "production", "reviewers": 0, "app_rules": 0,
            "branches": "any"}],
        "github/environment-branch-policies": [],
        "github/branch": [],
        "github/branch-protection": [],
        "github/package-scripts": [],
        "github/repository": [{"repository": REPOSITORY, "default_branch": "main"}],
    });
    for (kind, of_kind) in more.as_object().unwrap() {
        facts[kind] = of_kind.clone();
    }
    let text = facts.to_string();
    let id = format!("github/{check}");
    let all = checks();
    let check = all.iter().find(|c| c.meta().id == id).unwrap();
    let found = testing::run(&**check, &text, Policies::default());
    let of_first = |finding: &&Finding| finding.resource.shown().ends_with(files[0].0);
    let one = found.iter().find(of_first).or(found.first());
    one.unwrap_or_else(|| panic!("{id}: {found:?}")).clone()
}

pub(crate) fn judged(check: &str, what: &str, files: &[(&str, &str)], expected: &str) -> String {
    let found = finding(check, files);
    let shown = format!("{:?} at {:?}", found.outcome, found.location);
    assert_eq!(found.outcome.as_str(), expected, "{check}, {what}: {shown}");
    shown
}

/// A workflow of one job with these steps.
pub(crate) fn steps(on: &str, steps: &str) -> String {
    format!("on: {on}\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}")
}

/// A workflow with a job that tests and one that deploys.
pub(crate) fn gated(on: &str, needs: &str, condition: &str) -> String {
    format!(
        "on: {on}\njobs:\n  test:\n    runs-on: x\n    steps:\n      - run: npm test\n  \
         build:\n    runs-on: x\n    steps:\n      - run: make image\n  \
         deploy:\n    runs-on: x\n    environment: production\n    needs: {needs}\n    if: {condition}\n    \
         steps:\n      - run: aws ecs update-service --cluster a --service b\n"
    )
}
