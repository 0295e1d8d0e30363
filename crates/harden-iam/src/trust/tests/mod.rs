//! The grades of policies, one trap in each test.

mod statements;

use super::*;

const GITHUB: &str = "arn:aws:iam::392853978631:oidc-provider/token.actions.githubusercontent.com";

fn policy(conditions: &str) -> Policy {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow",
            "Principal": {{"Federated": "{GITHUB}"}}, "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {}}}]}}"#,
        conditions.replace("T:", "token.actions.githubusercontent.com:")
    );
    Policy::parse(&text).unwrap()
}

fn grade(conditions: &str) -> Grade {
    Report::of(&policy(conditions)).grade
}

fn sub(operator: &str, value: &str) -> Grade {
    grade(&format!(r#"{{"{operator}": {{"T:sub": {value}}}}}"#))
}

#[test]
fn subjects_have_their_grades() {
    let cases = [
        ("repo:acme/shop:environment:production", Grade::Exact),
        ("repo:acme/shop:ref:refs/heads/main", Grade::Exact),
        ("repo:acme/shop:ref:refs/tags/v1", Grade::Exact),
        ("repo:acme@1/shop@2:environment:production", Grade::Exact),
        ("repo:acme/shop:pull_request", Grade::PullRequests),
        ("repo:acme/shop:*", Grade::Repository),
        ("repo:acme/shop:ref:refs/heads/*", Grade::Repository),
        ("repo:acme/shop:ref:refs/heads/release-?", Grade::Repository),
        ("repo:acme/shop:environment:*", Grade::Repository),
        ("repo:acme@1/shop@2:*", Grade::Repository),
        ("repo:acme@*/shop@*:environment:production", Grade::Exact),
        ("repo:acme@*/shop@*:*", Grade::Repository),
        ("repo:acme/*", Grade::Organization),
        ("repo:acme/*:environment:production", Grade::Organization),
        ("repo:acme/shop*", Grade::Organization),
        ("repo:acme/shop*:ref:refs/heads/main", Grade::Organization),
        ("repo:acme/sho?:ref:refs/heads/main", Grade::Organization),
        (
            "repo:acme*/shop:ref:refs/heads/main",
            Grade::OtherOrganizations,
        ),
        ("repo:acme*/shop*:*", Grade::OtherOrganizations),
        (
            "repo:acme?1/shop?2:environment:production",
            Grade::OtherOrganizations,
        ),
        ("repo:acme*", Grade::OtherOrganizations),
        ("repo:*/shop:ref:refs/heads/main", Grade::OtherOrganizations),
        ("repo:*", Grade::Anybody),
        ("repo:*/*:environment:production", Grade::Anybody),
        ("*:environment:production", Grade::Anybody),
        ("*", Grade::Anybody),
        ("repo?*", Grade::Anybody),
        ("environment:production", Grade::Anybody),
        (
            "job_workflow_ref:acme/ci/.github/workflows/deploy.yml@refs/heads/main",
            Grade::Workflow,
        ),
        (
            "repo:acme/shop:job_workflow_ref:acme/ci/.github/workflows/deploy.yml@refs/heads/main",
            Grade::Workflow,
        ),
        ("repository_owner:acme", Grade::Organization),
        ("repository_owner:acme*", Grade::Anybody),
        ("repository_id:123", Grade::Repository),
        ("repo:acme/shop", Grade::Repository),
        ("repo:acme/shop:ref:main", Grade::Nobody),
        ("repo:acme/shop:main", Grade::Nobody),
        ("repo:acme/shop:branch:main", Grade::Nobody),
        (
            "repository_owner_id:1:repository_id:2:environment:production",
            Grade::Exact,
        ),
        ("repository_id:2:environment:production", Grade::Exact),
        (
            "repository_owner_id:1:repo:acme/shop:ref:refs/heads/main",
            Grade::Exact,
        ),
        ("environment:production:repository_id:2", Grade::Exact),
        ("repository_id:2:pull_request", Grade::PullRequests),
        ("repository_id:2:environment:*", Grade::Repository),
        ("repository_id:2:*", Grade::Repository),
        ("*:repository_id:2", Grade::Repository),
        ("repository_owner_id:1:*", Grade::Organization),
        (
            "repository_owner_id:1:repository_id:*:environment:production",
            Grade::Organization,
        ),
        ("*:repository_owner:acme", Grade::Organization),
        (
            "environment:production%3Aeastus:repository_owner:acme",
            Grade::Organization,
        ),
        ("environment:production:actor:ann", Grade::Anybody),
        (
            "repository_owner:acme:job_workflow_ref:acme/ci/.github/workflows/d.yml@refs/heads/main",
            Grade::Workflow,
        ),
        ("repo:acme:ref:refs/heads/main", Grade::Nobody),
    ];
    for (value, wanted) in cases {
        assert_eq!(
            sub("StringLike", &format!("\"{value}\"")),
            wanted,
            "{value}"
        );
    }
}

#[test]
fn the_widest_value_decides() {
    let value = r#"["repo:acme/shop:ref:refs/heads/main", "*"]"#;
    let report = Report::of(&policy(&format!(
        r#"{{"StringLike": {{"T:sub": {value}}}}}"#
    )));
    assert_eq!((report.grade, report.statement), (Grade::Anybody, Some(0)));
    assert_eq!(report.value.as_deref(), Some("*"));
    let two = r#"["repo:acme/a:ref:refs/heads/main", "repo:globex/b:environment:x"]"#;
    assert_eq!(sub("StringEquals", two), Grade::Exact);
}

#[test]
fn operators_change_the_grade() {
    let main = r#""repo:acme/shop:ref:refs/heads/main""#;
    let cases = [
        ("StringEquals", main, Grade::Exact),
        ("StringEqualsIgnoreCase", main, Grade::Repository),
        ("ForAnyValue:StringEquals", main, Grade::Exact),
        ("ForAnyValue:StringLike", r#""repo:*""#, Grade::Anybody),
        ("ForAllValues:StringEquals", main, Grade::Exact),
        ("StringEqualsIfExists", main, Grade::Exact),
        ("StringNotEquals", main, Grade::Anybody),
        ("StringNotLike", r#""repo:evil/*""#, Grade::Anybody),
        ("StringEquals", r#""repo:acme/*""#, Grade::Nobody),
        ("StringEquals", r#""repo:acme/shop:*""#, Grade::Nobody),
        ("ArnLike", r#""repo:acme/shop:*""#, Grade::Nobody),
        ("Null", r#""true""#, Grade::Nobody),
        ("Null", r#""false""#, Grade::Anybody),
        ("StringResembles", main, Grade::Unknown),
        (
            "StringLike",
            r#""repo:${aws:PrincipalTag/x}""#,
            Grade::Unknown,
        ),
    ];
    for (operator, value, wanted) in cases {
        assert_eq!(sub(operator, value), wanted, "{operator} {value}");
    }
}

#[test]
fn ids_and_customized_subjects_agree_with_other_claims() {
    let both = |operator: &str, sub: &str, claim: &str, value: &str| {
        Report::of(&policy(&format!(
            r#"{{"{operator}": {{"T:sub": "{sub}"}}, "StringEquals": {{"T:{claim}": "{value}", "T:aud": "sts.amazonaws.com"}}}}"#
        )))
        .grade
    };
    for (sub, claim, value, wanted) in [
        (
            "repo:acme@*/*",
            "repository_owner_id",
            "123456789",
            Grade::Organization,
        ),
        (
            "repo:acme@*/shop@*:*",
            "repository_id",
            "987654321",
            Grade::Repository,
        ),
        (
            "repo:acme@*:environment:production",
            "repository",
            "acme/shop",
            Grade::Exact,
        ),
        (
            "repository_owner:acme",
            "ref",
            "refs/heads/main",
            Grade::Organization,
        ),
        (
            "repository_owner:acme",
            "environment",
            "production",
            Grade::Organization,
        ),
        (
            "repo:acme/shop:environment:production",
            "environment",
            "production",
            Grade::Exact,
        ),
        (
            "repo:acme/shop:environment:production",
            "environment",
            "staging",
            Grade::Nobody,
        ),
        (
            "repo:acme/shop:ref:refs/heads/main",
            "repository",
            "acme/other",
            Grade::Nobody,
        ),
    ] {
        let grade = both("StringLike", sub, claim, value);
        assert_eq!(grade, wanted, "{sub} with {claim} {value}");
    }
}

#[test]
fn an_audience_with_a_wildcard_does_not_restrict() {
    let audience = |value: &str| {
        let report = Report::of(&policy(&format!(
            r#"{{"StringLike": {{"T:sub": "repo:acme/shop:environment:x", "T:aud": "{value}"}}}}"#
        )));
        let mut findings = report.findings.iter();
        findings.any(|one| one.rule == crate::lint::Rule::AudienceUnchecked)
    };
    assert!(!audience("sts.amazonaws.com"));
    assert!(!audience("https://github.com/acme"));
    assert!(audience("https://github.com/*"));
    assert!(audience("*"));
}

#[test]
fn other_claims_narrow_the_grade() {
    let cases = [
        ("{}", Grade::Anybody),
        (
            r#"{"StringEquals": {"T:repository": "acme/shop"}}"#,
            Grade::Repository,
        ),
        (
            r#"{"StringLike": {"T:repository": "acme/*"}}"#,
            Grade::Organization,
        ),
        (
            r#"{"StringEquals": {"T:repository_id": "123"}}"#,
            Grade::Repository,
        ),
        (
            r#"{"StringEquals": {"T:repository_owner_id": "123"}}"#,
            Grade::Organization,
        ),
        (
            r#"{"StringEquals": {"T:repository_owner_id": "1", "T:repository": "acme/shop", "T:environment": "p"}}"#,
            Grade::Exact,
        ),
        (
            r#"{"StringEquals": {"T:repository": "acme/shop", "T:ref": "refs/heads/main"}}"#,
            Grade::Exact,
        ),
        (
            r#"{"StringEquals": {"T:environment": "production"}}"#,
            Grade::Anybody,
        ),
        (
            r#"{"StringEquals": {"T:ref": "refs/heads/main"}}"#,
            Grade::Anybody,
        ),
        (
            r#"{"StringEquals": {"T:workflow": "deploy"}}"#,
            Grade::Anybody,
        ),
        (r#"{"StringEquals": {"T:actor": "ann"}}"#, Grade::Anybody),
        (
            r#"{"StringEquals": {"T:job_workflow_ref": "acme/ci/.github/workflows/d.yml@refs/heads/main"}}"#,
            Grade::Workflow,
        ),
        (
            r#"{"StringLike": {"T:job_workflow_ref": "acme/ci/.github/workflows/*"}}"#,
            Grade::Repository,
        ),
        (
            r#"{"StringLike": {"T:job_workflow_ref": "acme/*"}}"#,
            Grade::Organization,
        ),
        (
            r#"{"StringLike": {"T:job_workflow_ref": "*/deploy.yml@refs/heads/main"}}"#,
            Grade::Anybody,
        ),
        (
            r#"{"StringEquals": {"T:repository_owner": "acme"}}"#,
            Grade::Nobody,
        ),
        (
            r#"{"StringEquals": {"token.actions.acme.ghe.com:sub": "repo:a/b:pull_request"}}"#,
            Grade::Nobody,
        ),
        (
            r#"{"StringLike": {"T:sub": "repo:acme/shop:*"}, "StringEquals": {"T:environment": "p"}}"#,
            Grade::Exact,
        ),
        (
            r#"{"StringLike": {"T:sub": ["repo:acme/shop:*"]}, "StringEqualsIfExists": {"T:environment": "p"}}"#,
            Grade::Repository,
        ),
        (
            r#"{"StringLike": {"T:sub": "repo:acme/*"}, "StringEquals": {"T:sub": "repo:acme/shop:ref:refs/heads/main"}}"#,
            Grade::Exact,
        ),
        (
            r#"{"StringLike": {"T:sub": "*:environment:p"}, "StringEquals": {"T:repository": ["a/b", "a/c"]}}"#,
            Grade::Exact,
        ),
        (
            r#"{"StringLike": {"T:sub": "repo:acme/shop:*", "sts:RoleSessionName": "ci-*"}}"#,
            Grade::Repository,
        ),
    ];
    for (conditions, wanted) in cases {
        assert_eq!(grade(conditions), wanted, "{conditions}");
    }
}

#[test]
fn workflows_can_be_called_from_any_repository() {
    let message = |value: &str| {
        let condition = format!(
            r#"{{"StringEquals": {{"T:aud": "sts.amazonaws.com"}}, "StringLike": {{"T:job_workflow_ref": "{value}"}}}}"#
        );
        let findings = Report::of(&policy(&condition)).findings;
        findings
            .iter()
            .map(|one| one.message.clone())
            .collect::<String>()
    };
    for value in ["acme/ci/.github/workflows/*", "acme/*"] {
        let message = message(value);
        assert!(message.contains("jobs of any repository"), "{message}");
        assert!(
            !message.contains("can push a branch can use it"),
            "{message}"
        );
    }
}

#[test]
fn customized_subjects_with_any_claim_are_graded() {
    for (subject, wanted) in [
        (
            "job_workflow_sha:7fd1a60b01f91b314f59955a4e4d4e80d8edf11d",
            Grade::Workflow,
        ),
        ("job_workflow_sha:7fd1*", Grade::Anybody),
        (
            "workflow_sha:7fd1a60b01f91b314f59955a4e4d4e80d8edf11d",
            Grade::Anybody,
        ),
        ("repo_property_team:payments", Grade::Anybody),
        ("repo_property_*", Grade::Anybody),
        ("run_id:1:ref:refs/heads/main", Grade::Anybody),
        // no claim is called so
        ("repos:acme/shop:environment:production", Grade::Nobody),
    ] {
        assert_eq!(
            sub("StringLike", &format!("\"{subject}\"")),
            wanted,
            "{subject}"
        );
    }
}
