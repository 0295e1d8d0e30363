use super::*;
use crate::request::{Context, Principal};

const TOPIC: &str = "arn:aws:sns:us-east-2:392853978631:alerts";

fn policy(statements: &str) -> Policy {
    Policy::parse(&format!(
        r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#
    ))
    .unwrap()
}

fn decide(statements: &str, caller: Principal, context: Context) -> Decision {
    policy(statements).evaluate(&Request::new(caller, "sns:Publish", TOPIC, context))
}

/// A statement about everything, with this effect and principal element.
fn who(effect: &str, element: &str, principal: &str) -> String {
    format!(r#"{{"Effect": "{effect}", "{element}": {principal}, "Action": "*", "Resource": "*"}}"#)
}

fn admits(principal: &str, caller: &Principal) -> Decision {
    decide(
        &who("Allow", "Principal", principal),
        caller.clone(),
        Context::absent_otherwise(),
    )
}

fn spares(not_principal: &str, caller: &Principal) -> Decision {
    let statements = [
        who("Allow", "Principal", "\"*\""),
        who("Deny", "NotPrincipal", not_principal),
    ];
    decide(
        &statements.join(","),
        caller.clone(),
        Context::absent_otherwise(),
    )
}

#[test]
fn everyone_includes_every_caller() {
    let callers = [
        Principal::service("cloudwatch.amazonaws.com"),
        Principal::account("123456789012"),
        Principal::arn("arn:aws:iam::123456789012:user/ann"),
        Principal::Anonymous,
    ];
    for caller in &callers {
        for everyone in [
            r#""*""#,
            r#"{"AWS": "*"}"#,
            r#"{"AWS": ["123456789012", "*"]}"#,
        ] {
            assert!(
                admits(everyone, caller).is_allowed(),
                "{everyone} {caller:?}"
            );
        }
        assert!(admits("{}", caller).is_denied());
    }
}

#[test]
fn accounts_users_roles_and_sessions_are_matched() {
    let user = Principal::arn("arn:aws:iam::123456789012:user/team/ann");
    let role = Principal::arn("arn:aws:iam::123456789012:role/team/deploy");
    let session = Principal::arn("arn:aws:sts::123456789012:assumed-role/deploy/ci");
    let root = Principal::arn("arn:aws:iam::123456789012:root");
    assert_eq!(root, Principal::account("123456789012"));
    for account in [
        r#"{"AWS": "123456789012"}"#,
        r#"{"AWS": "arn:aws:iam::123456789012:root"}"#,
    ] {
        for caller in [&user, &role, &session, &root] {
            assert!(admits(account, caller).is_allowed());
        }
        assert!(admits(account, &Principal::account("999999999999")).is_denied());
        assert!(admits(account, &Principal::service("sns.amazonaws.com")).is_denied());
    }
    let by_role = r#"{"AWS": "arn:aws:iam::123456789012:role/team/deploy"}"#;
    assert!(admits(by_role, &role).is_allowed() && admits(by_role, &session).is_allowed());
    assert!(admits(by_role, &user).is_denied() && admits(by_role, &root).is_denied());
    let by_session = r#"{"AWS": "arn:aws:sts::123456789012:assumed-role/deploy/ci"}"#;
    assert!(admits(by_session, &session).is_allowed());
    assert!(
        matches!(admits(by_session, &role), Decision::Undetermined { key, .. } if key == "Principal")
    );
    let other = Principal::arn("arn:aws:sts::123456789012:assumed-role/deploy/other");
    assert!(admits(by_session, &other).is_denied());
    let elsewhere = Principal::arn("arn:aws:sts::999999999999:assumed-role/deploy/ci");
    assert!(admits(by_role, &elsewhere).is_denied());
    let canonical = r#"{"CanonicalUser": "abc"}"#;
    assert!(matches!(
        admits(canonical, &user),
        Decision::Undetermined { .. }
    ));
    assert!(admits(canonical, &Principal::Anonymous).is_denied());
    assert!(admits(r#"{"AWS": "AIDAEXAMPLE"}"#, &user).is_denied());
}

#[test]
fn services_are_matched() {
    let budgets = Principal::service("budgets.amazonaws.com");
    assert!(
        admits(
            r#"{"Service": ["x.amazonaws.com", "budgets.amazonaws.com"]}"#,
            &budgets
        )
        .is_allowed()
    );
    assert!(admits(r#"{"Service": "*"}"#, &budgets).is_allowed());
    assert!(admits(r#"{"Service": "*"}"#, &Principal::Anonymous).is_denied());
    assert!(admits(r#"{"AWS": "budgets.amazonaws.com"}"#, &budgets).is_denied());
    assert!(admits(r#"{"Federated": "budgets.amazonaws.com"}"#, &budgets).is_denied());
}

#[test]
fn not_principal_exempts_callers() {
    let user = Principal::arn("arn:aws:iam::123456789012:user/ann");
    assert!(spares(r#"{"AWS": "arn:aws:iam::123456789012:user/ann"}"#, &user).is_allowed());
    assert!(spares(r#"{"AWS": "arn:aws:iam::123456789012:user/bob"}"#, &user).is_denied());
    assert!(spares(r#""*""#, &user).is_allowed());
    let account = r#"{"AWS": "123456789012"}"#;
    assert!(spares(account, &Principal::account("123456789012")).is_allowed());
    assert!(spares(account, &Principal::Anonymous).is_denied());
    assert!(
        matches!(spares(account, &user), Decision::Undetermined { key, .. } if key == "NotPrincipal")
    );
    let service = Principal::service("budgets.amazonaws.com");
    assert!(spares(r#"{"Service": "budgets.amazonaws.com"}"#, &service).is_allowed());
    assert!(spares(account, &service).is_denied());
}

#[test]
fn a_statement_without_principal_includes_no_one() {
    let statement = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
    assert!(decide(statement, Principal::Anonymous, Context::absent_otherwise()).is_denied());
}

#[test]
fn actions_and_resources_are_matched() {
    let with = |rest: &str| {
        let statement = format!(r#"{{"Effect": "Allow", "Principal": "*", {rest}}}"#);
        decide(
            &statement,
            Principal::account("1"),
            Context::absent_otherwise(),
        )
        .is_allowed()
    };
    assert!(
        with(r#""Action": "SNS:pub*""#),
        "a trust policy has no Resource"
    );
    assert!(!with(r#""NotAction": "sns:publish""#));
    assert!(with(r#""NotAction": ["sns:Subscribe"]"#));
    assert!(with(
        r#""Action": "*", "Resource": ["x", "arn:aws:sns:*:392853978631:*"]"#
    ));
    assert!(!with(
        r#""Action": "*", "NotResource": "arn:aws:sns:*:392853978631:*""#
    ));
    assert!(with(
        r#""Action": "*", "NotResource": "arn:aws:sns:*:*:other""#
    ));
    assert!(!with(
        r#""Action": "*", "Resource": "arn:aws:sns:us-east-2:392853978631:Alerts""#
    ));
    assert!(!with(r#""Action": "*", "Resource": []"#));
}

#[test]
fn variables_in_resources_are_replaced() {
    let statement = r#"{"Effect": "Allow", "Principal": "*", "Action": "*",
        "Resource": "arn:aws:sns:us-east-2:392853978631:${aws:username}"}"#;
    let with = |context| decide(statement, Principal::account("1"), context);
    assert!(with(Context::absent_otherwise().with("aws:username", "alerts")).is_allowed());
    assert!(with(Context::absent_otherwise().with("aws:username", "*")).is_denied());
    assert!(with(Context::absent_otherwise()).is_denied());
    let undetermined = with(Context::absent_otherwise().with_unknown("AWS:UserName"));
    assert!(matches!(undetermined, Decision::Undetermined { key, .. } if key == "aws:username"));
    let old = policy(statement).to_string().replace("2012", "2008");
    let request = Request::new(
        Principal::account("1"),
        "sns:Publish",
        "arn:aws:sns:us-east-2:392853978631:${aws:username}",
        Context::absent_otherwise(),
    );
    assert!(
        Policy::parse(&old).unwrap().evaluate(&request).is_allowed(),
        "2008: plain text"
    );
}

mod decisions;
