//! One permission away: what rests on it is unknown, and nothing else changes.

use harden_core::Outcome;
use harden_tests::fakes::github::{Estate, Github, Repo, Ruleset, checks};
use serde_json::json;

use crate::run::{SHOP, audit, bad, deployed, deployed_badly};

const PERMISSIONS: [&str; 10] = [
    "actions=read",
    "actions_variables=read",
    "administration=read",
    "checks=read",
    "contents=read",
    "environments=read",
    "metadata=read",
    "pull_requests=read",
    "secrets=read",
    "statuses=read",
];

/// Repositories where each permission decides something.
fn repositories() -> Vec<Repo> {
    let mut few = Repo::good(SHOP);
    few.classic.clear();
    few.rulesets = vec![Ruleset::new(
        7,
        None,
        vec![checks(&["e2e-smoke"], true), json!({"type": "deletion"})],
    )];
    few.pulls.truncate(2);
    vec![
        Repo::good(SHOP),
        bad(),
        few,
        Repo::new(SHOP),
        deployed(),
        deployed_badly(),
    ]
}

#[tokio::test]
async fn with_one_permission_away_what_rests_on_it_is_unknown_and_nothing_else_changes() {
    let mut turned = std::collections::BTreeSet::new();
    for repo in repositories() {
        let whole = audit(&Github::start(Estate::of(repo.clone())).await).await;
        for permission in PERMISSIONS {
            let mut estate = Estate::of(repo.clone());
            estate.denied.push(permission);
            let github = Github::start(estate).await;
            let less = audit(&github).await;
            github.served.violations.assert_none();
            for (key, outcome) in &less.findings {
                match outcome {
                    Outcome::Unknown(unknown) => {
                        assert_eq!(
                            unknown.action.as_deref(),
                            Some(permission),
                            "{key:?} without {permission}: {unknown}"
                        );
                        turned.insert(permission);
                    }
                    same => assert_eq!(
                        whole.findings.get(key).map(Outcome::as_str),
                        Some(same.as_str()),
                        "{key:?} without {permission}"
                    ),
                }
            }
            // what is not found any more lies in a gap, which is a finding of its check
            for (check, resource) in whole.findings.keys() {
                let there = less.findings.keys().any(|(c, _)| c == check);
                assert!(there, "{check} on {resource} without {permission}");
            }
        }
    }
    assert_eq!(turned.into_iter().collect::<Vec<_>>(), PERMISSIONS);
}

#[tokio::test]
async fn one_repository_that_refuses_leaves_the_others() {
    use harden_core::CancellationToken;
    use harden_github::GithubPolicy;

    use crate::run::{audit_as, connect_to};

    let estate = Estate {
        repositories: vec![Repo::good(SHOP), Repo::good("acme/web")],
        refuse: vec![("/repos/acme/web", 404, "Not Found")],
        ..Estate::default()
    };
    let github = Github::start(estate).await;
    let mut connect = connect_to(&github, GithubPolicy::default());
    connect.repositories.push("acme/web".to_owned());
    let run = audit_as(connect, CancellationToken::never()).await;
    assert_eq!(run.with("fail"), [""; 0]);
    let unknown = run.with("unknown");
    assert!(!unknown.is_empty());
    assert!(
        unknown.iter().all(|line| line.ends_with("in acme/web")),
        "{unknown:#?}"
    );
    let alone = audit(&Github::start(Estate::of(Repo::good(SHOP))).await).await;
    assert_eq!(run.with("pass"), alone.with("pass"));
}
