//! Each service and each endpoint in turn gives spoiled answers.

use std::collections::BTreeSet;
use std::time::Duration;

use harden_tests::fakes::{github, sentry, vercel};
use harden_tests::{Done, Estate, Harden, Report};

use super::proxy::{KeyOf, Proxy};
use super::table::Table;
use super::{ALONE, faults_of};

const NOW: &str = "2026-01-15T12:00:00Z";
/// A run may take this much longer than its deadline.
const GRACE: Duration = Duration::from_secs(2);

/// The service that a call is signed for.
fn service(head: &str) -> String {
    let scope = head.split("Credential=").nth(1).unwrap_or_default();
    let scope = scope.split(',').next().unwrap_or_default();
    scope.split('/').nth(3).unwrap_or_default().to_owned()
}

/// The endpoint of a call, without its query.
fn endpoint(head: &str) -> String {
    let line = head.lines().next().unwrap_or_default();
    let mut parts = line.split(' ');
    let (method, path) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let path = path.split('?').next().unwrap_or_default();
    format!("{method} {path}")
}

/// What must hold for a run with a spoiled part, compared with one without.
fn holds(whole: &Report, done: &Done, deadline: Duration) -> Result<(), String> {
    if done.stderr.contains("panicked") || !(0..=3).contains(&done.code) {
        return Err(format!("exit code {}: {:.600}", done.code, done.stderr));
    }
    if done.elapsed > deadline + GRACE {
        return Err(format!("took {:?}", done.elapsed));
    }
    if done.code == 2 {
        // no report: it could not begin, and says why
        return match done.stderr.contains("error:") {
            true => Ok(()),
            false => Err(format!("no error: {:.600}", done.stderr)),
        };
    }
    let report = Report::parse(&done.stdout).map_err(|error| format!("no report: {error}"))?;
    let before = whole.verdicts();
    for finding in report.with("pass") {
        let was = before.get(&finding.key()).map(String::as_str);
        if was != Some("pass") {
            return Err(format!("{:?} was {was:?}, is pass", finding.key()));
        }
    }
    let after = report.verdicts();
    let unknown: BTreeSet<String> = report
        .with("unknown")
        .iter()
        .map(|finding| finding.check().to_owned())
        .collect();
    for finding in whole.with("fail") {
        let is = after.get(&finding.key()).map(String::as_str);
        let kept = matches!(is, Some("fail" | "unknown")) || unknown.contains(finding.check());
        if !kept {
            return Err(format!("{:?} failed, is {is:?}", finding.key()));
        }
    }
    Ok(())
}

/// Tries each place of a server with its faults.
fn try_all(
    title: &'static str,
    upstream: &str,
    key_of: KeyOf,
    deadline: Duration,
    run: impl Fn(&str, &[String]) -> Done,
) {
    let proxy = Proxy::start(upstream, key_of);
    let done = run(&proxy.url, &[]);
    let whole = done.report();
    let is_judged = !whole.with("fail").is_empty() && !whole.with("pass").is_empty();
    assert!(is_judged, "{}", done.stderr);
    let keys = proxy.keys();
    let seconds = format!("{}s", deadline.as_secs());
    let mut table = Table::new(title);
    for (index, key) in keys.iter().enumerate() {
        for fault in faults_of(index) {
            proxy.spoil(Some((key, fault)));
            let done = run(&proxy.url, &["--deadline".to_owned(), seconds.clone()]);
            table.add(&format!("{fault:?}"), key, holds(&whole, &done, deadline));
        }
    }
    proxy.spoil(None);
    table.finish();
}

#[test]
fn each_service_of_aws() {
    let _alone = ALONE.blocking_lock();
    let estate = Estate::build("bad");
    let upstream = estate.endpoint.clone();
    let deadline = Duration::from_secs(6);
    try_all(
        "AWS, by service",
        &upstream,
        service,
        deadline,
        |url, more| {
            let args = [
                "audit",
                "--quiet",
                "--format",
                "json",
                "--as-of",
                &estate.now,
            ];
            let args = args.into_iter().map(str::to_owned).chain(more.to_vec());
            Harden::live(&estate, args)
                .env("AWS_ENDPOINT_URL", url)
                .run()
        },
    );
}

fn rest_args<'a>(provider: &'a str, more: &'a [String]) -> impl Iterator<Item = &'a str> {
    let args = [
        "audit", "--quiet", "--format", "json", "--as-of", NOW, "--only", provider,
    ];
    args.into_iter().chain(more.iter().map(String::as_str))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_endpoint_of_github() {
    let _alone = ALONE.lock().await;
    let mut shop = github::Repo::good("acme/shop");
    shop.rulesets.clear();
    shop.classic.clear();
    let served = github::Github::start(github::Estate::of(shop)).await;
    let deadline = Duration::from_secs(4);
    let upstream = served.served.url.clone();
    try_all(
        "GitHub, by endpoint",
        &upstream,
        endpoint,
        deadline,
        |url, more| {
            Harden::new(rest_args("github/*", more))
                .env("GITHUB_API_URL", url)
                .env("GITHUB_REPOSITORY", "acme/shop")
                .env("GITHUB_TOKEN", github::TOKEN)
                .run()
        },
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_endpoint_of_sentry() {
    let _alone = ALONE.lock().await;
    let served = sentry::Sentry::serve(sentry::Estate::new()).await;
    let deadline = Duration::from_secs(4);
    let upstream = served.served.url.clone();
    try_all(
        "Sentry, by endpoint",
        &upstream,
        endpoint,
        deadline,
        |url, more| {
            Harden::new(rest_args("sentry/*", more))
                .env("SENTRY_URL", url)
                .env("SENTRY_AUTH_TOKEN", sentry::TOKEN)
                .env("SENTRY_ORG", "acme")
                .run()
        },
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_endpoint_of_vercel() {
    let _alone = ALONE.lock().await;
    let served = vercel::Vercel::start(vercel::Estate::good()).await;
    let deadline = Duration::from_secs(4);
    let upstream = served.served.url.clone();
    let policy = "[vercel]\nrequired_variables = ['NOT_SET_ANYWHERE']\n";
    try_all(
        "Vercel, by endpoint",
        &upstream,
        endpoint,
        deadline,
        |url, more| {
            Harden::new(rest_args("vercel/*", more))
                .env("VERCEL_API_URL", url)
                .env("VERCEL_TOKEN", vercel::TOKEN)
                .env("VERCEL_ORG_ID", "team_4Kq9")
                .env("VERCEL_PROJECT_ID", "prj_shop")
                .file("harden.toml", policy)
                .run()
        },
    );
}
