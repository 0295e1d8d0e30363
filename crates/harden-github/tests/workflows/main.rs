//! Workflow files: their facts, the verdicts of the checks, and the secrets that are not recorded.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests"
)]

mod input;
mod own;
mod public;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use harden_core::{Finding, Policies, testing};
use harden_github::checks;
use harden_github::resources::{LocalAction, Workflow};
use serde_json::json;

const REPOSITORY: &str = "acme/shop";

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/workflows")
        .join(name)
}

/// The workflows of a folder of these tests by the name of their file.
fn files(name: &str) -> BTreeMap<String, String> {
    workflow_files(&folder(name))
}

/// The workflows in a folder by the name of their file.
fn workflow_files(folder: &Path) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let workflows =
        paths.filter(|path| path.extension().is_some_and(|e| e == "yml" || e == "yaml"));
    workflows
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

fn parse(name: &str, text: &str) -> Workflow {
    Workflow::parse(REPOSITORY, &format!(".github/workflows/{name}"), text)
}

/// The findings of all checks over these workflows and other facts.
fn findings(
    workflows: &[Workflow],
    actions: &[LocalAction],
    rest: &serde_json::Value,
) -> Vec<Finding> {
    let mut fragment = json!({
        "github/workflow": workflows,
        "github/local-action": actions,
        "github/actions-secret": [], "github/organization-secret": [], "github/environment-secrets": [],
        "github/actions-variable": [], "github/organization-variable": [],
        "github/environment-variables": [], "github/environment": [],
        "github/environment-branch-policies": [], "github/workflow-runs": [],
        "github/package-scripts": [], "github/branch": [], "github/branch-protection": [],
        "github/repository": [{"repository": REPOSITORY, "default_branch": "main"}],
    });
    for (kind, resources) in rest.as_object().unwrap() {
        fragment[kind] = resources.clone();
    }
    let all = checks();
    let about_workflows = all.iter().filter(|check| {
        let kinds: Vec<&str> = check.kinds().iter().map(|kind| kind.name).collect();
        kinds.contains(&"github/workflow")
    });
    let text = fragment.to_string();
    about_workflows
        .flat_map(|check| testing::run(&**check, &text, Policies::default()))
        .collect()
}

/// `check path → verdict at line:column` of each finding.
fn shown(findings: &[Finding]) -> Vec<String> {
    let mut all: Vec<String> = findings
        .iter()
        .map(|finding| {
            let at = finding.location.as_ref().map_or_else(String::new, |at| {
                format!(
                    " at {}:{}:{}",
                    at.path.rsplit('/').next().unwrap(),
                    at.line,
                    at.column
                )
            });
            let check = finding.check.trim_start_matches("github/");
            format!("{check} {}{at}", finding.outcome.as_str())
        })
        .collect();
    all.sort();
    all
}

fn guide() -> Vec<Workflow> {
    files("guide")
        .iter()
        .map(|(name, text)| parse(name, text))
        .collect()
}

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(|line| (*line).to_owned()).collect()
}

#[test]
fn the_workflows_of_the_guide_are_judged() {
    let rest = json!({
        "github/actions-secret": [
            {"repository": REPOSITORY, "name": "SENTRY_AUTH_TOKEN"},
            {"repository": REPOSITORY, "name": "AWS_OIDC_ROLE_ARN"},
            {"repository": REPOSITORY, "name": "AWS_SECRET_ACCESS_KEY"},
        ],
        "github/actions-variable": [{"repository": REPOSITORY, "name": "AWS_REGION"}],
    });
    assert_eq!(
        shown(&findings(&guide(), &[], &rest)),
        texts(&[
            // a key is stored although this step assumes a role
            "actions-aws-keys-stored fail at backend-deploy.yml:33:9",
            // STAGING_URL
            "actions-secret-missing fail at e2e-smoke.yml:32:21",
            "actions-variable-missing pass",
            "deploy-not-gated pass at backend-deploy.yml:1:1",
            // the environment does not exist yet
            "environment-unprotected fail at backend-deploy.yml:24:5",
            "workflow-action-unpinned fail at backend-deploy.yml:33:9",
            "workflow-action-unpinned pass at e2e-smoke.yml:1:1",
            // GitHub lists no run of it
            "workflow-e2e-failing fail at e2e-smoke.yml:1:1",
            "workflow-e2e-missing pass at e2e-smoke.yml:30:9",
            "workflow-injection pass at backend-deploy.yml:1:1",
            "workflow-injection pass at e2e-smoke.yml:1:1",
            "workflow-permissions-excessive fail at e2e-smoke.yml:1:1",
            "workflow-permissions-excessive pass at backend-deploy.yml:8:1",
            "workflow-sentry-release-missing pass at backend-deploy.yml:1:1",
            "workflow-untrusted-trigger not-applicable at backend-deploy.yml:1:1",
            "workflow-untrusted-trigger not-applicable at e2e-smoke.yml:1:1",
        ])
    );
}
