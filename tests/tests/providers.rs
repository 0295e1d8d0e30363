//! GitHub, Sentry and Vercel by the command line, in one audit.
#![cfg(feature = "live")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "../../crates/harden-runner/tests/formats/sarif_rules.rs"]
mod sarif_rules;

use std::collections::BTreeSet;

use harden_tests::fakes::{github, sentry, vercel};
use harden_tests::{Done, Harden, Report};
use serde_json::Value;

const NOW: &str = "2026-01-15T12:00:00Z";
const SHOP: &str = "acme/shop";
const FORMATS: [&str; 4] = ["json", "text", "markdown", "sarif"];

/// A workflow with an injection, at line 7.
const WORKFLOW: &str = "\
on: pull_request
permissions: {}
jobs:
  greet:
    runs-on: ubuntu-latest
    steps:
      - run: echo '${{ github.event.pull_request.title }}'
";

/// The three, good but for what Sentry's fake lacks: alerts.
struct Servers {
    github: github::Github,
    sentry: sentry::Sentry,
    vercel: vercel::Vercel,
}

impl Servers {
    async fn start() -> Self {
        let mut organization = sentry::Estate::new();
        for releases in organization.releases.values_mut() {
            // named by no commit, it could be of any
            releases.retain(|release| release["version"] != "older");
        }
        Self {
            github: github::Github::start(github::Estate::of(github::Repo::good(SHOP))).await,
            sentry: sentry::Sentry::serve(organization).await,
            vercel: vercel::Vercel::start(vercel::Estate::good()).await,
        }
    }

    /// A run with the variables that the vendors' own tools read.
    fn run(&self, args: &[&str]) -> Harden {
        Harden::new(args)
            .env("GITHUB_API_URL", &self.github.served.url)
            .env("GITHUB_REPOSITORY", SHOP)
            .env("GITHUB_TOKEN", github::TOKEN)
            .env("SENTRY_URL", &self.sentry.served.url)
            .env("SENTRY_AUTH_TOKEN", sentry::TOKEN)
            .env("SENTRY_ORG", "acme")
            .env("VERCEL_API_URL", &self.vercel.served.url)
            .env("VERCEL_TOKEN", vercel::TOKEN)
            .env("VERCEL_ORG_ID", "team_4Kq9")
            .env("VERCEL_PROJECT_ID", "prj_shop")
    }

    fn lines(&self) -> Vec<String> {
        let served = [
            &self.github.served,
            &self.sentry.served,
            &self.vercel.served,
        ];
        served.iter().flat_map(|served| served.lines()).collect()
    }
}

fn checked(report: &Report) -> BTreeSet<&str> {
    report.findings().map(|f| f.check()).collect()
}

fn not_audited(report: &Report) -> Vec<&str> {
    let left = report.json["not_audited"].as_array().unwrap();
    left.iter().filter_map(|p| p["provider"].as_str()).collect()
}

/// No token and no value that a server gave.
fn no_secrets(what: &str, text: &str) {
    for secret in [github::TOKEN, github::VALUE, sentry::TOKEN, vercel::TOKEN] {
        assert!(!text.contains(secret), "{what} holds {secret}");
    }
}

fn same_but_for_the_run(format: &str, one: &str, other: &str) {
    let cut = |text: &str| match text.rsplit_once("\n  \"run\": ") {
        Some((before, _)) if format == "json" => before.to_owned(),
        _ => text.to_owned(),
    };
    let (one, other) = (cut(one), cut(other));
    let differs = one.lines().zip(other.lines()).find(|(a, b)| a != b);
    assert!(one == other, "{format}: {differs:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_audit_of_all_three() {
    let servers = Servers::start().await;
    let outputs = FORMATS.map(|format| format!("--output={format}=report.{format}"));
    let mut args = vec!["audit", "--quiet", "--as-of", NOW, "--record", "s.json"];
    args.extend(outputs.iter().map(String::as_str));
    let live = servers.run(&args).env("HARDEN_LOG", "trace").run().exits(1);
    servers.github.served.violations.assert_none();
    servers.sentry.served.violations.assert_none();
    servers.vercel.served.violations.assert_none();

    let report = Report::parse(&live.text("report.json")).unwrap();
    // nobody asked for AWS, and that is said
    assert_eq!(not_audited(&report), ["aws"]);
    let checked = checked(&report);
    for check in [
        "github/branch-unprotected",
        "sentry/alert-fatal-missing",
        "sentry/release-missing",
        "vercel/env-missing",
    ] {
        assert!(checked.contains(check), "{check}: {checked:?}");
    }
    let unknown: Vec<_> = report.with("unknown").iter().map(|f| f.key()).collect();
    assert_eq!(unknown, []);
    let fail = |check: &str| report.with("fail").iter().any(|f| f.check() == check);
    assert!(fail("sentry/alert-fatal-missing"));
    // what GitHub says is deployed, Sentry has no release of
    assert!(fail("sentry/release-missing"));
    assert!(!fail("github/branch-unprotected") && !fail("vercel/env-missing"));

    // each call once, and each counted
    let lines = servers.lines();
    let once: BTreeSet<&String> = lines.iter().collect();
    assert_eq!(lines.len(), once.len(), "{lines:#?}");
    let calls = report.json["run"]["calls"].as_object().unwrap();
    let counted: u64 = calls.values().filter_map(Value::as_u64).sum();
    assert_eq!(counted, lines.len() as u64, "{calls:#?}");

    for format in FORMATS {
        no_secrets(format, &live.text(&format!("report.{format}")));
    }
    no_secrets("the snapshot", &live.text("s.json"));
    no_secrets("the log", &live.stderr);
    assert!(live.stderr.len() > 1000, "there is a log");

    let sarif: Value = serde_json::from_str(&live.text("report.sarif")).unwrap();
    assert!(sarif_rules::schema().is_valid(&sarif));
    sarif_rules::check(&sarif);

    let snapshot = live.path("s.json");
    let mut args = vec!["audit", "--quiet", "--snapshot", snapshot.to_str().unwrap()];
    args.extend(outputs.iter().map(String::as_str));
    let replay = Harden::new(args).run().exits(1);
    for format in FORMATS {
        let name = format!("report.{format}");
        same_but_for_the_run(format, &live.text(&name), &replay.text(&name));
    }
}

/// The commit that somebody names counts before what GitHub says.
#[tokio::test(flavor = "multi_thread")]
async fn the_commit_that_is_deployed_can_be_named() {
    let servers = Servers::start().await;
    let released = "3e90a5d9e767ebcfa70e921d7a7ff6c037461168";
    let audit = |sha: &str| {
        let args = ["audit", "--quiet", "--as-of", NOW, "--format", "json"];
        let only = ["--only", "sentry/release-missing", "--deployed-sha", sha];
        servers.run(&[&args[..], &only[..]].concat()).run()
    };
    let report = audit(released).exits(0).report();
    assert_eq!(report.with("pass").len(), 2, "{}", report.text);
    let other = "0".repeat(40);
    let report = audit(&other).exits(1).report();
    assert!(report.text.contains(&other), "{}", report.text);
    let refused = audit("main").exits(2);
    assert!(
        refused.stderr.contains("git rev-parse HEAD"),
        "{}",
        refused.stderr
    );
}

/// A provider that should be read and refuses is unknown where another can be judged, and the end
/// where none can.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused() {
    let servers = Servers::start().await;
    let args = ["audit", "--quiet", "--as-of", NOW, "--format", "json"];
    let run = servers.run(&args).env("GITHUB_TOKEN", "ghp_wrong").run();
    let report = run.exits(1).report();
    let mut github = report
        .findings()
        .filter(|f| f.check().starts_with("github/"));
    assert!(github.all(|f| f.verdict() == "unknown"));
    assert!(checked(&report).contains("github/branch-unprotected"));
    assert!(report.text.contains("did not accept the token"));

    let only = [&args[..], &["--only", "github/branch-*"]].concat();
    let refused = servers.run(&only).env("GITHUB_TOKEN", "ghp_wrong").run();
    let refused = refused.exits(2);
    assert!(
        refused.stderr.contains("did not accept the token"),
        "{}",
        refused.stderr
    );
    assert!(refused.stdout.is_empty());
}

/// A provider without a token is left out, unless the policy file or an option names it.
#[test]
fn a_provider_that_is_named_needs_its_token() {
    let audit = |file: &str, more: &[&str]| {
        let args = ["audit", "--quiet"];
        Harden::new(args.iter().chain(more))
            .file("harden.toml", file)
            .run()
    };
    let all = audit("", &[]).exits(2);
    for word in ["AWS", "GitHub", "SENTRY_AUTH_TOKEN", "VERCEL_TOKEN"] {
        assert!(all.stderr.contains(word), "{word}: {}", all.stderr);
    }
    for (file, word) in [
        ("[github]\nrepositories = ['acme/shop']\n", "GH_TOKEN"),
        ("[sentry]\norganization = 'acme'\n", "SENTRY_AUTH_TOKEN"),
        ("[vercel]\nprojects = ['shop']\n", "VERCEL_TOKEN"),
    ] {
        let done = audit(file, &[]).exits(2);
        assert!(done.stderr.contains(word), "{file}: {}", done.stderr);
    }
    let named = audit("", &["--repository", "acme"]).exits(2);
    assert!(
        named.stderr.contains("write owner/repo"),
        "{}",
        named.stderr
    );
}

fn in_checkout(run: Harden) -> Harden {
    run.env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .file(".git/HEAD", "ref: refs/heads/main\n")
        .file(".git/objects/none", "")
        .file(".git/refs/none", "")
        .file(
            ".git/config",
            "[core]\n\trepositoryformatversion = 0\n[remote \"origin\"]\n\turl = git@github.com:acme/shop.git\n",
        )
        .file(".github/workflows/greet.yml", WORKFLOW)
}

/// The workflows of a checkout are judged without a token, and findings stand at their line.
#[test]
fn workflows_of_a_checkout_need_no_token() {
    let args = [
        "audit",
        "--quiet",
        "--only",
        "github/workflow-injection",
        "--output",
        "json=out.json",
        "--output",
        "sarif=out.sarif",
    ];
    let done = in_checkout(Harden::new(args)).run().exits(1);
    let report = Report::parse(&done.text("out.json")).unwrap();
    assert_eq!(report.with("fail").len(), 1, "{}", report.text);
    let sarif: Value = serde_json::from_str(&done.text("out.sarif")).unwrap();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"]["uri"],
        ".github/workflows/greet.yml"
    );
    assert_eq!(place["region"]["startLine"], 7, "{place}");
}

fn uploaded(servers: &Servers, file: &str, more: &[&str]) -> Done {
    let run = servers.run(&[&["upload", "out.sarif"], more].concat());
    in_checkout(run)
        .env("GITHUB_SHA", "0123456789abcdef0123456789abcdef01234567")
        .env("GITHUB_REF", "refs/heads/main")
        .file("out.sarif", file)
        .run()
}

#[tokio::test(flavor = "multi_thread")]
async fn sarif_is_uploaded() {
    let servers = Servers::start().await;
    let log =
        r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": []}]}"#;
    let done = uploaded(&servers, log, &[]).exits(0);
    assert!(
        done.stderr.contains("code scanning has the findings"),
        "{}",
        done.stderr
    );
    servers.github.served.violations.assert_none();
    let sent = servers.github.lock().sarifs[0].body.clone();
    assert_eq!(sent["ref"], "refs/heads/main");
    assert_eq!(
        sent["commit_sha"],
        "0123456789abcdef0123456789abcdef01234567"
    );

    let nothing = uploaded(&servers, r#"{"version": "2.1.0", "runs": []}"#, &[]).exits(0);
    assert!(
        nothing.stderr.contains("nothing to upload"),
        "{}",
        nothing.stderr
    );
    assert_eq!(servers.github.lock().sarifs.len(), 1);

    servers.github.lock().sarif_errors = vec!["expected a physical location".to_owned()];
    let rejected = uploaded(&servers, log, &[]).exits(1);
    assert!(
        rejected.stderr.contains("expected a physical location"),
        "{}",
        rejected.stderr
    );
    let bad = uploaded(&servers, "<xml>", &[]).exits(2);
    assert!(bad.stderr.contains("is not JSON"), "{}", bad.stderr);
    let bad = uploaded(&servers, log, &["--ref", "main"]).exits(2);
    assert!(bad.stderr.contains("refs/heads/"), "{}", bad.stderr);
}

/// Each provider's least permissions can be printed; what the chosen checks do not read is left out.
#[test]
fn permissions_by_provider() {
    let permissions = |more: &[&str]| {
        let done = Harden::new(["permissions"].iter().chain(more))
            .run()
            .exits(0);
        serde_json::from_str::<Value>(&done.stdout).unwrap()
    };
    let github = permissions(&[
        "--provider",
        "github",
        "--only",
        "github/secret-scanning-off",
    ]);
    assert_eq!(github["administration"], "read", "{github}");
    let sentry = permissions(&["--provider", "sentry"]);
    assert!(
        sentry.as_array().unwrap().contains(&"alerts:read".into()),
        "{sentry}"
    );
    let aws = permissions(&[]);
    assert_eq!(aws["Statement"][0]["Effect"], "Allow");
    let only = permissions(&["--only", "sentry/token-overprivileged"]);
    assert!(only.is_array(), "{only}");
}
