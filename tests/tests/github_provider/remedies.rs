//! What a remediation says is done to the fake, and the check passes.

use harden_core::{Outcome, Part, Step};
use harden_tests::fakes::github::{Ask, Estate, Github, Repo, Ruleset};
use serde_json::json;

use crate::run::{SHOP, audit, bad};

/// The arguments of a step, each input answered.
fn words(step: &Step) -> Vec<String> {
    let word = |arg: &harden_core::Arg| {
        let parts = arg.parts().map(|part| match part {
            Part::Text(text) => text,
            Part::Input(_) => "build",
        });
        parts.collect()
    };
    step.argv.iter().map(word).collect()
}

/// Does what a command of `gh api` would.
fn apply(estate: &mut Estate, words: &[String]) {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (body, rest) = match words[..] {
        ["sh", "-c", _, "sh", body, ref rest @ ..] => (serde_json::from_str(body).ok(), rest),
        ["gh", "api", ref rest @ ..] => (None, rest),
        _ => panic!("{words:?}"),
    };
    let ["--method", method, path] = rest[..] else {
        panic!("{words:?}");
    };
    let reply = estate.reply(&Ask {
        method: method.to_owned(),
        path: format!("/{path}"),
        body,
        token: Some(format!("Bearer {}", harden_tests::fakes::github::TOKEN)),
        ..Ask::default()
    });
    assert!((200..300).contains(&reply.status), "{words:?}: {reply:?}");
}

#[tokio::test]
async fn what_is_remedied_passes() {
    let mut bare = Repo::new(SHOP);
    bare.check_runs.insert(
        harden_tests::fakes::github::sha(1),
        vec!["build".to_owned()],
    );
    let mut organization = Repo::good(SHOP);
    organization.rulesets.push(Ruleset {
        bypass: vec![
            json!({"actor_id": 1, "actor_type": "OrganizationAdmin", "bypass_mode": "always"}),
        ],
        ..Ruleset::new(13, Some("acme"), vec![json!({"type": "deletion"})])
    });
    let mut people = Repo::good(SHOP);
    people.classic("main", |answer| {
        answer["required_pull_request_reviews"]["bypass_pull_request_allowances"] =
            json!({"users": [{"login": "bot"}], "teams": [], "apps": []});
    });
    let mut healed = std::collections::BTreeSet::new();
    // deploys to an environment that nobody made: GitHub makes it, for every branch
    let mut anywhere = Repo::good(SHOP);
    anywhere.environments.clear();
    anywhere.files.insert(
        ".github/workflows/deploy.yml".to_owned(),
        "on: {push: {branches: [main]}}\npermissions: {contents: read}\njobs:\n  deploy:\n    runs-on: \
         ubuntu-latest\n    environment: production\n    steps:\n      - run: aws ecs update-service \
         --force-new-deployment\n"
            .to_owned(),
    );
    for repo in [bare, bad(), organization, people, anywhere] {
        let github = Github::start_unwatched(Estate::of(repo)).await;
        let before = audit(&github).await;
        for ((check, resource), outcome) in &before.findings {
            let Outcome::Fail(_, to) = outcome else {
                continue;
            };
            let commands: Vec<_> = to.steps.iter().filter(|s| !s.argv.is_empty()).collect();
            let calls: Vec<_> = commands.iter().map(|step| words(step)).collect();
            if calls.is_empty() || calls.iter().any(|c| c[..2] == ["gh", "secret"]) {
                continue;
            }
            for call in &calls {
                apply(&mut github.lock(), call);
            }
            let after = audit(&github).await;
            let is = &after.findings[&(*check, resource.clone())];
            assert_eq!(is.as_str(), "pass", "{check} after {calls:?}: {is:?}");
            healed.insert(*check);
        }
    }
    assert_eq!(
        healed.into_iter().collect::<Vec<_>>(),
        [
            "github/branch-admins-exempt",
            "github/branch-checks-missing",
            "github/branch-checks-not-strict",
            "github/branch-deletion-allowed",
            "github/branch-force-push-allowed",
            "github/branch-push-unrestricted",
            "github/branch-reviews-missing",
            "github/branch-unprotected",
            "github/dependabot-off",
            "github/environment-unprotected",
            "github/push-protection-off",
            "github/secret-scanning-off",
            "github/workflow-default-token-write",
        ]
    );
}
