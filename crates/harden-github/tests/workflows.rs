//! Workflow files: what is read of them, what the checks say, and what never leaves.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use harden_core::{Finding, Policies, testing};
use harden_github::checks;
use harden_github::resources::{LocalAction, PackageScripts, Workflow};
use serde_json::json;

const REPOSITORY: &str = "acme/shop";

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/workflows")
        .join(name)
}

/// The files of a folder by their name.
fn files(name: &str) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder(name)).unwrap();
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

/// What all checks say over these workflows, and over what else there is.
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
fn said(findings: &[Finding]) -> Vec<String> {
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
fn the_guide_s_workflows() {
    let rest = json!({
        "github/actions-secret": [
            {"repository": REPOSITORY, "name": "SENTRY_AUTH_TOKEN"},
            {"repository": REPOSITORY, "name": "AWS_OIDC_ROLE_ARN"},
            {"repository": REPOSITORY, "name": "AWS_SECRET_ACCESS_KEY"},
        ],
        "github/actions-variable": [{"repository": REPOSITORY, "name": "AWS_REGION"}],
    });
    assert_eq!(
        said(&findings(&guide(), &[], &rest)),
        texts(&[
            // the key is stored beside the role that is taken at this step
            "actions-aws-keys-stored fail at backend-deploy.yml:33:9",
            // STAGING_URL
            "actions-secret-missing fail at e2e-smoke.yml:32:21",
            "actions-variable-missing pass",
            "deploy-not-gated pass at backend-deploy.yml:1:1",
            // the environment does not exist yet
            "environment-unprotected fail at backend-deploy.yml:24:5",
            "workflow-action-unpinned fail at backend-deploy.yml:33:9",
            "workflow-action-unpinned pass at e2e-smoke.yml:1:1",
            // GitHub knows no run of it
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

/// Every public file parses: none is unknown as a whole.
#[test]
fn public_workflows_parse() {
    let all = files("public");
    let mut actions = 0;
    for (name, text) in &all {
        if name.ends_with("action.yml") {
            let action = LocalAction::parse(REPOSITORY, "x", "action.yml", text);
            assert!(action.steps.is_known(), "{name}: {:?}", action.steps);
            actions += 1;
            continue;
        }
        let workflow = parse(name, text);
        let jobs = workflow
            .jobs
            .get()
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(
            !jobs.is_empty() && !workflow.triggers.get().unwrap().is_empty(),
            "{name}"
        );
        for job in jobs {
            // a place is that of the thing itself
            let line = text.lines().nth(job.at.line as usize - 1).unwrap();
            assert!(
                line.trim_start().trim_matches('"').starts_with(&*job.id),
                "{name}: {line}"
            );
            for step in &job.steps {
                let line = text.lines().nth(step.at.line as usize - 1).unwrap();
                let found = line.contains("uses:") || line.contains("run:");
                assert!(found, "{name} line {}: {line}", step.at.line);
            }
        }
    }
    assert!(all.len() - actions >= 30, "{} files", all.len());
}

/// What a person found in these files, by reading them.
#[test]
fn public_workflows_are_judged_as_a_person_would() {
    let expected: &[(&str, &[&str])] = &[
        (
            "anyhow--ci.yml",
            &[
                "actions-secret-missing not-applicable",
                // dtolnay/.github/.github/workflows/pre_ci.yml@master
                "workflow-action-unpinned fail at 17:5",
                "workflow-injection pass at 1:1",
                "workflow-permissions-excessive pass at 9:1",
                "workflow-untrusted-trigger not-applicable at 1:1",
            ],
        ),
        (
            "cmake--publish.yml",
            &[
                "actions-secret-missing fail at 27:33",
                "workflow-action-unpinned fail at 24:9",
                "workflow-injection pass at 1:1",
                // two scopes that write, for the one job
                "workflow-permissions-excessive pass at 3:1",
                "workflow-untrusted-trigger not-applicable at 1:1",
            ],
        ),
        (
            "crc-fast--release.yml",
            &[
                // only GITHUB_TOKEN
                "actions-secret-missing not-applicable",
                "workflow-action-unpinned pass at 1:1",
                // echo "Head branch: ${{ github.event.workflow_run.head_branch }}"
                "workflow-injection fail at 28:30",
                // contents: write for four jobs
                "workflow-permissions-excessive fail at 10:1",
                "workflow-untrusted-trigger fail at 60:9",
            ],
        ),
        (
            "httparse--cibench.yml",
            &[
                "actions-secret-missing not-applicable",
                "workflow-action-unpinned fail at 20:9",
                "workflow-injection pass at 1:1",
                "workflow-permissions-excessive fail at 1:1",
                // it checks out the head, under pull_request
                "workflow-untrusted-trigger not-applicable at 1:1",
            ],
        ),
        (
            "jamesives-github-pages-deploy-action--build.yml",
            &[
                "actions-secret-missing fail at 38:18",
                "workflow-action-unpinned fail at 36:9",
                // `uses: ./`, an action that was not given to this test
                "workflow-injection unknown at 1:1",
                "workflow-permissions-excessive pass at 13:1",
                "workflow-untrusted-trigger not-applicable at 1:1",
            ],
        ),
        (
            "jamesives-github-pages-deploy-action--label.yml",
            &[
                "actions-secret-missing not-applicable",
                "workflow-action-unpinned fail at 22:9",
                "workflow-injection pass at 1:1",
                "workflow-permissions-excessive pass at 7:1",
                "workflow-untrusted-trigger not-applicable at 1:1",
            ],
        ),
        (
            "jamesives-github-pages-deploy-action--production.yml",
            &[
                // GIT_CONFIG_EMAIL
                "actions-secret-missing fail at 60:34",
                "workflow-action-unpinned pass at 1:1",
                "workflow-injection pass at 1:1",
                "workflow-permissions-excessive pass at 21:1",
                "workflow-untrusted-trigger not-applicable at 1:1",
            ],
        ),
        (
            "log--publish.yml",
            &[
                "actions-secret-missing not-applicable",
                "workflow-action-unpinned pass at 1:1",
                "workflow-injection pass at 1:1",
                // {} at the top, and more for the job
                "workflow-permissions-excessive pass at 8:1",
                "workflow-untrusted-trigger not-applicable at 1:1",
            ],
        ),
        (
            "petgraph--pr-title.yml",
            &[
                "actions-secret-missing not-applicable",
                "workflow-action-unpinned fail at 35:9",
                "workflow-injection pass at 1:1",
                "workflow-permissions-excessive pass at 18:1",
                // pull_request_target without a checkout
                "workflow-untrusted-trigger pass at 1:1",
            ],
        ),
        (
            "petgraph--semver-checks.yml",
            &[
                "actions-secret-missing not-applicable",
                "workflow-action-unpinned fail at 40:9",
                "workflow-injection pass at 1:1",
                "workflow-permissions-excessive fail at 1:1",
                // pull_request_target that builds the head of the pull request
                "workflow-untrusted-trigger fail at 31:9",
            ],
        ),
        (
            "pin-github-action--ci.yml",
            &[
                "actions-secret-missing not-applicable",
                "workflow-action-unpinned pass at 1:1",
                "workflow-injection pass at 1:1",
                "workflow-permissions-excessive fail at 1:1",
                "workflow-untrusted-trigger not-applicable at 1:1",
            ],
        ),
        (
            "pin-github-action--release.yml",
            &[
                // DOCKER_PASSWORD, the first by name of three
                "actions-secret-missing fail at 46:19",
                "workflow-action-unpinned fail at 43:7",
                "workflow-injection pass at 1:1",
                "workflow-permissions-excessive fail at 1:1",
                "workflow-untrusted-trigger not-applicable at 1:1",
            ],
        ),
        (
            "thread_local--release-plz.yml",
            &[
                "actions-secret-missing fail at 28:33",
                "workflow-action-unpinned fail at 21:9",
                "workflow-injection pass at 1:1",
                // each of the two jobs says its own
                "workflow-permissions-excessive pass at 1:1",
                "workflow-untrusted-trigger not-applicable at 1:1",
            ],
        ),
    ];
    let all = files("public");
    for (name, lines) in expected {
        let found = said(&findings(&[parse(name, &all[*name])], &[], &json!({})));
        for line in *lines {
            let wanted = line.replace(" at ", &format!(" at {name}:"));
            assert!(
                found.contains(&wanted),
                "{name}: {wanted}, found {found:#?}"
            );
        }
    }
}

/// Deploying to Pages is no deployment of an application to production.
#[test]
fn public_workflows_deploy_nothing() {
    for (name, text) in files("public") {
        if name.ends_with("action.yml") {
            continue;
        }
        let found = said(&findings(&[parse(&name, &text)], &[], &json!({})));
        let wanted = "workflow-sentry-release-missing not-applicable".to_owned();
        assert!(found.contains(&wanted), "{name}: {found:#?}");
    }
}

/// A step of another repository's action, in the folder of one of ours.
#[test]
fn an_action_of_the_repository_is_looked_into() {
    let all = files("public");
    let integration = parse(
        "integration.yml",
        &all["jamesives-github-pages-deploy-action--integration.yml"],
    );
    let action = LocalAction::parse(
        REPOSITORY,
        ".github/actions/delete-branch",
        "action.yml",
        &all["jamesives-github-pages-deploy-action--delete-branch--action.yml"],
    );
    let steps = action.steps.get().unwrap();
    assert!(!steps.is_empty());
    let found = findings(&[integration], &[action], &json!({}));
    // `./action-under-test` is checked out by the run: nobody knows what it is
    let injection = found
        .iter()
        .find(|f| f.check == "github/workflow-injection")
        .unwrap();
    assert_eq!(injection.outcome.as_str(), "unknown");
}

/// Secrets that somebody pasted into a file do not leave it.
#[test]
fn what_is_pasted_does_not_leave() {
    const SECRETS: [&str; 6] = [
        "hunter2",
        "ghp_0123456789abcdefghijABCDEFGHIJ012345",
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "sntrys_eyJpYXQiOjE3MDAwMDAwMDAuMDAwMDAwfQ",
        "p4ssw0rd with spaces",
    ];
    for secret in SECRETS {
        let text = format!(
            r#"
name: "Deploy {secret}"
on:
  push:
    branches: ["{secret}"]
  workflow_dispatch:
    inputs:
      key: {{ default: "{secret}" }}
env:
  KEY: "{secret}"
jobs:
  deploy:
    name: "{secret}"
    runs-on: "{secret}"
    environment: {{ name: production, url: "https://x/{secret}" }}
    if: github.ref == '{secret}' && inputs.key == '{secret}'
    container: {{ image: "x", credentials: {{ username: me, password: "{secret}" }} }}
    steps:
      - uses: actions/checkout@v4
        with: {{ token: "{secret}", ref: "{secret}" }}
      - uses: "getsentry/action-release@v3"
        env: {{ SENTRY_AUTH_TOKEN: "{secret}" }}
        with: {{ environment: production, version: "{secret}", set_commits: "{secret}" }}
      - uses: aws-actions/configure-aws-credentials@v4
        with: {{ aws-access-key-id: "{secret}", aws-secret-access-key: "{secret}" }}
      - run: |
          export TOKEN="{secret}"
          sentry-cli --auth-token "{secret}" releases new "{secret}" --log-level={secret}
          npx playwright test "--grep={secret}" "{secret}"
          aws ecs update-service --cluster "{secret}" > "{secret}"
          npm run x -- "{secret}"
          vercel deploy --prod --token "{secret}" --token="{secret}"
          git fetch "https://x:{secret}@github.com/a/b"
          curl -H "authorization: {secret}" https://example.com
          cat <<EOF
          {secret}
          EOF
        env: {{ A: "${{{{ '{secret}' }}}}" }}
  call:
    uses: ./.github/workflows/x.yml
    with: {{ key: "{secret}", target: "{secret}" }}
    secrets: {{ KEY: "{secret}" }}
"#
        );
        let workflow = parse("deploy.yml", &text);
        assert!(workflow.jobs.is_known(), "{secret}: {:?}", workflow.jobs);
        let kept = serde_json::to_string(&workflow).unwrap();
        // a plain word may be the name of a branch, of an environment, of a title
        if secret != "hunter2" && !secret.starts_with("p4ss") {
            assert!(!kept.contains(secret), "{secret} in {kept}");
            assert!(!format!("{workflow:?}").contains(secret));
        }
        let steps = serde_json::to_string(&workflow.jobs.get().unwrap()[0].steps[3]).unwrap();
        let words = steps
            .replace("--grep=hunter2", "")
            .matches("hunter2")
            .count();
        assert_eq!(words, 0, "{steps}");
        let all = findings(&[workflow], &[], &json!({}));
        for finding in all {
            let shown = format!("{:?}", finding.outcome);
            assert!(
                !shown.contains(secret) || secret == "hunter2",
                "{secret} in {shown}"
            );
        }
    }
}

/// What is no workflow is unknown, with the place, and without the text of the file.
#[test]
fn bad_input_is_unknown() {
    let broken = [
        ("", "empty"),
        (
            "on: push\njobs:\n  a:\n    steps: s3cr3t\n",
            "a job without runs-on",
        ),
        ("on: push\njobs: [s3cr3t\n", "an open list"),
        (
            "on: push\njobs:\n  a: {runs-on: x, steps: [{run: '${{ s3cr3t'}]}\n",
            "an open expression",
        ),
        (
            "on: push\njobs:\n  a: {runs-on: x, steps: [{run: '${{ s3cr3t( }}'}]}\n",
            "no expression",
        ),
        (
            "on: push\njobs:\n  a: {runs-on: x, if: 'github.ref == \"s3cr3t\"', steps: [{run: x}]}\n",
            "an if",
        ),
        ("on: push\non: pull_request\njobs: {}\n", "a key twice"),
        ("a: &a [*a]\n", "an alias of itself"),
        ("\u{0}", "a control character"),
        (
            "on: nonsense\njobs:\n  a: {runs-on: x, steps: [{run: x}]}\n",
            "no event of GitHub's",
        ),
    ];
    for (text, what) in broken {
        let workflow = parse("x.yml", text);
        let unknown = workflow.jobs.get().expect_err(what);
        assert!(!unknown.message.contains("s3cr3t"), "{what}: {unknown}");
        let found = findings(&[workflow], &[], &json!({}));
        let verdicts = found.iter().map(|finding| finding.outcome.as_str());
        let passed: Vec<&str> = verdicts.filter(|verdict| *verdict == "pass").collect();
        assert_eq!(passed, [""; 0], "{what}");
    }
    let large = format!("on: push\njobs: {{}}\n# {}", "x".repeat(600_000));
    assert!(!parse("x.yml", &large).jobs.is_known());
}

/// The corpus of the fuzz target, and what was found with it: nothing panics, and what is kept reads
/// back as what was written.
#[test]
fn the_corpus_of_the_fuzz_target_is_replayed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/github_workflow");
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        let workflow = parse("x.yml", &text);
        let kept = serde_json::to_string(&workflow).unwrap();
        let back: Workflow = serde_json::from_str(&kept).unwrap();
        assert_eq!(back, workflow);
        let action = LocalAction::parse(REPOSITORY, "x", "action.yml", &text);
        let package = PackageScripts::parse(REPOSITORY, "web", &text);
        let kept = serde_json::to_string(&package).unwrap();
        let back: PackageScripts = serde_json::from_str(&kept).unwrap();
        assert_eq!(back, package);
        let rest = json!({"github/package-scripts": [package]});
        findings(&[workflow], &[action], &rest);
        read += 1;
    }
    assert!(read > 10, "{read} files");
}
