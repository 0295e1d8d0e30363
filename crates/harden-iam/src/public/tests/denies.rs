//! Denies that override grants.

use super::*;

fn with_deny(deny: &str) -> bool {
    grants(&[everyone("Allow", ""), deny.to_owned()].join(",")).is_empty()
}

#[test]
fn denies_override_grants() {
    assert!(with_deny(&everyone("Deny", "")));
    assert!(with_deny(&statement(
        "Deny",
        r#""NotPrincipal": {"AWS": "123456789012"}"#,
        ""
    )));
    assert!(!with_deny(&statement(
        "Deny",
        r#""Principal": {"AWS": "123456789012"}"#,
        ""
    )));
    assert!(!with_deny(&statement("Deny", r#""NotPrincipal": "*""#, "")));
    assert!(!with_deny(
        &everyone("Deny", "").replace("SNS:*", "SNS:DeleteTopic")
    ));
    let publish = everyone("Deny", "").replace("SNS:*", "SNS:Publish");
    let left = grants(&[everyone("Allow", ""), publish].join(","));
    assert_eq!(left[0].actions, ["sns:Subscribe"]);
}

#[test]
fn denies_can_exempt_restricted_callers() {
    for (operator, key, values, narrows) in [
        ("StringNotEquals", "aws:PrincipalOrgID", r#""o-1""#, true),
        (
            "StringNotEqualsIfExists",
            "aws:SourceAccount",
            r#"["1", "2"]"#,
            true,
        ),
        (
            "ArnNotLike",
            "aws:PrincipalArn",
            r#""arn:aws:iam::123456789012:role/*""#,
            true,
        ),
        ("NotIpAddress", "aws:SourceIp", r#""203.0.113.0/24""#, true),
        ("StringNotLike", "aws:PrincipalOrgID", r#""*""#, false),
        ("NotIpAddress", "aws:SourceIp", r#""0.0.0.0/0""#, false),
        (
            "ForAnyValue:StringNotEquals",
            "aws:PrincipalOrgID",
            r#""o-1""#,
            false,
        ),
        ("StringEquals", "aws:PrincipalOrgID", r#""o-1""#, false),
        ("Bool", "aws:SecureTransport", "false", false),
        ("StringNotEquals", "sns:Protocol", r#""https""#, false),
        ("BoolIfExists", "aws:PrincipalIsAWSService", "false", true),
        ("Bool", "aws:PrincipalIsAWSService", "false", false),
    ] {
        let deny = everyone("Deny", &condition(operator, key, values));
        assert_eq!(with_deny(&deny), narrows, "{operator} {key} {values}");
    }
    let perimeter = r#""StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}"#;
    assert!(with_deny(&everyone("Deny", perimeter)));
    let insecure = r#""StringNotEquals": {"aws:PrincipalOrgID": "o-1"},
        "Bool": {"aws:SecureTransport": "false"}"#;
    assert!(
        !with_deny(&everyone("Deny", insecure)),
        "it spares everybody who comes by TLS"
    );
}

#[test]
fn denies_must_cover_the_resource() {
    let at = |resource: &str| {
        everyone("Deny", "").replace("arn:aws:sns:us-east-2:123456789012:t", resource)
    };
    assert!(with_deny(&at("*")));
    assert!(with_deny(&at("arn:aws:sns:*:123456789012:*")));
    assert!(!with_deny(&at("arn:aws:sns:us-east-2:123456789012:other")));
    assert!(!with_deny(&at(
        "arn:aws:sns:us-east-2:123456789012:${aws:username}"
    )));
    assert!(!with_deny(
        &at("*").replace("\"Resource\"", "\"NotResource\"")
    ));
    let wide = everyone("Allow", "").replace("arn:aws:sns:us-east-2:123456789012:t", "*");
    assert_eq!(grants(&[wide, everyone("Deny", "")].join(",")).len(), 1);
}
