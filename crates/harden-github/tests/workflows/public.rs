//! Workflows of public repositories, judged as a person would.

use harden_github::resources::LocalAction;
use serde_json::json;

use crate::{REPOSITORY, files, findings, parse, shown};

#[test]
fn every_public_workflow_parses() {
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
            // a location is that of the element itself
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

/// The expected findings were written by a person who read the files.
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
                // two scopes that write, for the only job
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
                // the tag v4 of actions/checkout refuses the head of a fork
                "workflow-untrusted-trigger unknown at 1:1",
            ],
        ),
        (
            "httparse--cibench.yml",
            &[
                "actions-secret-missing not-applicable",
                "workflow-action-unpinned fail at 20:9",
                "workflow-injection pass at 1:1",
                "workflow-permissions-excessive fail at 1:1",
                // it checks out the head, on pull_request
                "workflow-untrusted-trigger not-applicable at 1:1",
            ],
        ),
        (
            "jamesives-github-pages-deploy-action--build.yml",
            &[
                "actions-secret-missing fail at 38:18",
                "workflow-action-unpinned fail at 36:9",
                // `uses: ./`, an action that is not a part of this test
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
                // releases of actions/checkout since 4.4 refuse the head of a fork, and the tag v4 does not
                // show its release
                "workflow-untrusted-trigger unknown at 1:1",
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
                // the jobs run only in the repositories of Amanieu
                "actions-secret-missing pass",
                "workflow-action-unpinned fail at 21:9",
                "workflow-injection pass at 1:1",
                // each of the two jobs sets its own permissions
                "workflow-permissions-excessive pass at 1:1",
                "workflow-untrusted-trigger not-applicable at 1:1",
            ],
        ),
    ];
    let all = files("public");
    for (name, lines) in expected {
        let found = shown(&findings(&[parse(name, &all[*name])], &[], &json!({})));
        for line in *lines {
            let expected = line.replace(" at ", &format!(" at {name}:"));
            assert!(
                found.contains(&expected),
                "{name}: {expected}, found {found:#?}"
            );
        }
    }
}

/// A deployment to Pages does not deploy an application to production.
#[test]
fn public_workflows_do_not_deploy_to_production() {
    for (name, text) in files("public") {
        if name.ends_with("action.yml") {
            continue;
        }
        let found = shown(&findings(&[parse(&name, &text)], &[], &json!({})));
        let expected = "workflow-sentry-release-missing not-applicable".to_owned();
        assert!(found.contains(&expected), "{name}: {found:#?}");
    }
}

/// A local action uses an action of another repository.
#[test]
fn a_local_action_is_searched() {
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
    // the run checks out `./action-under-test`, so it is not known
    let injection = found
        .iter()
        .find(|f| f.check == "github/workflow-injection")
        .unwrap();
    assert_eq!(injection.outcome.as_str(), "unknown");
}
