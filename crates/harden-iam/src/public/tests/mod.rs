use super::*;

const ACTIONS: [&str; 2] = ["sns:Publish", "sns:Subscribe"];

fn grants(statements: &str) -> Vec<PublicGrant> {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    Policy::parse(&text).unwrap().public_grants(&ACTIONS)
}

fn statement(effect: &str, principal: &str, condition: &str) -> String {
    format!(
        r#"{{"Sid": "S", "Effect": "{effect}", {principal}, "Action": "SNS:*",
        "Resource": "arn:aws:sns:us-east-2:123456789012:t", "Condition": {{{condition}}}}}"#
    )
}

fn everyone(effect: &str, condition: &str) -> String {
    statement(effect, r#""Principal": {"AWS": "*"}"#, condition)
}

fn condition(operator: &str, key: &str, values: &str) -> String {
    format!(r#""{operator}": {{"{key}": {values}}}"#)
}

/// Why a grant to everyone with this condition is public; `None` if it is not.
fn why(operator: &str, key: &str, values: &str) -> Option<String> {
    let grants = grants(&everyone("Allow", &condition(operator, key, values)));
    grants
        .into_iter()
        .find(|grant| grant.actions.len() == 2)
        .map(|grant| grant.why)
}

#[test]
fn every_form_of_everyone_is_public() {
    for principal in [
        r#""Principal": "*""#,
        r#""Principal": {"AWS": "*"}"#,
        r#""Principal": {"Service": "sns.amazonaws.com", "AWS": ["123456789012", "*"]}"#,
        r#""NotPrincipal": {"AWS": "123456789012"}"#,
    ] {
        let grant = grants(&statement("Allow", principal, "")).pop().unwrap();
        assert_eq!(grant.actions, ACTIONS);
        assert_eq!(grant.why, "no condition");
        assert_eq!(grant.statement.to_string(), "statement 0 (S)");
    }
    for principal in [
        r#""Principal": {"AWS": "123456789012"}"#,
        r#""Principal": {"Service": "budgets.amazonaws.com"}"#,
        r#""NotPrincipal": "*""#,
    ] {
        assert_eq!(grants(&statement("Allow", principal, "")), []);
    }
    assert_eq!(grants(&everyone("Deny", "")), []);
}

#[test]
fn only_requested_actions_are_reported() {
    let allow = |actions: &str| {
        let statement =
            format!(r#"{{"Effect": "Allow", "Principal": "*", {actions}, "Resource": "*"}}"#);
        grants(&statement).pop().map(|grant| grant.actions)
    };
    assert_eq!(allow(r#""Action": "sns:GetTopicAttributes""#), None);
    assert_eq!(
        allow(r#""Action": "sns:pub*""#),
        Some(vec!["sns:Publish".to_owned()])
    );
    assert_eq!(
        allow(r#""NotAction": "sns:Publish""#),
        Some(vec!["sns:Subscribe".to_owned()])
    );
}

#[test]
fn restricting_conditions_are_not_public() {
    for (operator, key, values) in [
        ("StringEquals", "AWS:SourceOwner", r#""123456789012""#),
        (
            "StringEqualsIgnoreCase",
            "aws:SourceAccount",
            r#"["123456789012", "999999999999"]"#,
        ),
        ("StringLike", "aws:PrincipalOrgID", r#""o-abc""#),
        (
            "ForAnyValue:StringLike",
            "aws:PrincipalOrgPaths",
            r#""o-abc/*""#,
        ),
        (
            "ForAnyValue:StringLike",
            "aws:SourceOrgPaths",
            r#""o-abc/r-1/*""#,
        ),
        (
            "ArnLike",
            "aws:SourceArn",
            r#""arn:aws:cloudwatch:*:123456789012:alarm:*""#,
        ),
        ("ArnEquals", "aws:SourceArn", r#""arn:aws:s3:*:*:a-bucket""#),
        ("StringLike", "aws:SourceArn", r#""arn:aws:s3:::a-bucket""#),
        (
            "StringEquals",
            "aws:SourceArn",
            r#""arn:aws:apigateway:us-east-2::/restapis/x""#,
        ),
        (
            "ArnLike",
            "aws:PrincipalArn",
            r#""arn:aws:iam::123456789012:role/*""#,
        ),
        (
            "StringEquals",
            "aws:PrincipalAccount",
            r#""${aws:ResourceAccount}""#,
        ),
        ("StringLike", "aws:userid", r#""AROAEXAMPLE:*""#),
        ("StringEquals", "kms:CallerAccount", r#""123456789012""#),
        ("StringEquals", "aws:SourceVpce", r#""vpce-1""#),
        (
            "IpAddress",
            "aws:SourceIp",
            r#"["203.0.113.0/24", "10.0.0.0/8", "2001:db8::/32"]"#,
        ),
        ("StringEquals", "aws:SourceAccount", r#""*""#),
    ] {
        assert_eq!(
            why(operator, key, values),
            None,
            "{operator} {key} {values}"
        );
    }
}

#[test]
fn other_conditions_are_public_with_a_reason() {
    for (operator, key, values, part) in [
        (
            "StringLike",
            "aws:SourceAccount",
            r#""*""#,
            "`*` of aws:SourceAccount",
        ),
        (
            "StringLike",
            "aws:SourceAccount",
            r#"["123456789012", "*"]"#,
            "does not restrict the caller",
        ),
        ("StringLike", "aws:PrincipalOrgID", r#""o-*""#, "`o-*`"),
        (
            "ForAnyValue:StringLike",
            "aws:PrincipalOrgPaths",
            r#""o-*/r-1/*""#,
            "`o-*/r-1/*`",
        ),
        ("ArnLike", "aws:SourceArn", r#""*""#, "`*`"),
        ("ArnLike", "aws:SourceArn", r#""arn:*""#, "`arn:*`"),
        (
            "ArnLike",
            "aws:SourceArn",
            r#""arn:aws:*:*:*:*""#,
            "`arn:aws:*:*:*:*`",
        ),
        (
            "ArnLike",
            "aws:SourceArn",
            r#""arn:aws:s3:*:*:*""#,
            "`arn:aws:s3:*:*:*`",
        ),
        (
            "ArnLike",
            "aws:SourceArn",
            r#""arn:aws:cloudwatch:*:*:alarm:*""#,
            "does not restrict",
        ),
        (
            "ArnLike",
            "aws:PrincipalArn",
            r#""arn:aws:iam::*:role/*""#,
            "does not restrict",
        ),
        (
            "StringEquals",
            "aws:SourceAccount",
            r#""${aws:PrincipalAccount}""#,
            "does not restrict",
        ),
        (
            "StringLike",
            "aws:userid",
            r#""*:session""#,
            "does not restrict",
        ),
        (
            "IpAddress",
            "aws:SourceIp",
            r#""0.0.0.0/0""#,
            "at least half of all addresses",
        ),
        (
            "IpAddress",
            "aws:SourceIp",
            r#"["0.0.0.0/2", "64.0.0.0/2"]"#,
            "at least half of all addresses",
        ),
        (
            "IpAddress",
            "aws:SourceIp",
            r#""::/1""#,
            "at least half of all addresses",
        ),
        (
            "IpAddress",
            "aws:SourceIp",
            r#""anywhere""#,
            "at least half of all addresses",
        ),
        (
            "NotIpAddress",
            "aws:SourceIp",
            r#""10.0.0.0/8""#,
            "excludes only some callers",
        ),
        (
            "StringNotEquals",
            "aws:SourceAccount",
            r#""1""#,
            "excludes only some callers",
        ),
        (
            "StringEqualsIfExists",
            "aws:SourceAccount",
            r#""1""#,
            "without the key",
        ),
        (
            "ForAllValues:StringEquals",
            "aws:PrincipalOrgID",
            r#""o-1""#,
            "without the key",
        ),
        (
            "Null",
            "aws:SourceArn",
            r#""false""#,
            "whether the key is present",
        ),
        (
            "StringMatches",
            "aws:SourceAccount",
            r#""1""#,
            "is not a known operator",
        ),
        (
            "NumericEquals",
            "aws:SourceAccount",
            r#""1""#,
            "does not match the type",
        ),
        (
            "StringEquals",
            "aws:SourceIp",
            r#""10.0.0.1""#,
            "does not compare addresses",
        ),
        ("StringEquals", "aws:SourceAccount", "[]", "no values"),
        (
            "StringEquals",
            "kms:ViaService",
            r#""sns.us-east-2.amazonaws.com""#,
            "does not restrict the caller",
        ),
        (
            "StringEquals",
            "sns:Protocol",
            r#""https""#,
            "does not restrict the caller",
        ),
        (
            "Bool",
            "aws:SecureTransport",
            "true",
            "does not restrict the caller",
        ),
        ("StringLike", "sns:Endpoint", r#""*""#, "sns:Endpoint"),
    ] {
        let why = why(operator, key, values).unwrap_or_default();
        assert!(why.contains(part), "{operator} {key} {values}: {why}");
    }
}

#[test]
fn one_of_several_conditions_is_enough() {
    let both =
        r#""Bool": {"aws:SecureTransport": true}, "StringEquals": {"aws:SourceAccount": "1"}"#;
    assert_eq!(grants(&everyone("Allow", both)), []);
    let neither = r#""Bool": {"aws:SecureTransport": true}, "Null": {"aws:SourceAccount": false}"#;
    let why = grants(&everyone("Allow", neither)).pop().unwrap().why;
    assert!(
        why.contains("aws:SecureTransport does not restrict the caller; Null of"),
        "{why}"
    );
}

#[test]
fn endpoints_restrict_only_subscriptions() {
    let open = |value: &str| {
        let narrowed = everyone("Allow", &condition("StringLike", "sns:Endpoint", value));
        grants(&narrowed).pop().unwrap().actions
    };
    assert_eq!(open(r#""*@example.com""#), ["sns:Publish"]);
    assert_eq!(open(r#""https://hooks.example.com/*""#), ["sns:Publish"]);
    for value in [
        r#""*""#,
        r#""https://*""#,
        r#""*@*""#,
        r#"["a@example.com", "*"]"#,
    ] {
        assert_eq!(open(value), ACTIONS, "{value}");
    }
}

mod denies;
