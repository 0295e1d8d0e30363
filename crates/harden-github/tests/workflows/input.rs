//! Secrets in files are never recorded, and files that are not workflows are unknown.

use std::path::Path;

use harden_github::resources::{LocalAction, PackageScripts, Workflow};
use serde_json::json;

use crate::{REPOSITORY, findings, parse};

#[test]
fn secrets_in_a_file_are_not_recorded() {
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
        // a plain word can be the name of a branch, of an environment or of a title
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

#[test]
fn a_file_that_is_not_a_workflow_is_unknown_with_its_place_and_without_its_text() {
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

/// Nothing panics, and what is recorded reads back as what was written.
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
