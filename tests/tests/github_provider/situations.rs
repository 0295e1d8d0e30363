//! The protection of real repositories, in the forms that others misread.

use harden_github::{GithubPolicy, ProtectionPolicy};
use harden_tests::fakes::github::{Estate, Github, Repo, Ruleset, checks, pull_request, sha};
use serde_json::json;

use crate::run::{Run, SHOP, audit, audit_of, audit_under, audit_with, deployed};

const BRANCH_CHECKS: [&str; 9] = [
    "branch-unprotected",
    "branch-reviews-missing",
    "branch-checks-missing",
    "branch-checks-not-strict",
    "branch-required-check-never-runs",
    "branch-admins-exempt",
    "branch-push-unrestricted",
    "branch-force-push-allowed",
    "branch-deletion-allowed",
];

/// The verdicts on the branch: `p`ass, `f`ail, `u`nknown, `n`ot applicable, in the order above.
fn branch(run: &Run) -> String {
    let of = |check: &&str| run.verdict(check).chars().next().unwrap();
    BRANCH_CHECKS.iter().map(of).collect()
}

/// A repository with no protection but what is given, whose checks run.
fn with(rulesets: Vec<Ruleset>) -> Repo {
    let mut repo = Repo::good(SHOP);
    repo.classic.clear();
    repo.rulesets = rulesets;
    repo
}

fn all_rules() -> Vec<serde_json::Value> {
    vec![
        pull_request(1),
        checks(&["build"], true),
        json!({"type": "non_fast_forward"}),
        json!({"type": "deletion"}),
    ]
}

#[tokio::test]
async fn nothing() {
    let run = audit_of(with(Vec::new())).await;
    assert_eq!(branch(&run), "ffffnnfff");
}

#[tokio::test]
async fn classic_only() {
    let mut repo = with(Vec::new());
    repo.classic("main", |_| {});
    let run = audit_of(repo).await;
    assert_eq!(branch(&run), "ppppppppp");
    assert!(
        run.said("branch-reviews-missing")
            .contains("1 (classic protection)")
    );
}

#[tokio::test]
async fn rulesets_only_of_the_repository_and_of_the_organization() {
    for organization in [None, Some("acme")] {
        let run = audit_of(with(vec![Ruleset::new(7, organization, all_rules())])).await;
        assert_eq!(branch(&run), "ppppppppp");
        let source = organization.unwrap_or(SHOP);
        let said = run.said("branch-reviews-missing");
        assert!(said.contains(&format!("ruleset 7 of {source}")), "{said}");
        assert!(said.contains("/rules/branches/{branch}"), "{said}");
    }
}

#[tokio::test]
async fn both_with_different_demands() {
    // classic asks for two reviews and a check that is not strict, the ruleset for one and a strict
    let mut repo = with(vec![Ruleset::new(7, None, all_rules())]);
    repo.classic("main", |answer| {
        answer["required_pull_request_reviews"]["required_approving_review_count"] = 2.into();
        answer["required_status_checks"]["strict"] = false.into();
        answer["allow_force_pushes"]["enabled"] = true.into();
    });
    let policy = |reviews| GithubPolicy {
        protection: ProtectionPolicy {
            reviews,
            checks: vec!["build".to_owned(), "e2e-smoke".to_owned()],
            ..ProtectionPolicy::default()
        },
        ..GithubPolicy::default()
    };
    assert_eq!(
        branch(&audit_under(repo.clone(), policy(2)).await),
        "ppppppppp"
    );
    assert_eq!(
        branch(&audit_under(repo.clone(), policy(3)).await),
        "pfppppppp"
    );
    // without classic, its check is missing
    repo.classic.clear();
    assert_eq!(branch(&audit_under(repo, policy(1)).await), "ppfpppppp");
}

#[tokio::test]
async fn a_ruleset_that_only_evaluates_or_is_for_another_branch_protects_nothing() {
    for change in [
        |r: &mut Ruleset| r.enforcement = "evaluate".to_owned(),
        |r: &mut Ruleset| r.enforcement = "disabled".to_owned(),
        |r: &mut Ruleset| r.include = vec!["refs/heads/release".to_owned()],
    ] {
        let mut ruleset = Ruleset::new(7, None, all_rules());
        change(&mut ruleset);
        assert_eq!(branch(&audit_of(with(vec![ruleset])).await), "ffffnnfff");
    }
}

#[tokio::test]
async fn bypass_actors_seen_and_not_seen() {
    let mut ruleset = Ruleset::new(12, Some("acme"), all_rules());
    ruleset.bypass = vec![
        json!({"actor_id": 1, "actor_type": "OrganizationAdmin", "bypass_mode": "always"}),
        json!({"actor_id": null, "actor_type": "DeployKey", "bypass_mode": "pull_request"}),
    ];
    let mut repo = with(vec![ruleset]);
    let run = audit_of(repo.clone()).await;
    assert_eq!(branch(&run), "pppppfppp");
    let said = run.said("branch-admins-exempt");
    assert!(
        said.contains("OrganizationAdmin 1 (always), DeployKey (pull_request)"),
        "{said}"
    );
    repo.edits_rulesets = false;
    let run = audit_of(repo.clone()).await;
    assert_eq!(branch(&run), "pppppuppp");
    assert!(
        run.said("branch-admins-exempt")
            .contains("administration=write")
    );
    // a certain exemption beats what is not seen
    repo.classic("main", |answer| {
        answer["enforce_admins"]["enabled"] = false.into()
    });
    assert_eq!(branch(&audit_of(repo).await), "pppppfppp");
}

#[tokio::test]
async fn people_who_need_no_pull_request() {
    let mut repo = with(Vec::new());
    repo.classic("main", |answer| {
        answer["required_pull_request_reviews"]["bypass_pull_request_allowances"] = json!(
            {"users": [{"login": "release-bot"}], "teams": [], "apps": [{"slug": "deployer"}]}
        );
    });
    let github = Github::start_unwatched(Estate::of(repo)).await;
    let run = audit(&github).await;
    assert_eq!(run.verdict("branch-admins-exempt"), "fail");
    assert!(
        run.said("branch-admins-exempt")
            .contains("release-bot, deployer")
    );
}

#[tokio::test]
async fn who_is_no_administrator_sees_rulesets_and_not_classic_protection() {
    // classic only: it is protected, and nothing more is known
    let mut repo = with(Vec::new());
    repo.classic("main", |_| {});
    repo.admin = false;
    let run = audit_of(repo.clone()).await;
    assert_eq!(branch(&run), "puuuuuuuu");
    assert!(
        run.said("branch-reviews-missing")
            .contains("administration=read")
    );
    // a ruleset that demands it all is enough, but for who is exempt from what is not seen
    repo.rulesets = vec![Ruleset::new(7, None, all_rules())];
    assert_eq!(branch(&audit_of(repo.clone()).await), "ppppuuppp");
    // GitHub says to everybody that nothing protects it
    repo.classic.clear();
    repo.rulesets.clear();
    let run = audit_of(repo).await;
    assert_eq!(branch(&run), "ffffnnfff");
    for check in [
        "secret-scanning-off",
        "push-protection-off",
        "dependabot-off",
    ] {
        assert_eq!(run.verdict(check), "unknown");
        assert!(
            run.said(check).contains("administration=read"),
            "{}",
            run.said(check)
        );
    }
}

#[tokio::test]
async fn a_private_repository_of_a_free_plan_is_unprotected() {
    let mut repo = with(Vec::new());
    (repo.private, repo.protection_offered) = (true, false);
    let run = audit_of(repo).await;
    assert_eq!(branch(&run), "ffffnnfff");
    let said = run.said("branch-unprotected");
    assert!(said.contains("not offered by the plan"), "{said}");
    let harden_core::Outcome::Fail(_, to) =
        &run.findings[&("github/branch-unprotected", "acme/shop@main".to_owned())]
    else {
        panic!("{said}");
    };
    assert!(to.steps.iter().all(|step| step.argv.is_empty()), "{to:?}");
}

#[tokio::test]
async fn an_empty_repository_has_nothing_to_protect() {
    let mut repo = with(Vec::new());
    (repo.branches, repo.commits, repo.pulls) = (Vec::new(), Vec::new(), Vec::new());
    let run = audit_of(repo).await;
    assert_eq!(branch(&run), "nnnnnnnnn");
    // that there are no files is known, and what there is beside them is judged
    assert_eq!(run.with("unknown"), [""; 0]);
    assert_eq!(run.verdict("deploy-not-gated"), "not-applicable");
    assert_eq!(run.verdict("secret-scanning-off"), "pass");
}

#[tokio::test]
async fn a_default_branch_that_is_not_main() {
    let mut repo = with(vec![Ruleset::new(7, None, all_rules())]);
    repo.default_branch = "trunk".to_owned();
    repo.branches = vec!["trunk".to_owned(), "main".to_owned()];
    let run = audit_of(repo).await;
    assert_eq!(branch(&run), "ppppppppp");
    assert!(
        run.findings
            .keys()
            .any(|(_, shown)| shown == "acme/shop@trunk")
    );
}

#[tokio::test]
async fn branches_with_any_name() {
    for name in [
        "release/1.0",
        "a#b",
        "what?",
        "50%25",
        "größe",
        "a b",
        "x@{0}",
    ] {
        let mut repo = with(vec![Ruleset::new(7, None, all_rules())]);
        repo.default_branch = name.to_owned();
        repo.branches = vec![name.to_owned()];
        assert_eq!(branch(&audit_of(repo.clone()).await), "ppppppppp", "{name}");
        repo.rulesets.clear();
        repo.classic(name, |_| {});
        assert_eq!(branch(&audit_of(repo).await), "ppppppppp", "{name}");
    }
}

#[tokio::test]
async fn branches_that_the_policy_names() {
    let policy = |names: &[&str]| GithubPolicy {
        protection: ProtectionPolicy {
            branches: names.iter().map(|n| (*n).to_owned()).collect(),
            ..ProtectionPolicy::default()
        },
        ..GithubPolicy::default()
    };
    let mut repo = with(vec![Ruleset::new(7, None, all_rules())]);
    repo.branches.push("release".to_owned());
    let run = audit_under(repo.clone(), policy(&["main", "release"])).await;
    let unprotected = "github/branch-unprotected";
    let of =
        |run: &Run, name: &str| run.findings[&(unprotected, format!("acme/shop@{name}"))].as_str();
    assert_eq!((of(&run, "main"), of(&run, "release")), ("pass", "fail"));
    // a name that is mistyped is not passed over
    let run = audit_under(repo, policy(&["mian"])).await;
    assert_eq!(of(&run, "mian"), "unknown");
}

#[tokio::test]
async fn what_a_plan_or_a_server_refuses_is_no_pass() {
    for (part, status) in [
        ("/protection", 410),
        ("/protection", 503),
        ("/rules/", 410),
        ("/rules/", 503),
        ("/branches/main", 503),
    ] {
        let mut repo = with(vec![Ruleset::new(
            7,
            None,
            vec![json!({"type": "deletion"})],
        )]);
        repo.classic("main", |_| {});
        let mut estate = Estate::of(repo);
        estate.refuse.push((part, status, "no"));
        let github = Github::start(estate).await;
        let run = audit(&github).await;
        github.served.violations.assert_none();
        let said = run.said("branch-checks-missing");
        let is = run.verdict("branch-checks-missing");
        match part {
            // classic protection has it
            "/rules/" => assert_eq!(is, "pass", "{said}"),
            _ => {
                assert_eq!(is, "unknown", "{said}");
                assert!(said.contains(&status.to_string()), "{said}");
            }
        }
    }
}

#[tokio::test]
async fn checks_that_run_and_that_do_not() {
    let never = "branch-required-check-never-runs";
    // on the eleventh pull request only
    let mut repo = with(vec![Ruleset::new(
        7,
        None,
        vec![checks(&["build", "old"], true)],
    )]);
    repo.check_runs.insert(sha(102), vec!["old".to_owned()]);
    repo.pulls.insert(0, (99, sha(999)));
    let run = audit_of(repo.clone()).await;
    assert_eq!(run.verdict(never), "fail");
    let said = run.said(never);
    assert!(said.contains("required check old"), "{said}");
    assert!(
        said.contains("not reported on the last 10 pull requests"),
        "{said}"
    );
    // within more of them it did
    let more = GithubPolicy {
        protection: ProtectionPolicy {
            reported_within: 12,
            ..ProtectionPolicy::default()
        },
        ..GithubPolicy::default()
    };
    assert_eq!(audit_under(repo.clone(), more).await.verdict(never), "pass");
    // a repository without pull requests is told by its commits
    repo.pulls.clear();
    repo.commits = vec![sha(1), sha(102), sha(103)];
    assert_eq!(audit_of(repo.clone()).await.verdict(never), "pass");
    // where nothing is required, nothing is asked
    repo.rulesets.clear();
    let github = Github::start(Estate::of(repo)).await;
    assert_eq!(audit(&github).await.verdict(never), "not-applicable");
    let lines = github.served.lines();
    assert!(
        lines
            .iter()
            .all(|line| !line.contains("/commits") && !line.contains("/pulls"))
    );
}

#[tokio::test]
async fn thirty_pages_of_runs() {
    use harden_github::resources::WorkflowRuns;

    let mut repo = Repo::good(SHOP);
    let at = "2026-01-14T08:00:00Z".to_owned();
    let mut runs = vec![("in_progress", None, "push", at.clone()); 30];
    runs.push(("completed", Some("cancelled"), "push", at.clone()));
    runs.push(("completed", Some("failure"), "push", at.clone()));
    runs.extend(vec![("completed", Some("success"), "push", at); 570]);
    repo.workflows[0].runs = runs;
    let mut estate = Estate::of(repo);
    estate.page = Some(20);
    let github = Github::start(estate).await;
    let run = audit_with(&github, GithubPolicy::default()).await;
    let listing = run.facts.list::<WorkflowRuns>().await.unwrap();
    github.served.violations.assert_none();
    let (_, smoke) = listing.iter().next().unwrap();
    let runs = smoke.runs.get().unwrap();
    assert_eq!(runs.len(), 32);
    assert_eq!(
        runs[31].conclusion.get().unwrap().as_deref(),
        Some("failure")
    );
    let pages = github
        .served
        .lines()
        .into_iter()
        .filter(|l| l.contains("/runs?"));
    assert_eq!(pages.count(), 2, "no page beyond the one that tells");
}

/// The run that tells is on the thirtieth page.
#[tokio::test]
async fn thirty_pages_of_runs_to_the_last() {
    const FAILING: &str = "workflow-e2e-failing";
    let at = "2026-01-14T08:00:00Z".to_owned();
    for (last, wanted) in [("success", "pass"), ("failure", "fail")] {
        let mut repo = deployed();
        let mut runs = vec![("completed", Some("cancelled"), "push", at.clone()); 599];
        runs.push(("completed", Some(last), "push", at.clone()));
        repo.workflows[0].runs = runs;
        let mut estate = Estate::of(repo);
        estate.page = Some(20);
        let github = Github::start(estate).await;
        let run = audit(&github).await;
        github.served.violations.assert_none();
        assert_eq!(run.verdict(FAILING), wanted, "{}", run.said(FAILING));
        let lines = github.served.lines();
        let pages = lines.iter().filter(|line| line.contains("/runs?"));
        assert_eq!(pages.count(), 30);
        // a page that fails on the way leaves it unknown
        github.lock().fail_first.push(("/runs", 500, u32::MAX));
        assert_eq!(audit(&github).await.verdict(FAILING), "unknown");
    }
}

#[tokio::test]
async fn secrets_of_an_environment() {
    const MISSING: &str = "actions-secret-missing";
    let run = audit_of(deployed()).await;
    assert_eq!(run.verdict(MISSING), "pass", "{}", run.said(MISSING));
    assert_eq!(run.verdict("actions-variable-missing"), "pass");
    // another environment's is no good to the job
    let mut repo = deployed();
    repo.environments[0].name = "staging".to_owned();
    let run = audit_of(repo).await;
    assert_eq!(run.verdict(MISSING), "fail");
    assert!(
        run.said(MISSING).contains("DATABASE_URL"),
        "{}",
        run.said(MISSING)
    );
    assert_eq!(run.verdict("actions-variable-missing"), "fail");
    // a job outside the environment does not see it
    let mut repo = deployed();
    let path = ".github/workflows/e2e-smoke.yml".to_owned();
    let text = repo.files[&path].replace("secrets.STAGING_URL", "secrets.DATABASE_URL");
    repo.files.insert(path, text);
    assert_eq!(audit_of(repo).await.verdict(MISSING), "fail");
    // a name with anything in it
    for name in ["prod/eu", "a#b", "what?", "50%25", "größe", "a b"] {
        let mut repo = deployed();
        repo.environments[0].name = name.to_owned();
        for text in repo.files.values_mut() {
            *text = text.replace("environment: production", &format!("environment: '{name}'"));
        }
        let mut policy = GithubPolicy::default();
        policy.workflows.production_environment = name.to_owned();
        let run = audit_under(repo, policy).await;
        assert_eq!(
            run.verdict(MISSING),
            "pass",
            "{name}: {}",
            run.said(MISSING)
        );
        assert_eq!(run.verdict("environment-unprotected"), "pass", "{name}");
        assert_eq!(run.verdict("deploy-not-gated"), "pass", "{name}");
    }
    // who may not read the environment's secrets does not know
    let mut estate = Estate::of(deployed());
    estate.denied.push("environments=read");
    let run = audit(&Github::start(estate).await).await;
    assert_eq!(run.verdict(MISSING), "unknown");
}

/// Whatever is refused for good or for now: a finding says what it said, or that it is not known.
#[tokio::test]
async fn no_refusal_makes_a_finding_better_or_worse() {
    let whole = audit_of(deployed()).await.verdicts();
    for part in [
        "/actions/permissions",
        "/actions/secrets",
        "/actions/variables",
        "/actions/workflows",
        "/branches/main",
        "/check-runs",
        "/contents",
        "/environments",
        "/pulls",
        "/rulesets",
        "/status",
        "/vulnerability-alerts",
    ] {
        for status in [410, 503] {
            let mut estate = Estate::of(deployed());
            estate.refuse.push((part, status, "no"));
            let github = Github::start(estate).await;
            let run = audit(&github).await;
            github.served.violations.assert_none();
            let mut unknown = 0;
            for (key, verdict) in run.verdicts() {
                if verdict == "unknown" {
                    unknown += 1;
                } else {
                    assert_eq!(whole.get(&key), Some(&verdict), "{key:?}, {part} {status}");
                }
            }
            assert!(unknown > 0, "{part} {status}");
        }
    }
}

#[tokio::test]
async fn pages_of_one_make_no_difference() {
    let mut estate = Estate::of(Repo::good(SHOP));
    let whole = audit(&Github::start(estate.clone()).await).await;
    estate.page = Some(1);
    let github = Github::start(estate).await;
    let paged = audit(&github).await;
    github.served.violations.assert_none();
    assert_eq!(whole.verdicts(), paged.verdicts());
}

/// Which rules protect what.
#[tokio::test]
async fn rules_that_let_everyone_push_any_change_do_not_protect_a_branch() {
    let only = |rules: &[&str]| {
        let rules = rules
            .iter()
            .map(|kind| json!({"type": kind, "parameters": {}}));
        with(vec![Ruleset::new(42, None, rules.collect())])
    };
    for (rules, verdict) in [
        (&["creation"][..], "fail"),
        (&["file_path_restriction"], "fail"),
        (&["max_file_size", "commit_message_pattern"], "fail"),
        (&["something_new"], "unknown"),
        (&["creation", "something_new"], "unknown"),
        (&["something_new", "deletion"], "pass"),
        (&["required_deployments"], "pass"),
    ] {
        let github = Github::start_unwatched(Estate::of(only(rules))).await;
        let run = audit(&github).await;
        assert_eq!(run.verdict("branch-unprotected"), verdict, "{rules:?}");
    }
    // a token of no administrator sees `protected`, which a ruleset sets too
    let mut repo = only(&["creation"]);
    repo.admin = false;
    repo.classic("main", |_| {});
    let github = Github::start_unwatched(Estate::of(repo)).await;
    assert_eq!(
        audit(&github).await.verdict("branch-unprotected"),
        "unknown"
    );
    let github = Github::start_unwatched(Estate::of(only(&["update"]))).await;
    let run = audit(&github).await;
    assert_eq!(run.verdict("branch-force-push-allowed"), "pass");
    assert_eq!(run.verdict("branch-push-unrestricted"), "pass");
    assert_eq!(run.verdict("branch-deletion-allowed"), "fail");
}

#[tokio::test]
async fn approvals_that_other_settings_than_the_number_require() {
    let pull = |number: u32, more: serde_json::Value| {
        let mut rule = pull_request(number);
        for (name, value) in more.as_object().unwrap() {
            rule["parameters"][name] = value.clone();
        }
        rule
    };
    let team = |approvals: u32, pattern: &str| {
        json!({"required_reviewers": [{"minimum_approvals": approvals, "file_patterns": [pattern],
            "reviewer": {"id": 1, "type": "Team"}}]})
    };
    for (rule, verdict) in [
        (pull(0, json!({})), "fail"),
        (pull(0, team(1, "**")), "pass"),
        (pull(0, team(0, "**")), "fail"),
        (pull(0, team(1, "docs/**")), "fail"),
        (pull(0, team(1, "*")), "unknown"),
        (
            pull(0, json!({"require_code_owner_review": true})),
            "unknown",
        ),
        (
            pull(0, json!({"require_last_push_approval": true})),
            "unknown",
        ),
        (pull(1, json!({"require_code_owner_review": true})), "pass"),
    ] {
        let shown = rule.to_string();
        let run = audit_of(with(vec![Ruleset::new(42, None, vec![rule])])).await;
        assert_eq!(run.verdict("branch-reviews-missing"), verdict, "{shown}");
    }
    let mut repo = with(Vec::new());
    repo.classic("main", |answer| {
        let reviews = &mut answer["required_pull_request_reviews"];
        reviews["required_approving_review_count"] = 0.into();
        reviews["require_code_owner_reviews"] = true.into();
    });
    assert_eq!(
        audit_of(repo).await.verdict("branch-reviews-missing"),
        "unknown"
    );
}

#[tokio::test]
async fn required_checks_that_report_in_vain() {
    const CHECK: &str = "branch-required-check-never-runs";
    let of_actions = |context: &str| {
        json!({"type": "required_status_checks", "parameters": {
            "required_status_checks": [{"context": context, "integration_id": 15368}],
            "strict_required_status_checks_policy": true,
        }})
    };
    let app = |id: i64| {
        json!({"app": {"id": id, "slug": "a", "node_id": "A", "owner": null, "name": "a",
            "external_url": "https://a", "html_url": "https://a", "description": null,
            "created_at": "2025-01-01T00:00:00Z", "updated_at": "2025-01-01T00:00:00Z",
            "permissions": {}, "events": []}})
    };
    let run = async |repo: Repo| audit(&Github::start_unwatched(Estate::of(repo)).await).await;
    // another App reports it
    let mut repo = with(vec![Ruleset::new(42, None, vec![of_actions("build")])]);
    repo.check_run_fields.insert("build".to_owned(), app(99));
    assert_eq!(run(repo.clone()).await.verdict(CHECK), "fail");
    repo.check_run_fields.insert("build".to_owned(), app(15368));
    assert_eq!(run(repo.clone()).await.verdict(CHECK), "pass");
    // a status does not name its App
    repo.rulesets = vec![Ruleset::new(42, None, vec![of_actions("e2e-smoke")])];
    assert_eq!(run(repo.clone()).await.verdict(CHECK), "unknown");
    // skipped each time
    let mut skipped = with(vec![Ruleset::new(42, None, all_rules())]);
    let conclusion = json!({"conclusion": "skipped"});
    skipped
        .check_run_fields
        .insert("build".to_owned(), conclusion);
    let skipped = run(skipped).await;
    assert_eq!(skipped.verdict(CHECK), "fail");
    assert!(skipped.said(CHECK).contains("skipped on the last"));
    // a merge queue
    let workflow = |on: &str| {
        format!("on: {on}\njobs:\n  build:\n    runs-on: x\n    steps:\n      - run: make\n")
    };
    for (on, verdict) in [
        ("[pull_request]", "fail"),
        ("[pull_request, merge_group]", "pass"),
    ] {
        let queue = json!({"type": "merge_queue", "parameters": {}});
        let mut repo = with(vec![Ruleset::new(
            42,
            None,
            vec![of_actions("build"), queue],
        )]);
        repo.check_run_fields.insert("build".to_owned(), app(15368));
        repo.files
            .insert(".github/workflows/ci.yml".to_owned(), workflow(on));
        assert_eq!(run(repo).await.verdict(CHECK), verdict, "{on}");
    }
    // a path filter, and pull requests that it leaves out
    for (on, verdict) in [
        ("{pull_request: {paths: [src/**]}}", "fail"),
        ("{pull_request: {}}", "pass"),
    ] {
        let mut repo = with(vec![Ruleset::new(42, None, all_rules())]);
        repo.check_runs.remove(&sha(112));
        repo.files
            .insert(".github/workflows/ci.yml".to_owned(), workflow(on));
        assert_eq!(run(repo).await.verdict(CHECK), verdict, "{on}");
    }
}

#[tokio::test]
async fn rules_of_environments_that_are_not_reviewers() {
    const CHECK: &str = "environment-unprotected";
    let with_rules = |rules: Vec<serde_json::Value>, patterns: Option<&[&str]>| {
        let mut repo = deployed();
        let environment = &mut repo.environments[0];
        environment.reviewers = 0;
        environment.patterns =
            patterns.map(|all| all.iter().map(|pattern| (*pattern).to_owned()).collect());
        environment.more_rules = rules;
        repo
    };
    let rule = |kind: &str, enabled: bool| {
        json!({"id": 3, "node_id": "x", "type": kind, "enabled": enabled,
            "app": {"id": 1, "slug": "gate"}})
    };
    let app = "custom_deployment_protection_rule";
    for (rules, patterns, verdict) in [
        (vec![rule(app, true)], None, "pass"),
        (vec![rule(app, false)], None, "fail"),
        (vec![rule("something_new", true)], None, "unknown"),
        (Vec::new(), Some(&["?*"][..]), "fail"),
        (Vec::new(), Some(&["*/*"]), "fail"),
        (Vec::new(), Some(&["[a-z]*"]), "fail"),
        (Vec::new(), Some(&["main"]), "pass"),
    ] {
        let shown = format!("{rules:?} {patterns:?}");
        let github = Github::start_unwatched(Estate::of(with_rules(rules, patterns))).await;
        let run = audit(&github).await;
        assert_eq!(run.verdict(CHECK), verdict, "{shown}");
        let open = match verdict {
            "pass" if patterns.is_none() => "pass",
            verdict => verdict,
        };
        assert_eq!(run.verdict("deploy-not-gated"), open, "{shown}");
    }
    let mut repo = with_rules(Vec::new(), Some(&["main"]));
    repo.rulesets.clear();
    repo.classic.clear();
    let run = audit(&Github::start_unwatched(Estate::of(repo)).await).await;
    assert_eq!(run.verdict(CHECK), "pass");
    assert!(
        run.said(CHECK).contains("protects little"),
        "{}",
        run.said(CHECK)
    );
}
