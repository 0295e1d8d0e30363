//! What holds of a whole audit.

use harden_core::{
    CancellationToken, Cause, Facts, Outcome, Replay, Snapshot, StopHandle, Unknown,
};
use harden_github::GithubPolicy;
use harden_github::resources::{
    ActionsVariable, Deployments, EnvironmentBranchPolicies, EnvironmentVariables,
    OrganizationVariable, WorkflowRuns,
};
use harden_tests::fakes::github::{Estate, Github, Repo, TOKEN, VALUE, sha};

use crate::run::{
    Run, SHOP, audit, audit_as, audit_of, bad, connect_to, deployed, deployed_badly, judged,
};

/// The kinds that no check of the API half reads.
async fn all_kinds(run: &Run) {
    run.facts.list::<ActionsVariable>().await.unwrap();
    run.facts.list::<OrganizationVariable>().await.unwrap();
    run.facts.list::<EnvironmentVariables>().await.unwrap();
    run.facts.list::<EnvironmentBranchPolicies>().await.unwrap();
    run.facts.list::<WorkflowRuns>().await.unwrap();
    run.facts.list::<Deployments>().await.unwrap();
}

#[tokio::test]
async fn a_good_repository_passes_and_every_call_is_as_described() {
    let github = Github::start(Estate::of(Repo::good(SHOP))).await;
    let run = audit(&github).await;
    all_kinds(&run).await;
    github.served.violations.assert_none();
    assert_eq!(run.with("fail"), [""; 0]);
    assert_eq!(run.with("unknown"), [""; 0]);
    for asked in github.served.asked() {
        assert!(asked.line.starts_with("GET /"), "{}", asked.line);
        let header = |name| asked.headers[name].to_str().unwrap();
        assert_eq!(header("x-github-api-version"), "2022-11-28");
        assert_eq!(header("accept"), "application/vnd.github+json");
        assert!(
            header("user-agent").contains("harden") || header("user-agent").contains("octocrab")
        );
    }
}

#[tokio::test]
async fn nothing_is_asked_twice_and_every_call_is_counted() {
    for repo in [Repo::good(SHOP), deployed()] {
        let github = Github::start(Estate::of(repo)).await;
        let run = audit(&github).await;
        all_kinds(&run).await;
        let mut lines = github.served.lines();
        lines.sort();
        let mut once = lines.clone();
        once.dedup();
        assert_eq!(lines, once);
        let counted = run.facts.calls();
        assert_eq!(
            counted.values().sum::<u64>(),
            lines.len() as u64,
            "{counted:#?}"
        );
    }
}

#[tokio::test]
async fn a_bad_repository_fails_in_every_check() {
    let run = audit_of(bad()).await;
    assert_eq!(run.with("unknown"), [""; 0]);
    assert_eq!(
        run.with("fail"),
        [
            "github/actions-secret-stale acme/shop environment production secret DATABASE_URL",
            "github/actions-secret-stale acme/shop organization secret NPM_TOKEN",
            "github/actions-secret-stale acme/shop secret SENTRY_AUTH_TOKEN",
            "github/branch-admins-exempt acme/shop@main",
            "github/branch-checks-not-strict acme/shop@main",
            "github/branch-deletion-allowed acme/shop@main",
            "github/branch-force-push-allowed acme/shop@main",
            "github/branch-push-unrestricted acme/shop@main",
            "github/branch-required-check-never-runs acme/shop@main",
            "github/branch-reviews-missing acme/shop@main",
            "github/dependabot-off acme/shop",
            "github/push-protection-off acme/shop",
            "github/secret-scanning-off acme/shop",
            "github/workflow-default-token-write acme/shop",
        ]
    );
}

#[tokio::test]
async fn a_replay_says_what_the_live_run_said() {
    for repo in [
        Repo::good(SHOP),
        bad(),
        Repo::new(SHOP),
        deployed(),
        deployed_badly(),
    ] {
        let live = audit_of(repo).await;
        all_kinds(&live).await;
        let taken = "2026-01-15T12:00:00Z".parse().unwrap();
        let text = serde_json::to_string(&live.facts.snapshot("test", taken)).unwrap();
        let snapshot = Snapshot::parse(&text).unwrap();
        let facts = Facts::new(vec![std::sync::Arc::new(Replay::from(snapshot))]);
        let replayed = judged(facts, GithubPolicy::default()).await;
        let shown = |run: &Run| format!("{:#?}", run.findings);
        assert_eq!(shown(&live), shown(&replayed));
    }
}

#[tokio::test]
async fn no_value_of_a_secret_or_a_variable_and_no_token_is_anywhere() {
    let cache = tempfile::tempdir().unwrap();
    for repo in [Repo::good(SHOP), bad(), deployed()] {
        let github = Github::start(Estate::of(repo)).await;
        let mut connect = connect_to(&github, GithubPolicy::default());
        connect.cache = Some(cache.path().join("github"));
        assert!(!format!("{connect:?}").contains(TOKEN));
        let run = audit_as(connect, CancellationToken::never()).await;
        all_kinds(&run).await;
        let given: String = github
            .lock()
            .given
            .values()
            .flatten()
            .map(ToString::to_string)
            .collect();
        assert!(given.contains(VALUE), "the fake gives values");
        let taken = "2026-01-15T12:00:00Z".parse().unwrap();
        let mut all = serde_json::to_string(&run.facts.snapshot("test", taken)).unwrap();
        all += &format!("{:?}", run.findings);
        let mut files = 0;
        for entry in std::fs::read_dir(cache.path().join("github")).unwrap() {
            let path = entry.unwrap().path();
            all += &std::fs::read_to_string(&path).unwrap();
            all += &path.display().to_string();
            files += 1;
        }
        assert!(files > 20, "{files} answers are kept");
        for secret in [TOKEN, VALUE] {
            assert!(!all.contains(secret), "{secret}");
        }
    }
}

#[tokio::test]
async fn what_is_read_of_the_other_kinds_is_what_there_is() {
    let github = Github::start(Estate::of(Repo::good(SHOP))).await;
    let run = audit(&github).await;
    let deployed = run.facts.list::<Deployments>().await.unwrap();
    let (_, deployed) = deployed.iter().next().unwrap();
    // the newest failed
    let latest = deployed.latest.get().unwrap().as_ref().unwrap();
    assert_eq!(latest.sha, sha(1));
    let runs = run.facts.list::<WorkflowRuns>().await.unwrap();
    let (_, smoke) = runs.iter().next().unwrap();
    assert_eq!(smoke.path, ".github/workflows/e2e-smoke.yml");
    // a fork's run is none of the branch: it is read on to one that is
    let runs = smoke.runs.get().unwrap().iter();
    let came_to: Vec<_> = runs
        .map(|run| run.conclusion.get().unwrap().clone().unwrap())
        .collect();
    assert_eq!(came_to, ["failure", "success"]);
    let patterns = run.facts.list::<EnvironmentBranchPolicies>().await.unwrap();
    let (_, production) = patterns.iter().next().unwrap();
    assert_eq!(*production.patterns.get().unwrap(), ["main"]);
}

#[tokio::test]
async fn deployments_that_all_wait_do_not_hide_an_older_one() {
    for (waiting, wanted) in [(3, Some(false)), (10, None)] {
        let mut repo = Repo::good(SHOP);
        let all = (0..waiting).map(|at| ("production".to_owned(), sha(at), vec!["waiting"]));
        repo.deployments = all.collect();
        let github = Github::start(Estate::of(repo)).await;
        let run = audit(&github).await;
        let deployed = run.facts.list::<Deployments>().await.unwrap();
        let (_, deployed) = deployed.iter().next().unwrap();
        let found = deployed.latest.ok().map(Option::is_some);
        assert_eq!(found, wanted, "{waiting}: {:?}", deployed.latest);
    }
}

#[tokio::test]
async fn an_audit_that_is_stopped_is_unknown_in_what_is_left() {
    let github = Github::start(Estate::of(Repo::good(SHOP))).await;
    let (stopper, stop) = StopHandle::new();
    stopper.stop(Unknown::new(Cause::Deadline, "the deadline passed"));
    let run = audit_as(connect_to(&github, GithubPolicy::default()), stop).await;
    assert_eq!(run.with("pass"), [""; 0]);
    assert_eq!(run.with("fail"), [""; 0]);
    for outcome in run.findings.values() {
        let Outcome::Unknown(unknown) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(unknown.cause, Cause::Deadline);
    }
    // the token was looked at, and nothing else
    assert_eq!(github.served.lines(), ["GET /rate_limit"]);
}
