//! GitHub's limits, failures that pass, and answers that did not change.

use std::time::{Duration, Instant};

use harden_core::{CancellationToken, Cause, Outcome};
use harden_github::{GithubPolicy, QuotaPolicy};
use harden_tests::fakes::github::{Estate, Github, Limits, Repo};

use crate::run::{Run, SHOP, audit, audit_as, audit_with, connect_to};

fn throttled(run: &Run) -> usize {
    let is = |outcome: &&Outcome| matches!(outcome, Outcome::Unknown(unknown) if unknown.cause == Cause::Throttled);
    run.findings.values().filter(is).count()
}

#[tokio::test]
async fn a_part_of_the_quota_is_left_for_others() {
    let mut estate = Estate::of(Repo::good(SHOP));
    estate.limits = Limits {
        limit: 100,
        remaining: 30,
        resets_in: 1800,
    };
    let github = Github::start(estate.clone()).await;
    let run = audit(&github).await;
    github.served.violations.assert_none();
    assert!(throttled(&run) > 0);
    assert_eq!(run.with("fail"), [""; 0]);
    let said = run.said("branch-required-check-never-runs");
    assert!(said.contains("20 % of it are left for others"), "{said}");
    let left = github.lock().limits.remaining;
    assert!((20..=21).contains(&left), "{left} are left");
    // none is left where the policy wants so
    let all = GithubPolicy {
        quota: QuotaPolicy { leave_percent: 0 },
        ..GithubPolicy::default()
    };
    estate.limits.remaining = 60;
    let run = audit_with(&Github::start(estate).await, all).await;
    assert_eq!(throttled(&run), 0);
}

#[tokio::test]
async fn a_quota_that_is_used_up_is_unknown_and_no_pass() {
    let mut estate = Estate::of(Repo::good(SHOP));
    estate.limits.remaining = 0;
    let github = Github::start(estate).await;
    let run = audit(&github).await;
    assert_eq!(run.with("pass"), [""; 0]);
    assert_eq!(run.with("fail"), [""; 0]);
    assert!(throttled(&run) > 0);
    // and nothing more was asked than what told so
    assert_eq!(github.served.lines(), ["GET /rate_limit"]);
}

#[tokio::test]
async fn a_quota_that_is_soon_renewed_is_waited_for() {
    let mut estate = Estate::of(Repo::good(SHOP));
    estate.limits.remaining = 4000;
    let github = Github::start(estate).await;
    let connect = connect_to(&github, GithubPolicy::default());
    github.lock().fail_first.push(("/branches/main", 429, 1));
    // 429 without a word is a minute; patience is 3 s
    let run = audit_as(connect, CancellationToken::never()).await;
    assert!(throttled(&run) > 0);
}

#[tokio::test]
async fn a_secondary_limit_is_waited_for() {
    let mut estate = Estate::of(Repo::good(SHOP));
    estate.secondary = (1, Some(1));
    let github = Github::start(estate.clone()).await;
    let start = Instant::now();
    let run = audit(&github).await;
    github.served.violations.assert_none();
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!(run.with("unknown"), [""; 0]);
    // one that asks for more than anybody waits is unknown at once, and one without a time as well
    for wait in [Some(3600), None] {
        estate.secondary = (u32::MAX, wait);
        let start = Instant::now();
        let run = audit(&Github::start(estate.clone()).await).await;
        assert!(start.elapsed() < Duration::from_secs(3));
        assert_eq!(run.with("pass"), [""; 0]);
        assert!(throttled(&run) > 0);
    }
}

#[tokio::test]
async fn what_fails_at_first_is_tried_again() {
    let whole = audit(&Github::start(Estate::of(Repo::good(SHOP))).await).await;
    for status in [500, 502, 503] {
        let mut estate = Estate::of(Repo::good(SHOP));
        estate.fail_first = vec![("/protection", status, 2), ("/rulesets", status, 3)];
        let github = Github::start(estate).await;
        let run = audit(&github).await;
        github.served.violations.assert_none();
        assert_eq!(run.verdicts(), whole.verdicts());
        // counted as one call
        let counted = run.facts.calls();
        let operation = "GET /repos/{owner}/{repo}/branches/{branch}/protection";
        assert_eq!(counted[operation], 1);
    }
}

#[tokio::test]
async fn what_did_not_change_costs_no_quota() {
    let cache = tempfile::tempdir().unwrap();
    let github = Github::start(Estate::of(Repo::good(SHOP))).await;
    let kept = || {
        let mut connect = connect_to(&github, GithubPolicy::default());
        connect.cache = Some(cache.path().join("github"));
        connect
    };
    let first = audit_as(kept(), CancellationToken::never()).await;
    let before = github.served.asked().len();
    let second = audit_as(kept(), CancellationToken::never()).await;
    github.served.violations.assert_none();
    let shown = |run: &Run| format!("{:?}", run.findings);
    assert_eq!(shown(&first), shown(&second));
    // all was asked for with its ETag, but for what has no body and for files, which are not kept
    let left = github.lock().limits.remaining;
    let unconditional = |from: usize| {
        let asked = github.served.asked().into_iter().skip(from);
        let asked = asked.filter(|a| !a.headers.contains_key("if-none-match"));
        asked
            .map(|a| a.line)
            .filter(|line| line != "GET /rate_limit")
            .collect::<Vec<_>>()
    };
    let anew = unconditional(before);
    let whole =
        |line: &String| line.contains("/contents") || line.ends_with("/vulnerability-alerts");
    assert!(anew.iter().all(whole), "{anew:?}");
    // what changed is read
    github.lock().repo(SHOP).default_token = "write".to_owned();
    let third = audit_as(kept(), CancellationToken::never()).await;
    assert_eq!(third.verdict("workflow-default-token-write"), "fail");
    let spent = left - github.lock().limits.remaining;
    assert_eq!(spent, anew.len() as u64 + 1, "one answer changed");
    // a damaged entry is as good as none
    let mut damaged = 0;
    for entry in std::fs::read_dir(cache.path().join("github")).unwrap() {
        std::fs::write(entry.unwrap().path(), "{").unwrap();
        damaged += 1;
    }
    assert!(damaged > 0);
    let fourth = audit_as(kept(), CancellationToken::never()).await;
    assert_eq!(
        format!("{:?}", third.findings),
        format!("{:?}", fourth.findings)
    );
}

/// A cache decides what an audit believes: what somebody else wrote is not used.
#[tokio::test]
async fn a_changed_entry_of_the_cache_is_not_believed() {
    let cache = tempfile::tempdir().unwrap();
    let folder = cache.path().join("github");
    let mut repo = Repo::good(SHOP);
    repo.default_token = "write".to_owned();
    let github = Github::start(Estate::of(repo)).await;
    let kept = || {
        let mut connect = connect_to(&github, GithubPolicy::default());
        connect.cache = Some(folder.clone());
        connect
    };
    let first = audit_as(kept(), CancellationToken::never()).await;
    assert_eq!(first.verdict("workflow-default-token-write"), "fail");
    let files = || {
        let entries = std::fs::read_dir(&folder).unwrap();
        entries.map(|entry| entry.unwrap().path())
    };
    let mut changed = 0;
    for path in files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let other = text.replace("\"write\"", "\"read\"");
        changed += usize::from(other != text);
        std::fs::write(&path, other).unwrap();
    }
    assert!(changed > 0);
    let second = audit_as(kept(), CancellationToken::never()).await;
    assert_eq!(second.verdict("workflow-default-token-write"), "fail");
    // nor is a whole entry in the place of another
    let whole: Vec<_> = files().map(|path| std::fs::read(path).unwrap()).collect();
    for (path, text) in files().zip(whole.iter().skip(1).chain(whole.first())) {
        std::fs::write(path, text).unwrap();
    }
    let third = audit_as(kept(), CancellationToken::never()).await;
    assert_eq!(
        format!("{:?}", first.findings),
        format!("{:?}", third.findings)
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_cache_that_others_can_use_is_not_used() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let cache = tempfile::tempdir().unwrap();
    let github = Github::start(Estate::of(Repo::good(SHOP))).await;
    let open = cache.path().join("open");
    std::fs::create_dir(&open).unwrap();
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o770)).unwrap();
    let own = cache.path().join("own");
    std::fs::create_dir(&own).unwrap();
    std::fs::set_permissions(&own, std::fs::Permissions::from_mode(0o700)).unwrap();
    let link = cache.path().join("link");
    symlink(&own, &link).unwrap();
    for (folder, target, is_used) in [
        (&open, &open, false),
        (&link, &own, false),
        (&own, &own, true),
    ] {
        let mut connect = connect_to(&github, GithubPolicy::default());
        connect.cache = Some(folder.clone());
        audit_as(connect, CancellationToken::never()).await;
        let count = std::fs::read_dir(target).unwrap().count();
        assert_eq!(count > 0, is_used, "{}", folder.display());
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_kept_is_for_the_caller_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let cache = tempfile::tempdir().unwrap();
    let folder = cache.path().join("a").join("github");
    let github = Github::start(Estate::of(Repo::good(SHOP))).await;
    let mut connect = connect_to(&github, GithubPolicy::default());
    connect.cache = Some(folder.clone());
    audit_as(connect, CancellationToken::never()).await;
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let entries = std::fs::read_dir(&folder).unwrap();
    let modes: Vec<u32> = entries.map(|e| mode(&e.unwrap().path())).collect();
    assert!(!modes.is_empty());
    assert!(modes.iter().all(|mode| *mode == 0o600), "{modes:?}");
}
