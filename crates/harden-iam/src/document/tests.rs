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
fn every_form_is_printed_and_parsed_again() {
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
fn one_value_equals_a_list_of_one() {
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
fn percent_encoded_documents_are_parsed() {
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
fn errors_state_the_problem_and_position() {
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
        ParseError::Document {
            problem: Problem::WrongType { .. },
            ..
        }
    ));
    assert!(matches!(
        error("{}"),
        ParseError::Document {
            problem: Problem::Missing("Statement"),
            ..
        }
    ));
    assert_eq!(
        error(r#"{"Version": "2012-10-18", "Statement": []}"#).to_string(),
        "policy document: Version is `2012-10-18`, not 2012-10-17 or 2008-10-17"
    );
    assert!(matches!(error("{"), ParseError::Json(_)));
}

#[test]
fn a_repeated_key_is_refused() {
    let error = Policy::parse(r#"{"Statement": [], "Statement": []}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "policy has the key `Statement` twice in one object, again at line 1, column 19"
    );
    let nested = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Condition": {
        "Bool": {"a:b": "true", "a:b": "false"}}}}"#;
    let position = Policy::parse(nested).unwrap_err().position().unwrap();
    assert_eq!((position.line, position.column), (2, 33));
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
fn a_built_statement_is_printed() {
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

#[test]
fn all_parts_have_positions() {
    let policy = Policy::parse(FULL).unwrap();
    let at = |statement: usize, part| {
        let position = policy.statements()[statement].position_of(part).unwrap();
        (position.line, position.column)
    };
    let lines: Vec<&str> = FULL.lines().collect();
    let place = |needle: &str, skip: usize| {
        let (line, at) = lines
            .iter()
            .enumerate()
            .filter_map(|(line, text)| Some((line, text.find(needle)?)))
            .next()
            .unwrap();
        let column = lines[line][..at].chars().count() + 1 + skip;
        (
            u32::try_from(line).unwrap() + 1,
            u32::try_from(column).unwrap(),
        )
    };
    assert_eq!(at(0, Part::Sid), place(r#""One""#, 0));
    assert_eq!(at(0, Part::Effect), place(r#""Allow""#, 0));
    assert_eq!(at(0, Part::Aws(1)), place(r#""arn:aws:iam"#, 0));
    assert_eq!(at(0, Part::Service(0)), place(r#""sns.amazonaws.com""#, 0));
    assert_eq!(at(0, Part::Action(0)), place(r#""sns:Publish""#, 0));
    assert_eq!(at(0, Part::Operator(0)), place(r#""NumericLessThan""#, 0));
    assert_eq!(at(0, Part::Key(1)), place(r#""x:y""#, 0));
    assert_eq!(at(0, Part::Value(1, 1)), place(r#""2"]"#, 0));
    assert_eq!(at(0, Part::Value(2, 0)), place("true}}", 0));
    assert_eq!(at(1, Part::Resource(1)), place(r#""b"]"#, 0));
    assert_eq!(
        at(1, Part::Action(7)),
        place(r#"{"Effect": "Deny""#, 0),
        "no such part"
    );
    assert_eq!(
        Statement::allow_service("s", "a", ["b"], "c").position(),
        None
    );
}

#[test]
fn columns_are_characters() {
    let policy = Policy::parse(r#"{"Id": "é𝄞", "Statement": []}"#);
    assert!(policy.is_ok());
    let error = Policy::parse(r#"{"Id": "é𝄞", "Statement": 1}"#).unwrap_err();
    assert_eq!(error.position().unwrap().column, 27);
}

#[test]
fn long_and_deep_texts_are_refused() {
    let long = " ".repeat(Policy::MAX_LENGTH + 1);
    assert!(matches!(
        Policy::parse(&long),
        Err(ParseError::TooLong { .. })
    ));
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let deep = format!(r#"{{"Statement": {deep}}}"#);
    assert!(matches!(
        Policy::parse(&deep),
        Err(ParseError::TooDeep { .. })
    ));
    let deeper = "[".repeat(100_000);
    assert!(matches!(Policy::parse(&deeper), Err(ParseError::Json(_))));
    let values: Vec<String> = (0..20_000).map(|i| format!("{i}")).collect();
    let wide = format!(
        r#"{{"Statement": {{"Effect": "Allow", "Action": "*", "Condition": {{"StringEquals": {{"a:b": {values:?}}}}}}}}}"#
    );
    let policy = Policy::parse(&wide).unwrap();
    assert_eq!(
        policy.statements()[0].conditions()[0].values().len(),
        20_000
    );
}

#[test]
fn numbers_are_not_changed() {
    let text = r#"{"Statement": {"Effect": "Allow", "Action": "*",
        "Condition": {"NumericEquals": {"a:b": [1.0, 12345678901234567890123, 1e3]}}}}"#;
    let policy = Policy::parse(text).unwrap();
    let values = policy.statements()[0].conditions()[0].values();
    assert_eq!(values, ["1.0", "12345678901234567890123", "1e3"]);
}
