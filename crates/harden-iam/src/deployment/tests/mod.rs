//! The deployment of the guide, its policy, and other deployments.

use super::*;
use crate::document::Policy;
use crate::escalation::{AccountContext, find_paths};
use crate::evaluate::{Attached, Identity};
use crate::lint::{Level, Rule};
use crate::trust::{JobScope, Jobs, recommend};

mod targets;

const GUIDE: &str = include_str!("guide.json");
const PROVIDER: &str =
    "arn:aws:iam::392853978631:oidc-provider/token.actions.githubusercontent.com";

fn guide() -> Policy {
    Policy::parse(GUIDE).unwrap()
}

fn identity(policy: &Policy) -> Identity {
    Identity::new([Attached::new("policy", policy.clone())])
}

fn policy(statements: &str) -> Policy {
    Policy::parse(&format!(
        r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#
    ))
    .unwrap()
}

/// `rule action statement` of each finding.
fn told(review: &Review) -> Vec<String> {
    let place = |one: &crate::lint::Finding| one.statement.as_ref().map(|at| at.index.to_string());
    let line = |one: &crate::lint::Finding| {
        let action = one.action.as_deref().unwrap_or("-");
        format!(
            "{} {action} {}",
            one.rule.id(),
            place(one).unwrap_or_else(|| "-".to_owned())
        )
    };
    review.findings.iter().map(line).collect()
}

#[test]
fn the_guides_policy_has_exactly_eleven_findings() {
    let review = review(&guide(), TrustPolicy::Missing, None, None);
    assert_eq!(review.deployments, [Deployment::Ecs]);
    let mut told = told(&review);
    told.sort();
    // The numbers are those of the list of findings that was worked out by hand for this policy.
    let mut wanted = vec![
        /* 1 */ "resource-unsupported ecr:GetAuthorizationToken 0",
        /* 2 */ "condition-key-unsupported ecs:DescribeTaskDefinition 1",
        /* 3 */ "condition-key-unsupported ecs:RegisterTaskDefinition 1",
        /* 4 */ "pass-role-missing iam:PassRole -",
        "wildcard-resource ecs:RegisterTaskDefinition 1",
        /* 6 */ "action-surplus logs:CreateLogGroup 2",
        "action-surplus logs:CreateLogStream 2",
        "action-surplus logs:PutLogEvents 2",
        /* 7 */ "action-surplus ecr:GetDownloadUrlForLayer 0",
        /* 8 */ "runs-any-code iam:PassRole -",
        /* 9 */ "arn-operator - 1",
        /* 10 */ "sid-missing - 0",
        /* 11 */ "trust-missing - -",
    ];
    wanted.sort_unstable();
    assert_eq!(told, wanted);
    // The finding about the statement also states that the call of the deployment is denied.
    for action in [
        "ecr:GetAuthorizationToken",
        "ecs:DescribeTaskDefinition",
        "ecs:RegisterTaskDefinition",
    ] {
        let denied = |one: &&crate::lint::Finding| {
            one.action.as_deref() == Some(action) && one.message.contains("is denied")
        };
        assert_eq!(review.findings.iter().filter(denied).count(), 1, "{action}");
    }
}

#[test]
fn the_guides_deployment_is_denied_in_four_calls() {
    let targets = Targets::from_policies(&identity(&guide()));
    assert_eq!(targets.get("cluster"), Some("saaspe-production-cluster"));
    let calls = simulate(&identity(&guide()), None, &[Deployment::Ecs], &targets);
    let denied: Vec<&str> = calls
        .iter()
        .filter(|one| one.ruling.is_denied())
        .map(|one| one.action)
        .collect();
    assert_eq!(
        denied,
        [
            "ecr:GetAuthorizationToken",
            "ecs:DescribeTaskDefinition",
            "ecs:RegisterTaskDefinition",
            "iam:PassRole"
        ]
    );
    // UpdateService and DescribeServices do carry ecs:cluster.
    assert!(
        calls
            .iter()
            .filter(|one| !one.ruling.is_denied())
            .all(|one| one.ruling.is_allowed())
    );
    let reason = |at: usize| {
        let denied: Vec<_> = calls.iter().filter(|one| one.ruling.is_denied()).collect();
        denied[at].reason.clone().unwrap()
    };
    assert!(reason(0).contains("only on `*`"), "{}", reason(0));
    assert!(reason(1).contains("ecs:cluster"), "{}", reason(1));
    assert!(reason(3).contains("no statement"), "{}", reason(3));
}

#[test]
fn the_corrected_policy_passes_everything() {
    let targets = Targets::from_policies(&identity(&guide()))
        .with("service", "saaspe-backend")
        .with("family", "saaspe-backend")
        .with_passed_role("arn:aws:iam::392853978631:role/saaspe-task")
        .with_passed_role("arn:aws:iam::392853978631:role/saaspe-execution");
    let least = least_policy(&[Deployment::Ecs], &targets);
    assert_eq!(least.placeholders, [""; 0]);
    let jobs = Jobs {
        repository: "acme/shop".to_owned(),
        scope: JobScope::Environment("production".to_owned()),
    };
    let trust = recommend(&Policy::new(), PROVIDER, &jobs);
    let review = review(&least.policy, TrustPolicy::Given(&trust), None, None);
    assert_eq!(told(&review), [""; 0], "{:#}", least.policy);
    assert!(
        review.calls.iter().all(|one| one.ruling.is_allowed()),
        "{:?}",
        review.calls
    );
    // A second review gives the same result.
    assert_eq!(review.least.unwrap().policy, least.policy);
    let found = find_paths(&identity(&least.policy), &AccountContext::default());
    assert!(found.iter().all(|one| !one.is_certain()), "{found:?}");
    // Without any one of its statements some call is denied.
    for gone in 0..least.policy.statements().len() {
        let mut fewer = least.policy.clone();
        fewer.statements.remove(gone);
        let calls = simulate(&identity(&fewer), None, &[Deployment::Ecs], &targets);
        assert!(calls.iter().any(|one| one.ruling.is_denied()), "{gone}");
    }
}

#[test]
fn unknown_names_are_placeholders() {
    let least = least_policy(
        &[Deployment::Ecs],
        &Targets::from_policies(&identity(&guide())),
    );
    assert_eq!(
        least.placeholders,
        ["FAMILY", "TASK_ROLE", "EXECUTION_ROLE", "SERVICE"].map(String::from)
    );
    let again = Policy::parse(&least.policy.to_string()).unwrap();
    assert_eq!(again, least.policy);
}

#[test]
fn the_least_privilege_policy_of_each_deployment_suffices() {
    let targets = Targets::new()
        .with("account", "392853978631")
        .with("region", "us-east-2")
        .with("repository", "acme/shop")
        .with("cluster", "prod")
        .with("service", "web")
        .with("family", "web")
        .with("function", "web")
        .with("bucket", "acme-site")
        .with("distribution", "E2EXAMPLE")
        .with_passed_role("arn:aws:iam::392853978631:role/task");
    for deployment in Deployment::ALL {
        let least = least_policy(&[deployment], &targets);
        let review = review(&least.policy, TrustPolicy::NotChecked, None, None);
        assert_eq!(review.deployments, [deployment]);
        assert_eq!(told(&review), [""; 0], "{:#}", least.policy);
        assert!(
            review.calls.iter().all(|one| one.ruling.is_allowed()),
            "{:?}",
            review.calls
        );
        assert_eq!(Deployment::parse(deployment.as_str()), Some(deployment));
    }
}

#[test]
fn the_policies_of_a_role_are_reviewed_together() {
    let targets = Targets::from_policies(&identity(&guide()))
        .with("service", "web")
        .with("family", "web")
        .with_passed_role("arn:aws:iam::392853978631:role/task");
    let least = least_policy(&[Deployment::Ecs], &targets).policy;
    let mut halves = [least.clone(), least.clone()];
    let statement = |at: usize| least.statements()[at].clone();
    halves[0].statements = [0, 2, 3].map(statement).into();
    halves[1].statements = [1, 4, 5].map(statement).into();
    // each by itself lacks the other
    let alone = review(&halves[1], TrustPolicy::NotChecked, None, None);
    let told = told(&alone);
    for action in ["ecr:GetAuthorizationToken", "ecs:RegisterTaskDefinition"] {
        assert!(
            told.contains(&format!("call-denied {action} -")),
            "{told:?}"
        );
    }
    let policies = |second: &Policy| {
        [
            Attached::new("push", halves[0].clone()),
            Attached::new("deploy", second.clone()),
        ]
    };
    let together = review_role(&policies(&halves[1]), TrustPolicy::NotChecked, None, None);
    assert_eq!(together.deployments, [Deployment::Ecs]);
    assert_eq!(together.findings, [], "{:?}", together.findings);

    let more = policy(
        r#"{"Sid": "A", "Effect": "Allow", "Action": ["iam:PassRole", "logs:PutLogEvents"], "Resource": "*"}"#,
    );
    let mut wide = halves[1].clone();
    wide.statements.extend(more.statements);
    let review = review_role(&policies(&wide), TrustPolicy::Missing, None, None);
    let places: Vec<(Option<usize>, &str)> = review
        .findings
        .iter()
        .map(|(policy, one)| (*policy, one.rule.id()))
        .collect();
    assert!(places.contains(&(Some(1), "action-surplus")), "{places:?}");
    assert!(
        places
            .iter()
            .any(|(at, rule)| at.is_some() && *rule == "escalation")
    );
    assert_eq!(places.last(), Some(&(None, "trust-missing")));
}

#[test]
fn denies_and_other_clusters_deny_calls() {
    let mut denied = guide();
    let deny = r#"{"Effect": "Deny", "Action": "ecs:UpdateService", "Resource": "*"}"#;
    denied.statements.extend(policy(deny).statements);
    let targets = Targets::from_policies(&identity(&denied));
    let calls = simulate(&identity(&denied), None, &[Deployment::Ecs], &targets);
    let update = calls
        .iter()
        .find(|one| one.action == "ecs:UpdateService")
        .unwrap();
    assert!(
        update.reason.as_deref().unwrap().contains("denies"),
        "{update:?}"
    );
    let other = targets.with("cluster", "staging");
    let calls = simulate(&identity(&guide()), None, &[Deployment::Ecs], &other);
    let update = calls
        .iter()
        .find(|one| one.action == "ecs:UpdateService")
        .unwrap();
    assert!(update.ruling.is_denied(), "{update:?}");
}

#[test]
fn passing_every_role_is_an_escalation_path() {
    let open = policy(
        r#"{"Sid": "A", "Effect": "Allow", "Action": ["ecs:RegisterTaskDefinition", "ecs:UpdateService", "iam:PassRole"], "Resource": "*"}"#,
    );
    let review = review(&open, TrustPolicy::NotChecked, None, None);
    let rules: Vec<Rule> = review.findings.iter().map(|one| one.rule).collect();
    assert!(rules.contains(&Rule::Escalation), "{rules:?}");
    assert!(!rules.contains(&Rule::RunsAnyCode), "{rules:?}");
}

#[test]
fn workflows_are_recognized() {
    let ids = |uses: &[&str], commands: &[&str]| -> Vec<&str> {
        let parts = recognize_steps(uses.iter().copied(), commands.iter().copied());
        parts.iter().map(|one| one.id).collect()
    };
    assert_eq!(
        ids(
            &[
                "actions/checkout@v5",
                "aws-actions/amazon-ecr-login@v2",
                "docker/build-push-action@v6",
                "aws-actions/amazon-ecs-deploy-task-definition@v2"
            ],
            &["aws  ecs describe-task-definition --task-definition web"]
        ),
        [
            "ecr-login",
            "ecr-push",
            "ecs-task-definition-read",
            "ecs-task-definition",
            "ecs-service"
        ]
    );
    // An image may go elsewhere, and a command is more than its beginning.
    assert_eq!(
        ids(&["docker/build-push-action@v6"], &["aws s3 synchronise"]),
        [""; 0]
    );
    let site = recognize_steps(
        [],
        [
            "aws s3 sync . s3://x",
            "aws cloudfront create-invalidation --paths /",
        ],
    );
    assert_eq!(deployments_of(&site), [Deployment::S3CloudFront]);
    assert_eq!(
        deployments_of(&recognize_steps(["aws-actions/aws-lambda-deploy@v1"], [])),
        [Deployment::Lambda]
    );
}

#[test]
fn every_call_exists_and_is_authorized_on_its_resource() {
    for part in STEPS {
        for call in part.calls {
            let takes = crate::caller::look_up(call.action, |action| action.takes_resources());
            assert_eq!(takes, Some(call.on != "*"), "{}", call.action);
        }
        for action in part.useful {
            assert!(crate::caller::look_up(action, |_| ()).is_some(), "{action}");
        }
    }
}

#[test]
fn findings_have_the_expected_levels() {
    let review = review(&guide(), TrustPolicy::Missing, None, None);
    let errors = review
        .findings
        .iter()
        .filter(|one| one.level() == Level::Error);
    assert_eq!(errors.count(), 4);
}
