//! The grade of a trust policy agrees with the tokens that it accepts.
#![allow(clippy::unwrap_used, reason = "tests")]

use harden_iam::Policy;
use harden_iam::trust::{Claims, Grade, JobScope, Jobs, Report, admits, recommend};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

const PROVIDER: &str =
    "arn:aws:iam::392853978631:oidc-provider/token.actions.githubusercontent.com";
const OPERATORS: [&str; 11] = [
    "StringEquals",
    "StringLike",
    "StringNotLike",
    "StringNotEquals",
    "StringEqualsIfExists",
    "StringEqualsIgnoreCase",
    "ForAllValues:StringLike",
    "ForAnyValue:StringLike",
    "ForAnyValue:StringNotEquals",
    "StringNotLikeIfExists",
    "Null",
];
const SUBJECTS: [&str; 18] = [
    "repo:acme/shop:ref:refs/heads/main",
    "repo:acme/shop:environment:production",
    "repo:acme/shop:pull_request",
    "repo:acme/shop:*",
    "repo:acme/*",
    "repo:acme*",
    "repo:acme/s?op:*",
    "repo:*/shop:ref:refs/heads/main",
    "repo:acme@1/shop@2:*",
    "repo:acme@*/shop@*:environment:production",
    "repo:globex/*:pull_request",
    "repo:*",
    "*",
    "*:environment:production",
    "*acme*",
    "?epo:acme/shop:*",
    "repository_owner:acme",
    "job_workflow_ref:acme/ci/.github/workflows/d.yml@refs/heads/main",
];

/// A token as GitHub issues them, with its owner and repository.
fn token(owner: &str, name: &str, ids: bool, context: &str) -> Claims {
    let id = |text: &str| {
        text.bytes()
            .fold(7u32, |sum, b| sum * 3 % 9973 + u32::from(b))
    };
    let (owner_id, id) = match (owner, name) {
        ("acme", "shop") => (1, 2),
        _ => (id(owner), id(name) + 20_000),
    };
    let repository = if ids {
        format!("{owner}@{owner_id}/{name}@{id}")
    } else {
        format!("{owner}/{name}")
    };
    let claims = Claims::new()
        .with("aud", "sts.amazonaws.com")
        .with("sub", format!("repo:{repository}:{context}"))
        .with("repository", format!("{owner}/{name}"))
        .with("repository_id", id.to_string())
        .with("repository_owner_id", owner_id.to_string())
        .with("actor", "octocat")
        .with(
            "job_workflow_ref",
            format!("{owner}/{name}/.github/workflows/ci.yml@refs/heads/main"),
        );
    match context.split_once(':') {
        Some(("environment", name)) => claims
            .with("environment", name)
            .with("ref", "refs/heads/main"),
        Some((_, reference)) => claims.with("ref", reference),
        None => claims.with("ref", "refs/pull/1/merge"),
    }
}

const OWNERS: [&str; 6] = ["acme", "acme-evil", "acmex", "globex", "acmé", "q"];
const NAMES: [&str; 5] = ["shop", "shop2", "sxop", "api", "zz"];
const CONTEXTS: [&str; 6] = [
    "ref:refs/heads/main",
    "ref:refs/heads/x/y",
    "ref:refs/tags/v1",
    "environment:production",
    "environment:other",
    "pull_request",
];

/// The tokens of the probe set that a policy accepts, as owner, repository and context.
fn admitted(policy: &Policy) -> Vec<(&'static str, &'static str, &'static str)> {
    let mut admitted = Vec::new();
    for owner in OWNERS {
        for name in NAMES {
            for context in CONTEXTS {
                let lets_in = |ids| {
                    let claims = token(owner, name, ids, context);
                    admits(policy, &claims).admits == Some(true)
                };
                if lets_in(false) || lets_in(true) {
                    admitted.push((owner, name, context));
                }
            }
        }
    }
    admitted
}

fn condition() -> impl Strategy<Value = (String, String, Vec<String>)> {
    let sub = subsequence(SUBJECTS.to_vec(), 1..3).prop_map(|values| ("sub", values));
    let other = prop_oneof![
        Just(("repository", vec!["acme/shop"])),
        Just(("repository", vec!["acme/*"])),
        Just(("repository_owner_id", vec!["1"])),
        Just(("repository_id", vec!["2"])),
        Just(("environment", vec!["production"])),
        Just(("ref", vec!["refs/heads/main"])),
        Just(("aud", vec!["sts.amazonaws.com"])),
        Just(("repository_owner", vec!["acme"])),
    ];
    let which = prop_oneof![4 => sub, 2 => other];
    (select(OPERATORS.to_vec()), which, any::<bool>()).prop_map(
        |(operator, (claim, values), absent)| {
            let flag = if absent { "true" } else { "false" };
            let values = if operator == "Null" {
                vec![flag]
            } else {
                values
            };
            let values = values.into_iter().map(str::to_owned).collect();
            let key = format!("token.actions.githubusercontent.com:{claim}");
            (operator.to_owned(), key, values)
        },
    )
}

fn statement() -> impl Strategy<Value = Value> {
    let conditions = prop::collection::vec(condition(), 0..3);
    let effect = prop_oneof![4 => Just("Allow"), 1 => Just("Deny")];
    (effect, conditions).prop_map(|(effect, conditions)| {
        let mut operators = Map::new();
        for (operator, key, values) in conditions {
            let keys = operators.entry(operator).or_insert_with(|| json!({}));
            keys[key] = json!(values);
        }
        json!({
            "Effect": effect,
            "Principal": {"Federated": PROVIDER},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": operators,
        })
    })
}

fn policy() -> impl Strategy<Value = Policy> {
    prop::collection::vec(statement(), 1..3).prop_map(|statements| {
        let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        Policy::parse(&text).unwrap()
    })
}

/// Owners that no policy of the grammar names.
const STRANGERS: [&str; 3] = ["acme-evil", "acmex", "q"];

/// The narrowest grade of a policy that accepts these tokens.
fn least(admitted: &[(&str, &str, &str)]) -> Grade {
    let any = |test: &dyn Fn(&str, &str, &str) -> bool| {
        admitted
            .iter()
            .any(|(owner, name, context)| test(owner, name, context))
    };
    if any(&|owner, _, _| STRANGERS.contains(&owner)) {
        Grade::OtherOrganizations
    } else if any(&|owner, name, _| owner != "acme" || name != "shop") {
        Grade::Organization
    } else if any(&|_, _, context| context == "ref:refs/heads/x/y") {
        Grade::Repository
    } else if any(&|_, _, context| context == "pull_request") {
        Grade::PullRequests
    } else if any(&|_, _, _| true) {
        Grade::Exact
    } else {
        Grade::Nobody
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn accepted_tokens_are_within_the_grade(policy in policy()) {
        let report = Report::of(&policy);
        let admitted = admitted(&policy);
        prop_assert!(report.grade >= least(&admitted), "{} lets in {admitted:?}: {policy:#}", report.grade.as_str());
    }

    #[test]
    fn a_wide_grade_has_an_accepted_token(policy in policy()) {
        let report = Report::of(&policy);
        let strange = [("h5-w", "m_9"), ("Vv", "b.b")];
        // Anybody can name an environment so that a pattern is met.
        let named = [&CONTEXTS[..], &["environment:acme"]].concat();
        let shows = strange.iter().all(|(owner, name)| {
            let plain = named.iter().map(|context| token(owner, name, false, context));
            let mut claims: Vec<Claims> = plain.clone().chain(plain.clone().map(|one| one.without("sub"))).collect();
            claims.extend(named.iter().map(|context| token(owner, name, true, context)));
            // Without what a hole does not ask for, and with what others' claims are asked for.
            let optional = ["repository", "repository_id", "repository_owner_id", "environment", "ref", "aud"];
            let bare: Vec<Claims> = (0..1u32 << optional.len()).flat_map(|mask| {
                let some = claims.clone().into_iter();
                some.map(move |one| {
                    let gone = optional.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1);
                    gone.fold(one, |one, (_, claim)| one.without(claim))
                })
            }).collect();
            bare.iter().any(|claims| admits(&policy, claims).admits == Some(true))
        });
        let customised = policy.to_string().contains("repository_owner:") || policy.to_string().contains("job_workflow_ref:");
        if report.grade == Grade::Anybody && !customised {
            prop_assert!(shows, "{policy:#}");
        }
        if report.grade == Grade::Nobody {
            prop_assert!(admitted(&policy).is_empty(), "{policy:#}");
        }
    }

    #[test]
    fn the_recommended_policy_is_exact(policy in policy()) {
        let jobs = Jobs { repository: "acme/shop".to_owned(), scope: JobScope::Environment("production".to_owned()) };
        let recommended = recommend(&policy, PROVIDER, &jobs);
        let report = Report::of(&recommended);
        prop_assert!(report.grade <= Grade::Exact, "{} {recommended:#}", report.grade.as_str());
        let denies = policy.statements().iter().any(|one| one.effect() == harden_iam::Effect::Deny);
        if !denies {
            prop_assert_eq!(report.findings, vec![], "{:#}", recommended);
            prop_assert_eq!(report.grade, Grade::Exact, "{:#}", recommended);
        }
    }
}

fn with_sub(operators: Value) -> Policy {
    let statement = json!({
        "Effect": "Allow",
        "Principal": {"Federated": PROVIDER},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": operators,
    });
    let text = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    Policy::parse(&text).unwrap()
}

/// Patterns made to be hard, up to the longest that a document may hold, end soon, and never in a
/// grade that is too narrow.
#[test]
fn hostile_patterns_end_in_time() {
    const SUB: &str = "token.actions.githubusercontent.com:sub";
    let tail = "?".repeat(30);
    let cases = [
        (
            json!({"StringLike": {SUB: format!("*a{tail}")}, "ForAnyValue:StringLike": {SUB: format!("*b{tail}")}, "StringNotLike": {SUB: format!("*c{tail}")}}),
            Grade::Unknown,
        ),
        (
            json!({"StringNotLike": {SUB: [format!("*a{tail}"), format!("*b{tail}")]}}),
            Grade::Anybody,
        ),
        (
            json!({"StringLike": {SUB: "*a".repeat(60)}}),
            Grade::Anybody,
        ),
        (
            json!({"StringLike": {SUB: "x?".repeat(130_000)}}),
            Grade::Unknown,
        ),
        (
            json!({"StringLike": {SUB: "x".repeat(4_000)}}),
            Grade::Nobody,
        ),
    ];
    for (operators, wanted) in cases {
        assert_eq!(Report::of(&with_sub(operators)).grade, wanted);
    }
    // More ways than are looked at.
    let many: Vec<String> = (0..3_000)
        .map(|n| format!("repo:acme/r{n}:pull_request"))
        .collect();
    assert_eq!(
        Report::of(&with_sub(json!({"StringEquals": {SUB: many}}))).grade,
        Grade::Unknown
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_policy_is_graded_without_panic(value in "[a*?:/@${}r.]{0,12}|\\PC{0,8}", operator in select(OPERATORS.to_vec()), sub in "\\PC{0,12}") {
        let policy = with_sub(json!({operator: {"token.actions.githubusercontent.com:sub": value}}));
        let report = Report::of(&policy);
        let admission = admits(&policy, &Claims::new().with("sub", sub));
        prop_assert!(!admission.why.is_empty());
        prop_assert!(report.grade != Grade::Nobody || !report.findings.is_empty());
    }
}
