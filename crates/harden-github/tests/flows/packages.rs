//! Scripts of packages, and smoke tests that run through them, through actions and called workflows.

use harden_core::{Policies, testing};
use harden_github::checks;
use harden_github::resources::Workflow;
use serde_json::json;

use crate::support::{FIRST, REPOSITORY, judged, steps};

/// All ways in which a workflow can run the scripts of a `package.json`.
#[test]
fn scripts_of_packages_are_followed() {
    const CHECK: &str = "github/workflow-e2e-missing";
    let judged = |job: &str, packages: &[(&str, &str)]| {
        let text = format!("on: [push, pull_request]\n{job}");
        let packages: Vec<_> = packages
            .iter()
            .map(|(folder, scripts)| {
                let text = format!("{{\"scripts\": {scripts}}}");
                harden_github::resources::PackageScripts::parse(REPOSITORY, folder, &text)
            })
            .collect();
        let kept = serde_json::to_string(&packages).unwrap();
        assert!(!kept.contains("hunter2"), "{kept}");
        let text = json!({
            "github/workflow": [Workflow::parse(REPOSITORY, FIRST, &text)],
            "github/local-action": [],
            "github/package-scripts": packages,
            "github/repository": [{"repository": REPOSITORY, "default_branch": "main"}],
        });
        let all = checks();
        let check = all.iter().find(|c| c.meta().id == CHECK).unwrap();
        let found = testing::run(&**check, &text.to_string(), Policies::default());
        let [one] = found.as_slice() else {
            panic!("{found:?}");
        };
        (one.outcome.as_str(), format!("{:?}", one.outcome))
    };
    let runs = |run: &str| format!("jobs:\n  a:\n    runs-on: x\n    steps:\n      - run: {run}\n");
    const SMOKE: &str = r#"{"smoke": "TOKEN=hunter2 playwright test --grep @smoke"}"#;
    const ALL: &str = r#"{"e2e": "cross-env A=hunter2 playwright test", "lint": "eslint ."}"#;
    for (run, folder, scripts, expected) in [
        ("npm run smoke", "", SMOKE, "pass"),
        ("npm run smoke --if-present", "", SMOKE, "pass"),
        ("pnpm smoke", "", SMOKE, "pass"),
        ("yarn run smoke", "", SMOKE, "pass"),
        ("bun run smoke", "", SMOKE, "pass"),
        (
            "cd saaspe-web && npm run smoke",
            "saaspe-web",
            SMOKE,
            "pass",
        ),
        (
            "npm --prefix saaspe-web run smoke",
            "saaspe-web",
            SMOKE,
            "pass",
        ),
        ("npm run e2e -- --grep @smoke", "", ALL, "pass"),
        ("npm run e2e", "", ALL, "pass"),
        ("npm run e2e -- --project chromium", "", ALL, "unknown"),
        ("npm run e2e || true", "", ALL, "fail"),
        // a name alone proves nothing
        ("npm run lint -- --grep @smoke", "", ALL, "not-applicable"),
        (
            "npm run smoke",
            "",
            r#"{"smoke": "jest smoke"}"#,
            "not-applicable",
        ),
        (
            "npm run smoke",
            "",
            r#"{"smoke": "playwright test --grep @slow"}"#,
            "fail",
        ),
        ("npx run-s lint e2e", "", ALL, "pass"),
        (
            "npm test",
            "",
            r#"{"test": "tsc", "posttest": "playwright test"}"#,
            "pass",
        ),
        (
            "npm run ci",
            "",
            r#"{"ci": "npm run build && start-server-and-test start http://localhost:3000 e2e", "build": "next build", "e2e": "playwright test -g '@smoke'"}"#,
            "pass",
        ),
        // the script, its file, its folder or its commands are not known
        ("npm run e2e:smoke", "", SMOKE, "unknown"),
        ("npm run smoke", "web", SMOKE, "unknown"),
        ("npm run smoke -w web", "web", SMOKE, "unknown"),
        ("make e2e", "", SMOKE, "unknown"),
        ("npx turbo run e2e", "", ALL, "unknown"),
        ("npm run e2e", "", r#"{"e2e": "turbo run e2e"}"#, "unknown"),
        (
            "npm run smoke",
            "",
            r#"{"smoke": "npm run smoke"}"#,
            "unknown",
        ),
        ("npm run check", "", r#"["not", "an", "object"]"#, "unknown"),
    ] {
        let (verdict, shown) = judged(&runs(run), &[(folder, scripts)]);
        assert_eq!(
            verdict, expected,
            "{run} in {folder:?} of {scripts}: {shown}"
        );
    }
    // by the folder of the job, the workflow, the step
    for job in [
        "defaults: {run: {working-directory: web}}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: npm run smoke\n",
        "jobs:\n  a:\n    runs-on: x\n    defaults: {run: {working-directory: ./web}}\n    steps:\n      - run: npm run smoke\n",
        "jobs:\n  a:\n    runs-on: x\n    defaults: {run: {working-directory: api}}\n    steps:\n      - run: npm run smoke\n        working-directory: web/\n",
    ] {
        let (verdict, shown) = judged(job, &[("web", SMOKE), ("api", ALL)]);
        assert_eq!(verdict, "pass", "{job}: {shown}");
    }
    // a script that runs a script of another package
    let (verdict, shown) = judged(
        &runs("npm run smoke"),
        &[
            ("", r#"{"smoke": "cd web && npm run smoke"}"#),
            ("web", SMOKE),
        ],
    );
    assert_eq!(verdict, "pass", "{shown}");
    assert!(shown.contains("playwright test --grep @smoke"), "{shown}");
}

/// The smoke tests run in an action, in a called workflow, or in a place that is not known.
#[test]
fn smoke_tests_are_found_in_actions_and_called_workflows() {
    const CHECK: &str = "workflow-e2e-missing";
    const RUN: &str = "npx playwright test --grep @smoke";
    let action = format!(
        "name: x\nruns:\n  using: composite\n  steps:\n    - run: {RUN}\n      shell: bash\n"
    );
    let uses = steps("[push, pull_request]", "      - uses: ./x\n");
    let in_action = [(FIRST, &*uses), ("x/action.yml", &*action)];
    judged(CHECK, "an action", &in_action, "pass");
    // certainly on pushes, possibly on pull requests
    let push = steps("push", &format!("      - run: {RUN}\n"));
    let pull = steps("pull_request", "      - uses: ./x\n");
    const SECOND: &str = ".github/workflows/b.yml";
    let files = [(FIRST, &*push), (SECOND, &*pull)];
    judged(CHECK, "an action that is not there", &files, "unknown");
    let called = "on: pull_request\njobs:\n  a:\n    uses: acme/ci/.github/workflows/x.yml@v1\n";
    judged(
        CHECK,
        "another repository",
        &[(FIRST, &*push), (SECOND, called)],
        "unknown",
    );
    judged(CHECK, "nothing else", &[(FIRST, &*push)], "fail");
    let labeled = steps(
        "{push: {}, pull_request: {types: [labeled]}}",
        &format!("      - run: {RUN}\n"),
    );
    judged(CHECK, "on a label", &[(FIRST, &*labeled)], "fail");
    let changed = labeled.replace("[labeled]", "[opened, synchronize, reopened]");
    judged(CHECK, "on changes", &[(FIRST, &*changed)], "pass");
}

#[test]
fn an_invalid_package_is_unknown_and_its_text_is_not_shown() {
    use harden_github::resources::PackageScripts;

    for text in ["", "{", "[]s3cr3t", r#"{"scripts": "s3cr3t"}"#, "\u{0}"] {
        let package = PackageScripts::parse(REPOSITORY, "", text);
        let unknown = package.scripts.get().unwrap_err();
        assert!(!unknown.message.contains("s3cr3t"), "{unknown}");
    }
    let large = format!("{{\"x\": \"{}\"}}", "x".repeat(2_000_000));
    assert!(
        !PackageScripts::parse(REPOSITORY, "", &large)
            .scripts
            .is_known()
    );
    let none = PackageScripts::parse(REPOSITORY, "", "{}");
    assert!(none.scripts.get().unwrap().is_empty());
}
