//! GitHub's workflows: from the API and from a checkout the same, and what can't be read.
#![cfg(feature = "web")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    dead_code,
    reason = "tests"
)]

#[path = "github_provider/run.rs"]
mod run;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use harden_core::{Check, Cx, Facts, Kind, Policies};
use harden_github::live::{Checkout, Connect, GithubProvider};
use harden_github::{GithubPolicy, checks};
use harden_tests::fakes::github::{Estate, Github, Repo};
use run::{SHOP, connect_to};

const NOW: &str = "2026-01-15T12:00:00Z";
const CONTENTS: &str = "GET /repos/{owner}/{repo}/contents/{path}";
/// Stands in a script: it is nothing that a check reads.
const PASTED: &str = "correct-horse-battery-staple";

/// A check, the resource, the verdict, the place, and all that is said of it.
type Said = BTreeMap<(String, String), (String, String)>;

/// The kinds that are read from files.
const FILES: [&str; 3] = [
    "github/workflow",
    "github/local-action",
    "github/package-scripts",
];

fn of_workflows() -> Vec<Arc<dyn Check>> {
    let reads = |check: &Arc<dyn Check>| check.kinds().iter().any(|k| k.name == FILES[0]);
    checks().into_iter().filter(reads).collect()
}

/// The checks that need nothing but files.
fn of_files_alone() -> Vec<Arc<dyn Check>> {
    let alone = |check: &Arc<dyn Check>| {
        let mut kinds = check.kinds().iter();
        kinds.all(|kind: &&Kind| FILES.contains(&kind.name))
    };
    of_workflows().into_iter().filter(alone).collect()
}

async fn judged(checks: Vec<Arc<dyn Check>>, facts: Facts) -> Said {
    let cx = Cx::new(facts, Policies::default(), NOW.parse().unwrap());
    let mut all = Said::new();
    for check in checks {
        for finding in check.run(&cx).await.unwrap() {
            let key = (finding.check.to_owned(), finding.resource.key());
            let said = format!("{:?} at {:?}", finding.outcome, finding.location);
            let value = (finding.outcome.as_str().to_owned(), said);
            assert_eq!(all.insert(key.clone(), value), None, "two of {key:?}");
        }
    }
    all
}

fn verdicts(said: &Said) -> BTreeMap<&str, Vec<&str>> {
    let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for ((check, _), (verdict, _)) in said {
        all.entry(check.trim_start_matches("github/"))
            .or_default()
            .push(verdict);
    }
    all
}

async fn facts_of(connect: Connect) -> Facts {
    let provider = Arc::new(GithubProvider::connect(connect).await.unwrap());
    Facts::builder().provider(provider).record(true).build()
}

async fn audit(github: &Github) -> Said {
    let facts = facts_of(connect_to(github, GithubPolicy::default())).await;
    judged(of_workflows(), facts).await
}

/// The guide's workflows, with an action of the repository and a file that does not parse.
fn files() -> BTreeMap<String, String> {
    let guide =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/harden-github/tests/workflows/guide");
    let text = |name: &str| std::fs::read_to_string(guide.join(name)).unwrap();
    let action = format!(
        "name: release\nruns:\n  using: composite\n  steps:\n    - uses: ./.github/actions/inner\n    \
         - run: echo {PASTED}\n      shell: bash\n"
    );
    let inner = "name: inner\nruns:\n  using: composite\n  steps:\n    - uses: other/thing@v1\n";
    let uses = format!(
        "on: [pull_request]\npermissions: {{}}\njobs:\n  a:\n    runs-on: x\n    steps:\n      \
         - uses: ./.github/actions/release\n      - run: echo {PASTED} ${{{{ github.head_ref }}}}\n      \
         - run: npm run check -- {PASTED}\n        working-directory: web\n"
    );
    let package = format!(
        "{{\"name\": \"web\", \"scripts\": {{\"check\": \"TOKEN={PASTED} playwright install && npm run \
         inner\", \"inner\": \"echo {PASTED}\"}}}}"
    );
    let all = [
        (
            ".github/workflows/backend-deploy.yml",
            text("backend-deploy.yml"),
        ),
        (".github/workflows/e2e-smoke.yml", text("e2e-smoke.yml")),
        (".github/workflows/uses.yaml", uses),
        (
            ".github/workflows/broken.yml",
            format!("on: push\njobs: [{PASTED}\n"),
        ),
        (".github/workflows/README.md", "no workflow".to_owned()),
        (".github/workflows/more/deep.yml", "on: push".to_owned()),
        (".github/actions/release/action.yml", action),
        (".github/actions/inner/action.yaml", inner.to_owned()),
        ("README.md", "shop".to_owned()),
        ("web/package.json", package),
        // nothing runs a script of it
        ("api/package.json", "{".to_owned()),
    ];
    all.map(|(path, text)| (path.to_owned(), text)).into()
}

fn shop() -> Repo {
    let mut repo = Repo::good(SHOP);
    repo.files = files();
    repo
}

fn checkout(files: &BTreeMap<String, String>) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    root
}

#[tokio::test]
async fn the_api_tells_what_the_files_do() {
    let github = Github::start(Estate::of(shop())).await;
    let said = audit(&github).await;
    github.served.violations.assert_none();
    let found = verdicts(&said);
    let one = |check: &str| found[check].clone();
    assert_eq!(one("actions-secret-missing"), ["fail"], "STAGING_URL");
    assert_eq!(
        one("actions-variable-missing"),
        ["unknown"],
        "one file does not parse"
    );
    assert_eq!(one("actions-aws-keys-stored"), ["pass"]);
    assert_eq!(one("environment-unprotected"), ["pass"]);
    assert_eq!(one("workflow-sentry-release-missing"), ["pass", "unknown"]);
    // the file that does not parse could deploy
    assert_eq!(one("deploy-not-gated"), ["pass", "unknown"]);
    assert_eq!(one("workflow-e2e-missing"), ["pass"]);
    // nor is it known whether it is one of the smoke tests
    assert_eq!(one("workflow-e2e-failing"), ["unknown", "pass"]);
    // deploy, broken, smoke, uses
    assert_eq!(
        one("workflow-permissions-excessive"),
        ["pass", "unknown", "fail", "pass"]
    );
    assert_eq!(
        one("workflow-injection"),
        ["pass", "unknown", "pass", "fail"]
    );
    assert_eq!(
        one("workflow-action-unpinned"),
        ["fail", "unknown", "pass", "fail"]
    );
    let unpinned = said
        .iter()
        .find(|((check, id), _)| check.ends_with("action-unpinned") && id.ends_with("uses.yaml"));
    let (_, shown) = unpinned.unwrap().1;
    assert!(
        shown.contains(".github/actions/inner/action.yaml"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_checkout_tells_the_same() {
    let root = checkout(&files());
    let github = Github::start(Estate::of(shop())).await;
    let over_api = audit(&github).await;
    let asked = |github: &Github| {
        let requests = github.served.lines();
        requests.iter().filter(|r| r.contains("/contents/")).count()
    };
    let before = asked(&github);
    assert!(before > 5, "{before} files are asked for");

    let mut connect = connect_to(&github, GithubPolicy::default());
    connect.checkout = Some(root.path().to_owned());
    connect.origin = Some(format!("{}/{SHOP}.git", github.served.url));
    let in_checkout = judged(of_workflows(), facts_of(connect).await).await;
    assert_eq!(in_checkout, over_api);
    assert_eq!(asked(&github), before, "no file is asked for again");

    // and without any network
    let alone = Facts::new(vec![Arc::new(Checkout::new(root.path(), SHOP))]);
    let alone = judged(of_files_alone(), alone).await;
    assert!(alone.len() > 12, "{} findings", alone.len());
    for (key, said) in &alone {
        assert_eq!(Some(said), over_api.get(key), "{key:?}");
    }
}

#[tokio::test]
async fn a_snapshot_replays_and_holds_no_text() {
    let github = Github::start(Estate::of(shop())).await;
    let facts = facts_of(connect_to(&github, GithubPolicy::default())).await;
    let live = judged(of_workflows(), facts.clone()).await;
    let snapshot = facts.snapshot("test", NOW.parse().unwrap());
    let text = serde_json::to_string(&snapshot).unwrap();
    assert!(text.contains("backend-deploy.yml") && !text.contains(PASTED));
    assert!(text.contains(r#""folder":"web""#) && !text.contains(r#""folder":"api""#));
    for (_, shown) in live.values() {
        assert!(!shown.contains(PASTED), "{shown}");
    }
    let again = harden_core::Snapshot::parse(&text).unwrap();
    assert_eq!(judged(of_workflows(), Facts::recorded(again)).await, live);
}

#[tokio::test]
async fn without_the_permission_everything_of_files_is_unknown() {
    let github = Github::start(Estate {
        denied: vec!["contents=read"],
        ..Estate::of(shop())
    })
    .await;
    let said = audit(&github).await;
    for ((check, _), (verdict, shown)) in &said {
        assert_eq!(verdict, "unknown", "{check}");
        assert!(shown.contains("contents=read"), "{check}: {shown}");
    }
    let found = verdicts(&said);
    assert_eq!(found.len(), of_workflows().len());
}

/// The smoke tests by a script: over the API and in a checkout; and where its file can't be read.
#[tokio::test]
async fn a_script_of_a_package_runs_the_smoke_tests() {
    const MISSING: &str = "workflow-e2e-missing";
    let workflow = "on: [push, pull_request]\njobs:\n  a:\n    runs-on: x\n    steps:\n      \
                    - run: npm run smoke\n        working-directory: web\n";
    let package = r#"{"scripts": {"smoke": "playwright test --grep @smoke"}}"#;
    let files = |package: Option<&str>| {
        let mut all = BTreeMap::from([(
            ".github/workflows/e2e-smoke.yml".to_owned(),
            workflow.to_owned(),
        )]);
        all.extend(package.map(|text| ("web/package.json".to_owned(), text.to_owned())));
        all
    };
    let estate = |package: Option<&str>| {
        let mut repo = Repo::good(SHOP);
        repo.files = files(package);
        Estate::of(repo)
    };
    for (package, wanted) in [
        (Some(package), "pass"),
        (Some(r#"{"scripts": {"smoke": "jest"}}"#), "not-applicable"),
        (Some("{"), "unknown"),
        (None, "unknown"),
    ] {
        let github = Github::start(estate(package)).await;
        let over_api = audit(&github).await;
        github.served.violations.assert_none();
        assert_eq!(verdicts(&over_api)[MISSING], [wanted], "{package:?}");
        let root = checkout(&files(package));
        let mut connect = connect_to(&github, GithubPolicy::default());
        connect.checkout = Some(root.path().to_owned());
        connect.origin = Some(format!("{}/{SHOP}.git", github.served.url));
        let in_checkout = judged(of_workflows(), facts_of(connect).await).await;
        assert_eq!(in_checkout, over_api, "{package:?}");
        let lines = github.served.lines();
        let asked = lines
            .iter()
            .filter(|l| l.contains("/contents/web/package.json"));
        assert_eq!(
            asked.count(),
            1,
            "asked for once, and not with the checkout"
        );
    }
    let mut refused = estate(Some(package));
    refused.refuse.push(("web/package.json", 403, "Forbidden"));
    let said = audit(&Github::start(refused).await).await;
    assert_eq!(verdicts(&said)[MISSING], ["unknown"]);
    assert_eq!(verdicts(&said)["workflow-e2e-failing"], ["unknown"]);
    // the workflow itself was read
    assert_eq!(verdicts(&said)["workflow-injection"], ["pass"]);
}

/// Each field of an answer that is read: without it nothing comes to pass.
#[tokio::test]
async fn without_a_field_nothing_comes_to_pass() {
    let before = audit(&Github::start(Estate::of(shop())).await).await;
    for field in ["content", "encoding", "*.path", "*.type"] {
        let path: Vec<String> = field.split('.').map(str::to_owned).collect();
        let github = Github::start_unwatched(Estate {
            drop: Some((CONTENTS.to_owned(), path)),
            ..Estate::of(shop())
        })
        .await;
        let after = audit(&github).await;
        assert!(
            after.values().any(|(verdict, _)| verdict == "unknown"),
            "{field}"
        );
        for (key, (verdict, shown)) in &after {
            if verdict == "pass" {
                let was = before.get(key).map(|(verdict, _)| verdict.as_str());
                assert_eq!(was, Some("pass"), "{key:?} without {field}: {shown}");
            }
        }
        // of the deployment nothing is known without its file
        let found = verdicts(&after);
        let releases = &found["workflow-sentry-release-missing"];
        assert!(!releases.is_empty(), "{field}");
        assert!(
            releases.iter().all(|verdict| *verdict == "unknown"),
            "{field}: {releases:?}"
        );
    }
}

#[tokio::test]
async fn a_repository_without_workflows_has_nothing_to_judge() {
    let mut repo = shop();
    repo.files
        .retain(|path, _| !path.starts_with(".github/workflows"));
    let github = Github::start(Estate::of(repo.clone())).await;
    let said = audit(&github).await;
    github.served.violations.assert_none();
    let found = verdicts(&said);
    for check in [
        "actions-secret-missing",
        "deploy-not-gated",
        "workflow-e2e-missing",
        "environment-unprotected",
    ] {
        assert_eq!(found[check], ["not-applicable"], "{check}");
    }
    let root = checkout(&repo.files);
    let alone = Facts::new(vec![Arc::new(Checkout::new(root.path(), SHOP))]);
    for (key, own) in judged(of_files_alone(), alone).await {
        assert_eq!(Some(&own), said.get(&key), "{key:?}");
    }
}

#[tokio::test]
async fn a_folder_or_a_file_that_fails_is_a_gap_of_its_own() {
    let refused = |part: &'static str| async move {
        let github = Github::start_unwatched(Estate {
            refuse: vec![(part, 500, "broken")],
            ..Estate::of(shop())
        })
        .await;
        audit(&github).await
    };
    let folder = refused("/contents/.github/workflows").await;
    for ((check, resource), (verdict, said)) in &folder {
        // each of the required checks was reported, which shows that they run
        let is_shown = check == "github/branch-required-check-never-runs";
        assert!(
            verdict == "unknown" || is_shown,
            "{check} {resource}: {said}"
        );
    }

    let one = refused("uses.yaml").await;
    let of = |check: &str, file: &str| {
        let mut all = one.iter();
        let found = all.find(|((c, id), _)| c.ends_with(check) && id.ends_with(file));
        found.unwrap().1.0.clone()
    };
    assert_eq!(of("workflow-injection", "uses.yaml"), "unknown");
    assert_eq!(of("workflow-injection", "e2e-smoke.yml"), "pass");

    let action = refused("actions/inner").await;
    let found = verdicts(&action);
    // what is wrong in the workflow itself stays certain
    assert_eq!(
        found["workflow-injection"],
        ["pass", "unknown", "pass", "fail"]
    );
    assert_eq!(
        found["workflow-action-unpinned"],
        ["fail", "unknown", "pass", "unknown"]
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_checkout_is_read_within_itself() {
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret.yml");
    std::fs::write(
        &secret,
        "on: push\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n",
    )
    .unwrap();
    let root = checkout(&BTreeMap::from([(
        ".github/workflows/text.yml".to_owned(),
        "on: push\njobs: {a: {runs-on: x, steps: [{uses: ./../../x}]}}\n".to_owned(),
    )]));
    let folder = root.path().join(".github/workflows");
    std::os::unix::fs::symlink(&secret, folder.join("link.yml")).unwrap();
    std::fs::write(folder.join("bytes.yml"), [0xff, 0xfe, b'a']).unwrap();
    std::fs::create_dir(folder.join("folder.yml")).unwrap();
    let facts = Facts::new(vec![Arc::new(Checkout::new(root.path(), SHOP))]);
    let said = judged(of_files_alone(), facts).await;
    let found = verdicts(&said);
    // bytes, link, text
    assert_eq!(
        found["workflow-permissions-excessive"],
        ["unknown", "unknown", "fail"]
    );

    let gone = Facts::new(vec![Arc::new(Checkout::new(
        root.path().join("gone"),
        SHOP,
    ))]);
    for (key, (verdict, shown)) in judged(of_files_alone(), gone).await {
        assert_eq!(verdict, "unknown", "{key:?}");
        assert!(!shown.contains(&*root.path().to_string_lossy()), "{shown}");
    }
}

/// A pipe would block the run, a link can lead to any file of the machine.
#[cfg(unix)]
#[tokio::test]
async fn pipes_large_files_and_linked_folders_of_a_checkout_are_unknown() {
    let root = checkout(&BTreeMap::new());
    let folder = root.path().join(".github/workflows");
    std::fs::create_dir_all(&folder).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(folder.join("pipe.yml"))
        .status();
    assert!(made.unwrap().success());
    std::fs::write(folder.join("large.yml"), " ".repeat(2 << 20)).unwrap();
    std::os::unix::fs::symlink("/dev/zero", folder.join("device.yml")).unwrap();
    let facts = Facts::new(vec![Arc::new(Checkout::new(root.path(), SHOP))]);
    let findings = judged(of_files_alone(), facts).await;
    let found = verdicts(&findings);
    assert_eq!(found["workflow-permissions-excessive"], ["unknown"; 3]);

    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("a.yml"), "on: push\njobs: {}\n").unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    std::os::unix::fs::symlink(outside.path(), &folder).unwrap();
    let facts = Facts::new(vec![Arc::new(Checkout::new(root.path(), SHOP))]);
    for (key, (verdict, _)) in judged(of_files_alone(), facts).await {
        assert_eq!(verdict, "unknown", "{key:?}");
    }
}
