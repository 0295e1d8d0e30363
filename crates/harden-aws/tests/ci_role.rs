//! The guide's own policy as the checks of the CI role judge it, and their remediations, taken as
//! their commands say.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use harden_aws::{AwsPolicy, checks};
use harden_core::{Arg, Check, Outcome, Policies, Remediation, testing};
use harden_iam::Policy;
use harden_iam::deployment::{TrustPolicy, review};
use serde_json::{Value, json};

#[path = "estate/ci_role.rs"]
mod commands;

use commands::take;

const ACCOUNT: &str = "392853978631";
const ROLE: &str = "arn:aws:iam::392853978631:role/saaspe-production-github-actions-role";
const PROVIDER: &str =
    "arn:aws:iam::392853978631:oidc-provider/token.actions.githubusercontent.com";
/// Guide §5, "Review and restrict permissions", word for word.
const GUIDE: &str = include_str!("estate/guide_ci_policy.json");

fn policies(text: Option<&str>) -> Policies {
    #[derive(serde::Deserialize)]
    struct File {
        aws: AwsPolicy,
    }
    let mut policies = Policies::default();
    if let Some(text) = text {
        let file: File = toml::from_str(text).unwrap();
        policies.insert(file.aws);
    }
    policies
}

fn ours() -> impl Iterator<Item = Arc<dyn Check>> {
    let ours = ["aws/ci-role-", "aws/oidc-", "aws/iam-", "aws/root-"];
    checks()
        .into_iter()
        .filter(move |check| ours.iter().any(|o| check.meta().id.starts_with(o)))
}

/// The guide's role, with a trust policy without fault; all of it used.
fn guide() -> Value {
    let subject = "repo:acme/shop:environment:production";
    let used = |service: &str| json!({"service": service, "last_used": "2026-01-14T10:00:00Z"});
    let task = |name: &str| {
        json!({"arn": format!("arn:aws:iam::{ACCOUNT}:role/{name}"), "privileged": false,
            "created_at": "2025-01-10T09:00:00Z", "trusts_github": false})
    };
    json!({
        "aws/account": [{"account": ACCOUNT}],
        "aws/iam-role": [{
            "arn": ROLE, "created_at": "2025-01-10T09:00:00Z", "privileged": false,
            "trusts_github": true, "trust": trust(Some(subject), Some("sts.amazonaws.com")),
            "policies": [{"name": "deploy", "document": GUIDE}], "boundary": null,
        }, task("saaspe-task"), task("saaspe-execution")],
        "aws/oidc-provider": [{"arn": PROVIDER, "audiences": ["sts.amazonaws.com"]}],
        "aws/iam-role-use": [{"role": ROLE, "services": [used("ecr"), used("ecs"), used("logs")]}],
        "aws/iam-user-keys": [],
        "aws/account-summary": [{"account": ACCOUNT, "root_access_key": false, "root_mfa": true,
            "root_password": true}],
    })
}

fn trust(subject: Option<&str>, audience: Option<&str>) -> String {
    let mut equals = serde_json::Map::new();
    for (claim, value) in [("sub", subject), ("aud", audience)] {
        if let Some(value) = value {
            let key = format!("token.actions.githubusercontent.com:{claim}");
            equals.insert(key, json!(value));
        }
    }
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"Federated": PROVIDER}, "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": equals}}]})
    .to_string()
}

/// What each check says of the role, or of the account.
fn verdicts(estate: &Value, policy: Option<&str>) -> BTreeMap<&'static str, Outcome> {
    let mut all = BTreeMap::new();
    for check in ours() {
        let policies = policies(policy);
        if check.off(&policies).is_none() {
            for finding in testing::run(&*check, &estate.to_string(), policies) {
                let again = all.insert(check.meta().id, finding.outcome);
                assert!(again.is_none(), "{}", check.meta().id);
            }
        }
    }
    all
}

fn of_outcome<'a>(all: &BTreeMap<&'a str, Outcome>, outcome: &str) -> Vec<&'a str> {
    let those = all.iter().filter(|(_, o)| o.as_str() == outcome);
    those.map(|(id, _)| *id).collect()
}

fn failed(all: &BTreeMap<&str, Outcome>, id: &str) -> (String, Remediation) {
    match &all[id] {
        Outcome::Fail(evidence, remediation) => (evidence.to_string(), (**remediation).clone()),
        other => panic!("{id}: {other:?}"),
    }
}

#[test]
fn the_guides_policy_fails_for_what_is_wrong_with_it() {
    let all = verdicts(&guide(), None);
    assert_eq!(
        of_outcome(&all, "fail"),
        [
            "aws/ci-role-deploy-blocked",
            "aws/ci-role-statement-ineffective",
            "aws/ci-role-wildcard-resource",
        ]
    );
    assert_eq!(of_outcome(&all, "unknown"), [""; 0]);
    // by the number of the finding in the list that the policy was judged by once for all
    let (blocked, _) = failed(&all, "aws/ci-role-deploy-blocked");
    for (number, action) in [
        (1, "ecr:GetAuthorizationToken: denied, to"),
        (2, "ecs:DescribeTaskDefinition: denied, to"),
        (3, "ecs:RegisterTaskDefinition: denied on"),
        (4, "iam:PassRole: denied on"),
        (6, "does not need logs:CreateLogGroup"),
        (6, "does not need logs:CreateLogStream"),
        (6, "does not need logs:PutLogEvents"),
        (7, "does not need ecr:GetDownloadUrlForLayer"),
        (8, "run any image"),
        (9, "ecs:cluster"),
    ] {
        assert!(blocked.contains(action), "{number}, {action}: {blocked}");
    }
    // UpdateService and DescribeServices do carry ecs:cluster
    for action in ["ecs:UpdateService: ", "ecs:DescribeServices: "] {
        assert!(!blocked.contains(action), "{action}: {blocked}");
    }
    let (dead, _) = failed(&all, "aws/ci-role-statement-ineffective");
    for action in [
        "ecr:GetAuthorizationToken",
        "ecs:DescribeTaskDefinition",
        "ecs:RegisterTaskDefinition",
    ] {
        assert!(dead.contains(action), "{action}: {dead}");
    }
    for trap in ["logs:", "ecs:UpdateService", "ecs:DescribeServices"] {
        assert!(!dead.contains(trap), "{trap}: {dead}");
    }
    let (wide, _) = failed(&all, "aws/ci-role-wildcard-resource");
    assert!(wide.contains("ecs:RegisterTaskDefinition"), "{wide}");
    // the condition on the cluster limits UpdateService and DescribeServices
    for action in [
        "UpdateService",
        "DescribeServices",
        "DescribeTaskDefinition",
    ] {
        assert!(!wide.contains(action), "{action}: {wide}");
    }
}

/// What the engine says of the same text: the findings of the list, and no other.
#[test]
fn the_engine_says_the_same() {
    let review = review(
        &Policy::parse(GUIDE).unwrap(),
        TrustPolicy::Missing,
        None,
        None,
    );
    let mut found: Vec<String> = review
        .findings
        .iter()
        .map(|one| format!("{} {}", one.rule.id(), one.action.as_deref().unwrap_or("-")))
        .collect();
    found.sort();
    let wanted = [
        "action-surplus ecr:GetDownloadUrlForLayer",
        "action-surplus logs:CreateLogGroup",
        "action-surplus logs:CreateLogStream",
        "action-surplus logs:PutLogEvents",
        "arn-operator -",
        "condition-key-unsupported ecs:DescribeTaskDefinition",
        "condition-key-unsupported ecs:RegisterTaskDefinition",
        "pass-role-missing iam:PassRole",
        "resource-unsupported ecr:GetAuthorizationToken",
        "runs-any-code iam:PassRole",
        "sid-missing -",
        "trust-missing -",
        "wildcard-resource ecs:RegisterTaskDefinition",
    ];
    assert_eq!(found, wanted);
}

/// Any one of the three remediations makes every check pass.
#[test]
fn the_corrected_policy_passes_everything() {
    for id in [
        "aws/ci-role-deploy-blocked",
        "aws/ci-role-statement-ineffective",
        "aws/ci-role-wildcard-resource",
    ] {
        let mut estate = guide();
        let (_, remediation) = failed(&verdicts(&estate, None), id);
        assert_eq!(remediation.withheld, None);
        assert_eq!(remediation.steps.len(), 1, "{remediation:?}");
        let lost = "this removes: ecr:GetDownloadUrlForLayer; logs:CreateLogGroup; \
                    logs:CreateLogStream; logs:PutLogEvents";
        assert!(
            remediation.summary.ends_with(lost),
            "{}",
            remediation.summary
        );
        take(&mut estate, &remediation);
        let after = verdicts(&estate, None);
        let mut passed = of_outcome(&after, "pass");
        passed.retain(|id| !id.starts_with("aws/root-"));
        assert_eq!(
            passed,
            [
                "aws/ci-role-admin",
                "aws/ci-role-deploy-blocked",
                "aws/ci-role-privilege-escalation",
                "aws/ci-role-statement-ineffective",
                "aws/ci-role-unused-permissions",
                "aws/ci-role-wildcard-action",
                "aws/ci-role-wildcard-resource",
                "aws/oidc-audience-unchecked",
                "aws/oidc-provider-missing",
                "aws/oidc-subject-any-ref",
                "aws/oidc-subject-unrestricted",
            ],
            "{id}: {after:?}"
        );
    }
}

/// Statements about other things, and denies, stay as they are.
#[test]
fn what_is_no_part_of_the_deployment_stays() {
    let mut document: Value = serde_json::from_str(GUIDE).unwrap();
    let other = [
        json!({"Sid": "Assets", "Effect": "Allow", "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::saaspe-assets/*"}),
        json!({"Sid": "EcrPush", "Effect": "Deny", "Action": "ecr:DeleteRepository",
            "Resource": "*"}),
    ];
    document["Statement"]
        .as_array_mut()
        .unwrap()
        .extend(other.clone());
    let mut estate = guide();
    estate["aws/iam-role"][0]["policies"][0]["document"] = json!(document.to_string());
    let (_, remediation) = failed(&verdicts(&estate, None), "aws/ci-role-deploy-blocked");
    take(&mut estate, &remediation);
    let text = estate["aws/iam-role"][0]["policies"][0]["document"]
        .as_str()
        .unwrap();
    let fixed: Value = serde_json::from_str(text).unwrap();
    let statements = fixed["Statement"].as_array().unwrap();
    assert!(statements.contains(&other[0]), "{fixed:#}");
    // its Sid is taken, and it denies all the same
    let mut deny = other[1].clone();
    deny["Sid"] = json!("EcrPush2");
    assert!(statements.contains(&deny), "{fixed:#}");
    assert!(!text.contains("logs:"), "{fixed:#}");
    assert_eq!(of_outcome(&verdicts(&estate, None), "fail"), [""; 0]);
}

/// A remediation does not work around a Deny statement.
#[test]
fn a_deny_that_blocks_the_deployment_is_left_to_a_person() {
    let mut estate = guide();
    let boundary = json!({"name": "ci", "managed": {"arn": "arn:aws:iam::392853978631:policy/ci"},
        "document": json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "*", "Resource": "*"},
            {"Effect": "Deny", "Action": "iam:PassRole", "Resource": "*"}]}).to_string()});
    estate["aws/iam-role"][0]["boundary"] = boundary;
    let (_, remediation) = failed(&verdicts(&estate, None), "aws/ci-role-deploy-blocked");
    let reason = remediation.withheld.unwrap();
    assert!(reason.contains("denies it"), "{reason}");
    assert_eq!(remediation.steps, []);
}

/// Of a managed policy a new version is made, and a fifth one makes room for it.
#[test]
fn a_policy_with_five_versions_makes_room() {
    let mut estate = guide();
    let arn = "arn:aws:iam::392853978631:policy/deploy";
    let managed = |attachments: i64, spare: &[&str]| {
        json!({"name": "deploy", "document": GUIDE, "managed": {"arn": arn, "boundaries": 0,
            "attachments": attachments, "spare_versions": spare}})
    };
    let operations = |estate: &Value| {
        let (_, remediation) = failed(&verdicts(estate, None), "aws/ci-role-deploy-blocked");
        let steps = remediation.steps.iter();
        let names: Vec<String> = steps.clone().map(|s| s.argv[2].to_shell()).collect();
        assert!(
            steps
                .clone()
                .all(|s| s.destructive == s.argv[2].to_shell().starts_with("delete-"))
        );
        (names, remediation)
    };
    estate["aws/iam-role"][0]["policies"] = json!([managed(1, &["v1", "v2", "v3", "v4"])]);
    let (names, remediation) = operations(&estate);
    assert_eq!(names, ["delete-policy-version", "create-policy-version"]);
    assert!(remediation.steps[0].argv.contains(&Arg::from("v1")));
    take(&mut estate, &remediation);
    assert_eq!(of_outcome(&verdicts(&estate, None), "fail"), [""; 0]);

    estate["aws/iam-role"][0]["policies"] = json!([managed(1, &["v1"])]);
    assert_eq!(operations(&estate).0, ["create-policy-version"]);

    // others have it too: it is left to them
    estate["aws/iam-role"][0]["policies"] = json!([managed(3, &[])]);
    let (names, remediation) = operations(&estate);
    assert_eq!(names, ["put-role-policy", "detach-role-policy"]);
    take(&mut estate, &remediation);
    assert_eq!(of_outcome(&verdicts(&estate, None), "fail"), [""; 0]);
}

/// Checks without a command that fixes them, or only with the input of a person.
const BY_HAND: &[&str] = &["aws/root-access-key", "aws/root-mfa-missing"];

#[test]
fn remediations_make_the_check_pass() {
    let (mut fixed, mut withheld) = (BTreeMap::<&str, u32>::new(), BTreeSet::new());
    for check in ours().filter(|check| !BY_HAND.contains(&check.meta().id)) {
        let id = check.meta().id;
        for example in testing::examples(check.meta().page) {
            let run = |estate: &Value| {
                let policies = policies(example.policy.as_deref());
                testing::run(&*check, &estate.to_string(), policies)
            };
            let mut estate: Value = serde_json::from_str(&example.fragment).unwrap();
            let mut found = None;
            for finding in run(&estate) {
                if let Outcome::Fail(_, remediation) = &finding.outcome {
                    found = remediation.withheld.clone();
                    take(&mut estate, remediation);
                }
            }
            if example.verdict != "fail" {
                continue;
            }
            if let Some(reason) = found {
                withheld.insert((id, reason));
                continue;
            }
            for finding in run(&estate) {
                let fine = !matches!(finding.outcome, Outcome::Fail(..));
                // what a new role may do is for a person to say: it exists
                assert!(fine, "{id}: still {:?}\nover\n{estate}", finding.outcome);
            }
            *fixed.entry(id).or_default() += 1;
        }
    }
    // each of them has a command that works
    let all: BTreeSet<&str> = ours().map(|check| check.meta().id).collect();
    let without: Vec<_> = all
        .into_iter()
        .filter(|id| !fixed.contains_key(id) && !BY_HAND.contains(id))
        .collect();
    assert_eq!(without, [""; 0], "{withheld:#?}");
    for (id, reason) in &withheld {
        let known = [
            "do not show what it deploys",
            "allows services with a wildcard",
            "not all policies of the role could be read",
            "the role would still have a fault",
        ];
        assert!(known.iter().any(|k| reason.contains(k)), "{id}: {reason}");
    }
}
