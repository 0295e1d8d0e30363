//! Answers of `iam can`.

use harden_iam::{Attached, Policy};

use super::answer::{Answer, Decision};
use super::keys::Keys;

fn can(policies: &[Attached], action: &str, resource: &str, keys: &Keys) -> Answer {
    super::answer::can(policies, action, resource, keys, None)
}

fn policies(statements: &str) -> Vec<Attached> {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    vec![Attached::new("file.json", Policy::parse(&text).unwrap())]
}

const ALLOW: &str =
    r#"{"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::shop/*"}"#;
const OBJECT: &str = "arn:aws:s3:::shop/a";

#[test]
fn a_call_is_allowed_or_denied_implicitly_or_explicitly() {
    let ask = |statements: &str, action: &str| {
        can(&policies(statements), action, OBJECT, &Keys::default())
    };
    let allowed = ask(ALLOW, "s3:GetObject");
    assert_eq!(
        (allowed.decision, allowed.statement),
        (Decision::Allowed, Some(0))
    );
    assert_eq!(
        (allowed.sid.as_deref(), allowed.line),
        (Some("Read"), Some(1))
    );
    assert_eq!(
        ask(ALLOW, "s3:PutObject").decision,
        Decision::ImplicitlyDenied
    );
    let deny = format!(r#"{ALLOW}, {{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}}"#);
    let denied = ask(&deny, "s3:GetObject");
    assert_eq!(
        (denied.decision, denied.statement),
        (Decision::ExplicitlyDenied, Some(1))
    );
}

#[test]
fn missing_keys_are_absent_and_are_listed() {
    let limited = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalAccount": "111122223333", "aws:RequestedRegion": "us-east-2"}}}"#;
    let ask = |keys: &str| {
        can(
            &policies(limited),
            "s3:GetObject",
            OBJECT,
            &Keys::parse(keys).unwrap(),
        )
    };
    let bare = ask("{}");
    assert_eq!(bare.decision, Decision::ImplicitlyDenied);
    assert_eq!(
        bare.missing,
        ["aws:PrincipalAccount", "aws:RequestedRegion"]
    );
    let given =
        ask(r#"{"aws:principalaccount": "111122223333", "aws:RequestedRegion": ["us-east-2"]}"#);
    assert_eq!(
        (given.decision, given.missing.len()),
        (Decision::Allowed, 0)
    );
}

#[test]
fn the_policies_of_caller_and_bucket_are_combined() {
    let mut both = policies(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "s3:GetObject", "Resource": "*"}"#,
    );
    let keys = Keys::parse(r#"{"aws:PrincipalArn": "arn:aws:iam::111122223333:role/ci"}"#).unwrap();
    assert_eq!(
        can(&both, "s3:GetObject", OBJECT, &keys).decision,
        Decision::Allowed
    );
    assert_eq!(
        can(&both, "s3:GetObject", OBJECT, &Keys::default()).decision,
        Decision::ImplicitlyDenied
    );
    both.extend(policies(
        r#"{"Effect": "Deny", "Action": "*", "Resource": "*"}"#,
    ));
    assert_eq!(
        can(&both, "s3:GetObject", OBJECT, &keys).decision,
        Decision::ExplicitlyDenied
    );
}

#[test]
fn assuming_a_role_without_its_trust_policy_is_decided_by_the_caller() {
    let assume = policies(
        r#"{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::111122223333:role/a"}"#,
    );
    let ask = |role: &str| can(&assume, "sts:AssumeRole", role, &Keys::default()).decision;
    assert_eq!(ask("arn:aws:iam::111122223333:role/a"), Decision::Allowed);
    assert_eq!(
        ask("arn:aws:iam::111122223333:role/b"),
        Decision::ImplicitlyDenied
    );
}

#[test]
fn a_trust_policy_does_not_affect_other_actions() {
    let mut role = policies(r#"{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}"#);
    role.extend(policies(
        r#"{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}"#,
    ));
    let key = "arn:aws:kms:us-east-1:111122223333:key/a";
    let answer = can(&role, "kms:Decrypt", key, &Keys::default());
    assert_eq!(answer.decision, Decision::Allowed);
}

#[test]
fn a_resource_of_another_account_is_undetermined_without_its_policy() {
    let send = policies(r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}"#);
    let keys = Keys::parse(r#"{"aws:PrincipalArn": "arn:aws:iam::111122223333:role/ci"}"#).unwrap();
    let ask = |account: &str| {
        let queue = format!("arn:aws:sqs:us-east-1:{account}:q");
        can(&send, "sqs:SendMessage", &queue, &keys).decision
    };
    assert_eq!(ask("111122223333"), Decision::Allowed);
    assert_eq!(ask("999999999999"), Decision::Undetermined);
}

#[test]
fn variables_and_named_callers_are_listed_as_missing_keys() {
    let missing = |statements: &str| {
        can(
            &policies(statements),
            "s3:GetObject",
            OBJECT,
            &Keys::default(),
        )
        .missing
    };
    assert_eq!(
        missing(
            r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::b/${aws:username}/*"}"#
        ),
        ["aws:username"]
    );
    assert_eq!(
        missing(
            r#"{"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "s3:*", "Resource": "*"}"#
        ),
        ["aws:PrincipalArn"]
    );
    assert_eq!(
        missing(
            r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b/${*}"}"#
        ),
        [""; 0]
    );
}

#[test]
fn invalid_contexts_are_refused() {
    for text in ["", "[]", r#"{"a": null}"#, r#"{"a": [{}]}"#] {
        assert!(Keys::parse(text).is_err(), "{text}");
    }
    let json = serde_json::to_value(can(
        &policies(ALLOW),
        "s3:PutObject",
        OBJECT,
        &Keys::default(),
    ))
    .unwrap();
    assert_eq!(json["decision"], "implicitly-denied");
    assert!(json["statement"].is_null());
}

#[test]
fn a_call_that_aws_never_authorizes_is_not_allowed() {
    let all = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
    let ask = |action: &str, resource: &str| {
        let answer = can(&policies(all), action, resource, &Keys::default());
        (answer.decision, answer.why)
    };
    for (action, resource, why) in [
        ("s3:GetObjekt", OBJECT, "did you mean s3:GetObject?"),
        (
            "s3:ListBucket",
            OBJECT,
            "`arn:${Partition}:s3:::${BucketName}`",
        ),
        (
            "kms:Decrypt",
            "arn:aws:kms:us-east-2:111122223333:alias/shop",
            ": use ",
        ),
        (
            "sns:Publish",
            "arn:aws:sqs:us-east-2:111122223333:q",
            ": use ",
        ),
        ("Publish", "*", "no action Publish"),
    ] {
        let (decision, reason) = ask(action, resource);
        assert_eq!(decision, Decision::Undetermined, "{action}: {reason}");
        assert!(reason.contains(why), "{reason}");
    }
    for (action, resource) in [
        ("s3:ListBucket", "arn:aws:s3:::shop"),
        ("s3:listallmybuckets", "*"),
        ("s3:GetObject", "arn:aws:s3:::shop/*"),
        ("kms:Decrypt", "arn:aws:kms:us-east-2:111122223333:key/k"),
        ("ecr:GetAuthorizationToken", "*"),
        // AWS authorizes it on `*`, whatever resource is given.
        ("ecr:GetAuthorizationToken", OBJECT),
        ("payments:get", "*"),
    ] {
        assert_eq!(ask(action, resource).0, Decision::Allowed, "{action}");
    }
}

#[test]
fn identity_providers_assume_roles_by_the_trust_policy() {
    const GITLAB: &str = "arn:aws:iam::123456789012:oidc-provider/gitlab.com";
    const SAML: &str = "arn:aws:iam::123456789012:saml-provider/okta";
    let trust = policies(&format!(
        r#"{{"Effect": "Allow", "Principal": {{"Federated": "{GITLAB}"}}, "Action": "sts:AssumeRoleWithWebIdentity",
             "Condition": {{"StringEquals": {{"gitlab.com:sub": "project_path:acme/shop:ref_type:branch:ref:main"}}}}}},
           {{"Effect": "Allow", "Principal": {{"Federated": "{SAML}"}}, "Action": "sts:AssumeRoleWithSAML"}}"#
    ));
    let role = "arn:aws:iam::123456789012:role/deploy";
    let ask = |action: &str, keys: &str, provider: Option<&str>| {
        let keys = Keys::parse(keys).unwrap();
        super::answer::can(&trust, action, role, &keys, provider)
    };
    let web = "sts:AssumeRoleWithWebIdentity";
    let main = r#"{"gitlab.com:sub": "project_path:acme/shop:ref_type:branch:ref:main"}"#;
    let other = r#"{"gitlab.com:sub": "project_path:acme/other:ref_type:branch:ref:main"}"#;
    assert_eq!(ask(web, main, None).decision, Decision::Allowed);
    assert_eq!(ask(web, other, None).decision, Decision::ImplicitlyDenied);
    let absent = ask(web, "{}", None);
    assert_eq!(absent.decision, Decision::ImplicitlyDenied);
    assert_eq!(absent.missing, ["gitlab.com:sub"]);
    let saml = "sts:AssumeRoleWithSAML";
    assert_eq!(ask(saml, "{}", None).decision, Decision::Allowed);
    assert_eq!(
        ask(saml, "{}", Some(GITLAB)).decision,
        Decision::ImplicitlyDenied
    );
    let none = super::answer::can(&policies(ALLOW), web, role, &Keys::default(), None);
    assert_eq!(none.decision, Decision::ImplicitlyDenied);
}
