//! Every field of every answer, taken out in turn: nothing comes to pass.

use std::collections::BTreeSet;
use std::sync::Arc;

use harden_core::Outcome;
use harden_tests::fakes::github::{Estate, Github, Repo, Ruleset};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::run::{Run, SHOP, audit, bad, deployed, deployed_badly};

/// Fields that GitHub leaves out where there is nothing to say, so that an answer without them says
/// that there is nothing: the operation, the field, the check, what it then says, and where that is
/// known from.
const ABSENT_MEANS_NONE: [(&str, &str, &str, &str, &str); 3] = [
    (
        PROTECTION,
        "required_status_checks",
        "github/branch-required-check-never-runs",
        "not-applicable",
        "docs.github.com/en/rest/branches/branch-protection#get-branch-protection: an object that \
         may be absent and can't be null; where no check is required the whole object is missing, \
         and `Get status checks protection` answers 404",
    ),
    (
        PROTECTION,
        "required_pull_request_reviews",
        "github/branch-admins-exempt",
        "pass",
        "the same, `Get pull request review protection`: without a pull request there is nobody \
         who needs none",
    ),
    (
        PROTECTION,
        "required_pull_request_reviews.bypass_pull_request_allowances",
        "github/branch-admins-exempt",
        "pass",
        "the same page's schema: only dismiss_stale_reviews and require_code_owner_reviews are \
         required; answers that people publish (gitpod-io/gitpod, issue 21553) have it only where \
         somebody is named",
    ),
];

const PROTECTION: &str = "GET /repos/{owner}/{repo}/branches/{branch}/protection";

/// Objects and fields of which no audit reads anything: to take them out takes time, and tells
/// nothing.
fn is_filler(name: &str) -> bool {
    name.ends_with("url")
        || name.ends_with("_count")
            && !matches!(name, "total_count" | "required_approving_review_count")
        || name.starts_with("has_")
        || [
            "node_id",
            "_links",
            "author",
            "committer",
            "tree",
            "repository",
            "head_repository",
        ]
        .contains(&name)
}

/// The paths of all fields of a document; `*` is every item.
fn paths(document: &Value, above: &[String], into: &mut BTreeSet<Vec<String>>) {
    match document {
        Value::Array(items) => {
            let inner = [above, &["*".to_owned()]].concat();
            for item in items {
                paths(item, &inner, into);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields.iter().filter(|(name, _)| !is_filler(name)) {
                let path = [above, std::slice::from_ref(name)].concat();
                into.insert(path.clone());
                paths(value, &path, into);
            }
        }
        _ => {}
    }
}

fn fails(run: &Run) -> BTreeSet<String> {
    run.with("fail").into_iter().collect()
}

/// Repositories in which all that can be wrong is, in more than one way.
fn repositories() -> Vec<Repo> {
    let mut ruled = bad();
    ruled.classic.clear();
    ruled.rulesets = vec![Ruleset {
        bypass: vec![json!(
            {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}
        )],
        ..Ruleset::new(
            7,
            Some("acme"),
            vec![
                harden_tests::fakes::github::pull_request(0),
                harden_tests::fakes::github::checks(&["gone"], false),
            ],
        )
    }];
    let mut people = bad();
    people.classic("main", |answer| {
        answer["required_pull_request_reviews"]["bypass_pull_request_allowances"] =
            json!({"users": [{"login": "bot"}], "teams": [{"slug": "ops"}], "apps": []});
    });
    people.rulesets.clear();
    vec![bad(), ruled, people, deployed_badly()]
}

/// An audit without a field: nothing that failed comes to pass, and what is gone from the findings is
/// in a gap.
async fn without(repo: Repo, operation: String, path: Vec<String>, whole: Arc<Whole>) {
    let mut estate = Estate::of(repo);
    estate.drop = Some((operation.clone(), path.clone()));
    let github = Github::start_unwatched(estate).await;
    let less = audit(&github).await;
    for line in &whole.failed {
        let (check, resource) = line.split_once(' ').unwrap();
        let key = less
            .findings
            .keys()
            .find(|(c, r)| *c == check && r == resource);
        let Some(key) = key else { continue };
        let is = &less.findings[key];
        let fine = matches!(is, Outcome::Fail(..) | Outcome::Unknown(_));
        let field = path.join(".");
        let excused = ABSENT_MEANS_NONE.iter().any(|(of, f, c, says, _)| {
            (*of, *f, *c, *says) == (&*operation, &*field, check, is.as_str())
        });
        assert!(
            fine || excused,
            "{line} without {path:?} of {operation}: {is:?}"
        );
    }
    assert_eq!(
        whole.checks,
        checks(&less),
        "without {path:?} of {operation}"
    );
}

/// What an audit with all fields found.
struct Whole {
    failed: BTreeSet<String>,
    checks: BTreeSet<&'static str>,
}

fn checks(run: &Run) -> BTreeSet<&'static str> {
    run.findings.keys().map(|(check, _)| *check).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_failure_comes_to_pass_without_a_field() {
    const AT_ONCE: usize = 8;
    let mut taken = 0;
    let mut under_way = JoinSet::new();
    for repo in repositories() {
        let github = Github::start_unwatched(Estate::of(repo.clone())).await;
        let run = audit(&github).await;
        let whole = Arc::new(Whole {
            failed: fails(&run),
            checks: checks(&run),
        });
        let given = github.lock().given.clone();
        for (operation, answers) in given {
            // what files, environments and runs tell; the rest of it is the others'
            let of_files = ["/contents", "/environments", "/actions/"];
            if !repo.files.is_empty() && !of_files.iter().any(|part| operation.contains(part)) {
                continue;
            }
            let mut fields = BTreeSet::new();
            for answer in &answers {
                paths(answer, &[], &mut fields);
            }
            for path in fields {
                taken += 1;
                let whole = Arc::clone(&whole);
                under_way.spawn(without(repo.clone(), operation.clone(), path, whole));
                if under_way.len() >= AT_ONCE {
                    under_way.join_next().await.unwrap().unwrap();
                }
            }
        }
    }
    while let Some(done) = under_way.join_next().await {
        done.unwrap();
    }
    assert!(taken > 200, "{taken} fields");
}

/// One person who needs no pull request: without the list that names them nobody is known to be
/// exempt, and nobody is known not to be.
#[tokio::test]
async fn a_list_of_people_that_is_not_whole() {
    for (field, wanted) in [
        ("users", "unknown"),
        ("teams", "fail"),
        ("users.*.login", "unknown"),
    ] {
        let mut repo = Repo::good(SHOP);
        repo.rulesets.clear();
        repo.classic("main", |answer| {
            answer["required_pull_request_reviews"]["bypass_pull_request_allowances"] =
                json!({"users": [{"login": "bot"}], "teams": [], "apps": []});
        });
        let path = format!("required_pull_request_reviews.bypass_pull_request_allowances.{field}");
        let mut estate = Estate::of(repo);
        estate.drop = Some((
            PROTECTION.to_owned(),
            path.split('.').map(str::to_owned).collect(),
        ));
        let github = Github::start_unwatched(estate).await;
        let run = audit(&github).await;
        assert_eq!(run.verdict("branch-admins-exempt"), wanted, "{field}");
    }
}

/// Each field that a pass rests on: without it the pass is gone.
#[tokio::test]
async fn a_pass_rests_on_its_fields() {
    let protection = PROTECTION;
    let rules = "GET /repos/{owner}/{repo}/rules/branches/{branch}";
    let repository = "GET /repos/{owner}/{repo}";
    let mut classic = Repo::good(SHOP);
    classic.rulesets.clear();
    let mut ruled = Repo::good(SHOP);
    ruled.classic.clear();
    let mut reviewed = deployed();
    reviewed.environments[0].patterns = None;
    let mut limited = deployed();
    limited.environments[0].reviewers = 0;
    let environments = "GET /repos/{owner}/{repo}/environments";
    let branches =
        "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies";
    let runs = "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs";
    let workflows = "GET /repos/{owner}/{repo}/actions/workflows";
    let of_environment = [
        (&reviewed, environments, "environments.*.protection_rules"),
        (
            &reviewed,
            environments,
            "environments.*.protection_rules.*.type",
        ),
        (
            &reviewed,
            environments,
            "environments.*.protection_rules.*.reviewers",
        ),
        (
            &limited,
            environments,
            "environments.*.deployment_branch_policy",
        ),
        (
            &limited,
            environments,
            "environments.*.deployment_branch_policy.custom_branch_policies",
        ),
        (&limited, branches, "branch_policies.*.name"),
        (&limited, branches, "branch_policies"),
        (&reviewed, environments, "environments.*.name"),
    ];
    let of_environment = of_environment.iter().flat_map(|(repo, operation, field)| {
        ["environment-unprotected", "deploy-not-gated"]
            .map(|check| (*repo, *operation, *field, check, "unknown"))
    });
    let of_runs = [
        (runs, "workflow_runs.*.status"),
        (runs, "workflow_runs.*.conclusion"),
        (runs, "workflow_runs.*.created_at"),
        (runs, "workflow_runs"),
        (workflows, "workflows.*.path"),
        (workflows, "workflows.*.state"),
        (workflows, "workflows.*.id"),
    ]
    .map(|(operation, field)| {
        (
            &reviewed,
            operation,
            field,
            "workflow-e2e-failing",
            "unknown",
        )
    });
    let of_names = [
        (
            "GET /repos/{owner}/{repo}/actions/secrets",
            "secrets.*.name",
            "actions-secret-missing",
        ),
        (
            "GET /repos/{owner}/{repo}/actions/secrets",
            "total_count",
            "actions-secret-missing",
        ),
        (
            "GET /repos/{owner}/{repo}/environments/{environment_name}/secrets",
            "secrets.*.name",
            "actions-secret-missing",
        ),
        (
            "GET /repos/{owner}/{repo}/actions/variables",
            "variables.*.name",
            "actions-variable-missing",
        ),
        (
            "GET /repos/{owner}/{repo}/environments/{environment_name}/variables",
            "variables",
            "actions-variable-missing",
        ),
    ]
    .map(|(operation, field, check)| (&reviewed, operation, field, check, "unknown"));
    let more = of_environment.chain(of_runs).chain(of_names);
    for (repo, operation, field, check, wanted) in [
        (
            &classic,
            protection,
            "required_status_checks.strict",
            "branch-checks-not-strict",
            "unknown",
        ),
        (
            &classic,
            protection,
            "required_status_checks.checks.*.context",
            "branch-checks-missing",
            "unknown",
        ),
        (
            &classic,
            protection,
            "required_pull_request_reviews.required_approving_review_count",
            "branch-reviews-missing",
            "unknown",
        ),
        (
            &classic,
            protection,
            "enforce_admins",
            "branch-admins-exempt",
            "unknown",
        ),
        (
            &classic,
            protection,
            "allow_force_pushes",
            "branch-force-push-allowed",
            "unknown",
        ),
        (
            &classic,
            protection,
            "allow_deletions.enabled",
            "branch-deletion-allowed",
            "unknown",
        ),
        (&ruled, rules, "*.type", "branch-reviews-missing", "unknown"),
        (
            &ruled,
            rules,
            "*.parameters",
            "branch-reviews-missing",
            "unknown",
        ),
        (
            &ruled,
            rules,
            "*.parameters.required_status_checks",
            "branch-checks-missing",
            "unknown",
        ),
        (
            &ruled,
            rules,
            "*.ruleset_id",
            "branch-admins-exempt",
            "unknown",
        ),
        (
            &ruled,
            "GET /repos/{owner}/{repo}/rulesets",
            "*.id",
            "branch-admins-exempt",
            "unknown",
        ),
        (
            &ruled,
            "GET /repos/{owner}/{repo}/rulesets/{ruleset_id}",
            "bypass_actors",
            "branch-admins-exempt",
            "unknown",
        ),
        (
            &ruled,
            "GET /repos/{owner}/{repo}/commits/{ref}/check-runs",
            "check_runs.*.name",
            "branch-required-check-never-runs",
            "unknown",
        ),
        (
            &ruled,
            "GET /repos/{owner}/{repo}/pulls",
            "*.head.sha",
            "branch-required-check-never-runs",
            "unknown",
        ),
        (
            &ruled,
            repository,
            "default_branch",
            "branch-unprotected",
            "unknown",
        ),
        (
            &ruled,
            repository,
            "security_and_analysis",
            "secret-scanning-off",
            "unknown",
        ),
        (
            &ruled,
            repository,
            "security_and_analysis.secret_scanning_push_protection.status",
            "push-protection-off",
            "unknown",
        ),
        (
            &ruled,
            "GET /repos/{owner}/{repo}/actions/permissions",
            "enabled",
            "workflow-default-token-write",
            "unknown",
        ),
        (
            &ruled,
            "GET /repos/{owner}/{repo}/actions/permissions/workflow",
            "default_workflow_permissions",
            "workflow-default-token-write",
            "unknown",
        ),
    ]
    .into_iter()
    .chain(more)
    {
        let mut estate = Estate::of(repo.clone());
        let github = Github::start_unwatched(estate.clone()).await;
        assert_eq!(audit(&github).await.verdict(check), "pass", "{check}");
        let path = field.split('.').map(str::to_owned).collect();
        estate.drop = Some((operation.to_owned(), path));
        let github = Github::start_unwatched(estate).await;
        let less = audit(&github).await;
        assert_eq!(
            less.verdict(check),
            wanted,
            "{check} without {field}: {}",
            less.said(check)
        );
    }
}
