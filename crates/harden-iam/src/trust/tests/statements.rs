//! Policies with several statements, findings, tokens, and the JSON.

use super::{GITHUB, policy};
use crate::document::Policy;
use crate::trust::{Claims, Grade, Report, admits, assess};

fn report(statements: &str) -> Report {
    let text = statements
        .replace("T:", "token.actions.githubusercontent.com:")
        .replace("GITHUB", &format!(r#""Principal": {{"Federated": "{GITHUB}"}}, "Action": "sts:AssumeRoleWithWebIdentity""#))
        .replace("MAIN", r#""StringEquals": {"token.actions.githubusercontent.com:sub": "repo:acme/shop:ref:refs/heads/main", "token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}"#);
    Report::of(
        &Policy::parse(&format!(
            r#"{{"Version": "2012-10-17", "Statement": [{text}]}}"#
        ))
        .unwrap(),
    )
}

#[test]
fn the_widest_statement_decides() {
    let cases = [
        // The weakest statement decides.
        (
            r#"{"Effect": "Allow", GITHUB, "Condition": {MAIN}}, {"Effect": "Allow", GITHUB}"#,
            Grade::Anybody,
            Some(1),
        ),
        // Another provider and another call are no business of GitHub's.
        (
            r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}, {"Effect": "Allow", GITHUB, "Condition": {MAIN}}"#,
            Grade::Exact,
            Some(1),
        ),
        (
            r#"{"Effect": "Allow", "Principal": {"Federated": "accounts.google.com"}, "Action": "sts:AssumeRoleWithWebIdentity"}"#,
            Grade::Nobody,
            None,
        ),
        (
            r#"{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:*"}"#,
            Grade::Nobody,
            None,
        ),
        // Everybody is GitHub, too.
        (
            r#"{"Effect": "Allow", "Principal": "*", "Action": "sts:*", "Condition": {"StringLike": {"T:sub": "repo:acme/*"}}}"#,
            Grade::Organization,
            Some(0),
        ),
        (
            r#"{"Effect": "Allow", "Principal": {"Federated": ["cognito-identity.amazonaws.com", "arn:aws:iam::392853978631:oidc-provider/token.actions.githubusercontent.com"]}, "NotAction": "sts:AssumeRole", "Condition": {MAIN}}"#,
            Grade::Exact,
            Some(0),
        ),
        (
            r#"{"Effect": "Allow", "NotPrincipal": {"AWS": "392853978631"}, "Action": "sts:AssumeRoleWithWebIdentity"}"#,
            Grade::Anybody,
            Some(0),
        ),
        (
            r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::392853978631:oidc-provider/token.actions.githubusercontent.com"}, "NotAction": "sts:AssumeRoleWith*", "Condition": {MAIN}}"#,
            Grade::Nobody,
            None,
        ),
        // Deny statements narrow.
        (
            r#"{"Effect": "Allow", GITHUB}, {"Effect": "Deny", GITHUB, "Condition": {"StringNotLike": {"T:sub": "repo:acme/shop:*"}}}"#,
            Grade::Repository,
            Some(0),
        ),
        (
            r#"{"Effect": "Allow", GITHUB}, {"Effect": "Deny", "Principal": "*", "Action": "*"}"#,
            Grade::Nobody,
            None,
        ),
        (
            r#"{"Effect": "Allow", GITHUB}, {"Effect": "Deny", "Principal": "*", "Action": "*", "Condition": {"StringLike": {"T:sub": "repo:evil/*"}}}"#,
            Grade::Anybody,
            Some(0),
        ),
        (
            r#"{"Effect": "Allow", GITHUB}, {"Effect": "Deny", "Principal": "*", "Action": "*", "Condition": {"StringNotEqualsIfExists": {"T:repository_owner_id": "12"}}}"#,
            Grade::Organization,
            Some(0),
        ),
        (
            r#"{"Effect": "Allow", GITHUB}, {"Effect": "Deny", "Principal": "*", "Action": "*", "Condition": {"StringNotEquals": {"T:repository_owner_id": "12"}}}"#,
            Grade::Organization,
            Some(0),
        ),
        // Of an enterprise's own issuer nothing is wider than the enterprise.
        (
            r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::392853978631:oidc-provider/token.actions.githubusercontent.com/acme"}, "Action": "sts:AssumeRoleWithWebIdentity"}"#,
            Grade::OtherOrganizations,
            Some(0),
        ),
        (
            r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::392853978631:oidc-provider/token.actions.acme.ghe.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.acme.ghe.com:sub": "repo:acme/shop:environment:p"}}}"#,
            Grade::Exact,
            Some(0),
        ),
    ];
    for (statements, grade, statement) in cases {
        let report = report(statements);
        assert_eq!(
            (report.grade, report.statement),
            (grade, statement),
            "{statements}"
        );
    }
}

#[test]
fn a_good_policy_has_no_findings() {
    assert_eq!(
        report(r#"{"Effect": "Allow", GITHUB, "Condition": {MAIN}}"#).findings,
        []
    );
}

#[test]
fn findings_name_the_rule() {
    let rules = |statements: &str| -> Vec<&str> {
        report(statements)
            .findings
            .iter()
            .map(|one| one.rule.id())
            .collect()
    };
    assert_eq!(
        rules(
            r#"{"Effect": "Allow", GITHUB, "Condition": {"StringLike": {"T:sub": "repo:acme/shop:*", "T:aud": "*"}}}"#
        ),
        ["subject-any-ref", "audience-unchecked"]
    );
    assert_eq!(
        rules(
            r#"{"Effect": "Allow", GITHUB, "Condition": {"StringEquals": {"T:sub": "repo:acme/*"}}}"#
        ),
        ["trust-never-matches"]
    );
    let hole = report(
        r#"{"Effect": "Allow", GITHUB, "Condition": {"StringEquals": {"T:aud": "sts.amazonaws.com"}, "ForAllValues:StringLike": {"T:sub": "repo:acme/shop:*"}}}"#,
    );
    assert!(
        hole.findings
            .iter()
            .any(|one| one.rule == crate::lint::Rule::ForAllValues
                && one.message.contains("ForAllValues")),
        "{hole:?}"
    );
}

#[test]
fn tokens_are_accepted_or_not() {
    let of = |conditions: &str, claims: &str| {
        admits(&policy(conditions), &Claims::parse(claims).unwrap())
    };
    let main = r#"{"StringEquals": {"T:sub": "repo:acme/shop:ref:refs/heads/main"}}"#;
    let ours = of(
        main,
        r#"{"iss": "https://token.actions.githubusercontent.com", "sub": "repo:acme/shop:ref:refs/heads/main"}"#,
    );
    assert_eq!(ours.admits, Some(true), "{ours:?}");
    let theirs = of(main, r#"{"sub": "repo:evil/shop:ref:refs/heads/main"}"#);
    assert_eq!(theirs.admits, Some(false));
    assert!(theirs.why.contains("repo:evil/shop"), "{theirs:?}");
    // A token of another issuer of GitHub's own is not one of this provider.
    let tenant = of(
        "{}",
        r#"{"iss": "https://token.actions.acme.ghe.com", "sub": "x"}"#,
    );
    assert_eq!(tenant.admits, Some(false), "{tenant:?}");
    // What STS does not pass on is not there, whatever the token says.
    let owner = of(
        r#"{"StringEquals": {"T:repository_owner": "acme"}}"#,
        r#"{"repository_owner": "acme"}"#,
    );
    assert_eq!(owner.admits, Some(false));
    let session = of(
        r#"{"StringLike": {"sts:RoleSessionName": "ci-*"}}"#,
        r#"{"sub": "x"}"#,
    );
    assert_eq!(session.admits, None);
    assert!(session.why.contains("sts:RoleSessionName"), "{session:?}");
}

#[test]
fn the_json_has_its_field_names() {
    let text = "{\n \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Federated\": \"GITHUB\"},\n  \"Action\": \"sts:AssumeRoleWithWebIdentity\", \"Condition\": {\"StringLike\": {\n   \"token.actions.githubusercontent.com:sub\": \"repo:acme/*\"}}}]}";
    let policy = Policy::parse(&text.replace("GITHUB", GITHUB)).unwrap();
    let json = serde_json::to_value(assess(&policy, None)).unwrap();
    assert_eq!(json["grade"], "organization");
    assert_eq!(
        (&json["statement"], &json["value"]),
        (&0.into(), &"repo:acme/*".into())
    );
    assert_eq!((&json["line"], &json["column"]), (&4.into(), &47.into()));
    assert_eq!(json["findings"][0]["rule"], "subject-organization");
    assert_eq!(json["findings"][0]["line"], 4);
    assert!(json.get("admits").is_none());
    let claims = Claims::new().with("sub", "repo:acme/x:pull_request");
    let json = serde_json::to_value(assess(&policy, Some(&claims))).unwrap();
    assert_eq!(json["admits"], true);
    assert!(json["why"].is_string());
}

#[test]
fn a_certain_wide_grade_is_not_hidden_by_unknown() {
    let odd = r#"{"Effect": "Allow", GITHUB, "Condition": {"StringResembles": {"T:sub": "x"}}}"#;
    let with = |other: &str| report(&format!("{odd}, {other}")).grade;
    assert_eq!(with(r#"{"Effect": "Allow", GITHUB}"#), Grade::Anybody);
    let organization =
        r#"{"Effect": "Allow", GITHUB, "Condition": {"StringLike": {"T:sub": "repo:acme/*"}}}"#;
    assert_eq!(with(organization), Grade::Unknown);
    let denied = r#"{"Effect": "Allow", GITHUB}, {"Effect": "Deny", GITHUB, "Condition": {"StringResembles": {"T:sub": "x"}}}"#;
    assert_eq!(report(denied).grade, Grade::Unknown);
}
