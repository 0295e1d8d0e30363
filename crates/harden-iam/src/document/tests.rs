use super::*;
use crate::error::Problem;

const FULL: &str = r#"{
    "Version": "2012-10-17", "Id": "id",
    "Statement": [
        {"Sid": "One", "Effect": "Allow", "Principal": {"AWS": ["123456789012", "arn:aws:iam::123456789012:root"],
            "Service": "sns.amazonaws.com", "Federated": "accounts.google.com", "CanonicalUser": ["c1"]},
         "Action": ["sns:Publish"], "Resource": "*",
         "Condition": {"NumericLessThan": {"s3:max-keys": 10, "x:y": [1.5, "2"]}, "Bool": {"aws:SecureTransport": true}}},
        {"Effect": "Deny", "NotPrincipal": "*", "NotAction": "sns:*", "NotResource": ["a", "b"]},
        {"Sid": "", "Effect": "Allow", "Action": []}
    ]}"#;

fn problem(statement: &str) -> String {
    Policy::parse(&format!(
        r#"{{"Statement": [{{"Effect": "Allow", "Action": "*"}}, {statement}]}}"#
    ))
    .unwrap_err()
    .to_string()
}

#[test]
fn every_shape_survives_printing() {
    let policy = Policy::parse(FULL).unwrap();
    assert_eq!(policy.version(), Version::V2012);
    assert_eq!(policy.id(), Some("id"));
    for printed in [
        format!("{policy}"),
        format!("{policy:#}"),
        serde_json::to_string(&policy).unwrap(),
    ] {
        assert_eq!(Policy::parse(&printed).unwrap(), policy);
    }
    let first = &policy.statements()[0];
    assert_eq!(first.conditions()[0].values(), ["10"]);
    assert_eq!(first.conditions()[1].values(), ["1.5", "2"]);
    assert_eq!(first.conditions()[2].values(), ["true"]);
    assert_eq!(policy.statements()[2].sid(), None, "an empty Sid is none");
    assert!(
        policy
            .to_string()
            .contains(r#"{"Sid":"","Effect":"Allow","Action":[]}"#)
    );
}

#[test]
fn one_value_is_a_list_of_one() {
    let one = r#"{"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "a:b", "Resource": "r"}}"#;
    let list = r#"{"Statement": [{"Resource": ["r"], "Action": ["a:b"], "Principal": {"AWS": ["*"]}, "Effect": "Allow"}]}"#;
    assert_eq!(Policy::parse(one).unwrap(), Policy::parse(list).unwrap());
    assert_eq!(
        Policy::parse(one).unwrap().version(),
        Version::V2008,
        "the default of the language"
    );
}

#[test]
fn percent_encoded() {
    let encoded = "%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22s3%3AGet%2a%22%7D%5D%7D";
    let policy = Policy::parse(encoded).unwrap();
    assert_eq!(
        *policy.statements()[0].actions(),
        Selector::Only(vec!["s3:Get*".to_owned()])
    );
    assert!(matches!(Policy::parse("%7B%2"), Err(ParseError::Encoding)));
    assert!(matches!(Policy::parse("%ff"), Err(ParseError::Encoding)));
    let plain = r#"{"Statement": [], "Id": "100%25"}"#;
    assert_eq!(
        Policy::parse(plain).unwrap().id(),
        Some("100%25"),
        "plain JSON is left alone"
    );
}

#[test]
fn errors_say_what_and_where() {
    assert_eq!(
        problem("[]"),
        "policy statement 1: the statement is not an object"
    );
    assert_eq!(
        problem(r#"{"Action": "*", "Sid": "S"}"#),
        "policy statement 1 (S): has no Effect"
    );
    assert_eq!(
        problem(r#"{"Effect": "Allow"}"#),
        "policy statement 1: has no Action or NotAction"
    );
    assert_eq!(
        problem(r#"{"Effect": "allow", "Action": "*"}"#),
        "policy statement 1: Effect is `allow`, not Allow or Deny"
    );
    assert_eq!(
        problem(r#"{"Effect": "Allow", "Action": "*", "NotAction": "*"}"#),
        "policy statement 1: has both Action and NotAction"
    );
    assert_eq!(
        problem(r#"{"Effect": "Allow", "Action": "*", "principal": "*"}"#),
        "policy statement 1: has an unknown element `principal`"
    );
    assert_eq!(
        problem(r#"{"Effect": "Allow", "Action": [1]}"#),
        "policy statement 1: Action is not a string or a list of strings"
    );
    assert!(
        problem(r#"{"Effect": "Allow", "Action": "*", "Principal": "me"}"#)
            .contains("Principal is `me`")
    );
    assert!(
        problem(r#"{"Effect": "Allow", "Action": "*", "Principal": {"Aws": "*"}}"#)
            .contains("Principal.Aws")
    );
    assert!(
        problem(r#"{"Effect": "Allow", "Action": "*", "Condition": {"Bool": {"k": {}}}}"#)
            .contains("Condition.Bool.k is not a string, a number")
    );
    let error = |text| Policy::parse(text).unwrap_err();
    assert!(matches!(
        error("[]"),
        ParseError::Document(Problem::WrongType { .. })
    ));
    assert!(matches!(
        error("{}"),
        ParseError::Document(Problem::Missing("Statement"))
    ));
    assert_eq!(
        error(r#"{"Version": "2012-10-18", "Statement": []}"#).to_string(),
        "policy document: Version is `2012-10-18`, not 2012-10-17 or 2008-10-17"
    );
    assert!(matches!(error("{"), ParseError::Json(_)));
}

#[test]
fn a_key_twice_is_refused() {
    let error = Policy::parse(r#"{"Statement": [], "Statement": []}"#).unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("key `Statement` twice"), "{source}");
}

#[test]
fn with_statement_keeps_the_rest() {
    let policy = Policy::parse(FULL).unwrap();
    let new = Statement::allow_service("One", "budgets.amazonaws.com", ["sns:Publish"], "t")
        .from_account("123456789012")
        .from_source("arn:aws:budgets::123456789012:*");
    let replaced = policy.with_statement(new.clone());
    assert_eq!(replaced.statements()[0], new);
    assert_eq!(replaced.statements()[1..], policy.statements()[1..]);
    assert_eq!(
        (replaced.version(), replaced.id()),
        (policy.version(), policy.id())
    );

    let appended = policy.with_statement(new.clone().with_sid("Other"));
    assert_eq!(appended.statements()[..3], *policy.statements());
    assert_eq!(appended.statements().len(), 4);
    let nameless = policy.with_statement(new.with_sid(""));
    assert_eq!(
        nameless.statements().len(),
        4,
        "an empty Sid replaces nothing"
    );
}

#[test]
fn built_statement_prints() {
    let statement = Statement::allow_service("B", "budgets.amazonaws.com", ["sns:Publish"], "t")
        .from_account("111111111111")
        .from_source("arn:aws:budgets::123456789012:*")
        .from_account("123456789012")
        .with_condition("StringEquals", "aws:SourceOrgID", ["o-1", "o-2"]);
    assert_eq!(
        serde_json::to_string(&statement).unwrap(),
        concat!(
            r#"{"Sid":"B","Effect":"Allow","Principal":{"Service":"budgets.amazonaws.com"},"#,
            r#""Action":"sns:Publish","Resource":"t","Condition":{"StringEquals":"#,
            r#"{"aws:SourceAccount":"123456789012","aws:SourceOrgID":["o-1","o-2"]},"#,
            r#""ArnLike":{"aws:SourceArn":"arn:aws:budgets::123456789012:*"}}}"#
        )
    );
    let policy = Policy::new().with_statement(statement);
    assert_eq!(Policy::parse(&policy.to_string()).unwrap(), policy);
}
