//! A check by itself gives what it gives in the whole audit.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use harden_tests::Harden;
use serde_json::Value;

/// What a report says of a check: whether it ran, and its findings.
fn findings<'a>(report: &'a Value, check: &str) -> Vec<&'a Value> {
    let list = |name: &str| report[name].as_array().into_iter().flatten();
    let checks = list("checks").filter(|one| one["id"] == check);
    let findings = list("findings").filter(|one| one["check"] == check);
    checks.chain(findings).collect()
}

fn report(run: Harden) -> Value {
    let done = run.run();
    serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {}", done.stderr))
}

/// Runs the whole audit, and each of its checks by itself, and compares.
fn compare(audit: impl Fn(&[&str]) -> Harden + Sync, of: impl Fn(&str) -> bool) {
    let whole = report(audit(&[]));
    let all = whole["checks"]
        .as_array()
        .expect("a list of checks")
        .clone();
    let ids: Vec<&str> = all
        .iter()
        .filter_map(|check| check["id"].as_str())
        .collect();
    let ids: Vec<&str> = ids.into_iter().filter(|id| of(id)).collect();
    assert!(!ids.is_empty());
    let differ: Mutex<Vec<String>> = Mutex::default();
    let next = AtomicUsize::new(0);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some(id) = ids.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let alone = report(audit(&["--only", id]));
                    let (alone, whole) = (findings(&alone, id), findings(&whole, id));
                    if alone != whole {
                        let text = format!("{id}: alone {alone:?}, in the audit {whole:?}");
                        differ.lock().unwrap().push(text);
                    }
                }
            });
        }
    });
    let differ = differ.into_inner().unwrap();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn over_the_example_estate() {
    let audit = |more: &[&str]| {
        let args = ["audit", "--demo", "--quiet", "--format", "json"];
        Harden::new(args.iter().chain(more))
    };
    compare(audit, |_| true);
}

#[cfg(feature = "live")]
mod live {
    use harden_tests::fakes::{github, sentry, vercel};
    use harden_tests::{Estate, Harden};

    use super::compare;

    const NOW: &str = "2026-01-15T12:00:00Z";

    #[test]
    fn over_aws() {
        let estate = Estate::build("bad");
        let audit = |more: &[&str]| {
            let args = [
                "audit",
                "--quiet",
                "--format",
                "json",
                "--as-of",
                &estate.now,
            ];
            Harden::live(&estate, args.iter().chain(more))
        };
        compare(audit, |id| id.starts_with("aws/"));
    }

    /// GitHub without a checkout: the workflows come over the API.
    #[tokio::test(flavor = "multi_thread")]
    async fn over_github_sentry_and_vercel() {
        let shop = github::Repo::good("acme/shop");
        let github = github::Github::start(github::Estate::of(shop)).await;
        let sentry = sentry::Sentry::serve(sentry::Estate::new()).await;
        let vercel = vercel::Vercel::start(vercel::Estate::good()).await;
        let audit = |more: &[&str]| {
            let args = ["audit", "--quiet", "--format", "json", "--as-of", NOW];
            Harden::new(args.iter().chain(more))
                .env("GITHUB_API_URL", &github.served.url)
                .env("GITHUB_REPOSITORY", "acme/shop")
                .env("GITHUB_TOKEN", github::TOKEN)
                .env("SENTRY_URL", &sentry.served.url)
                .env("SENTRY_AUTH_TOKEN", sentry::TOKEN)
                .env("SENTRY_ORG", "acme")
                .env("VERCEL_API_URL", &vercel.served.url)
                .env("VERCEL_TOKEN", vercel::TOKEN)
                .env("VERCEL_ORG_ID", "team_4Kq9")
                .env("VERCEL_PROJECT_ID", "prj_shop")
        };
        compare(audit, |id| !id.starts_with("aws/"));
    }
}
