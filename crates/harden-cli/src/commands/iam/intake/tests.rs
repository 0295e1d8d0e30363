//! Which documents a text holds.

use std::path::Path;

use harden_iam::Part;
use harden_iam::lint::PolicyType;

use super::*;

fn one(text: &str) -> Document<'_> {
    let mut all = documents(text).unwrap();
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

fn at(line: u32, column: u32) -> Position {
    Position { line, column }
}

const ROLE: &str = r#"{
  "Role": {
    "RoleName": "deploy",
    "AssumeRolePolicyDocument": {
      "Version": "2012-10-17",
      "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole"}]
    }
  }
}"#;

#[test]
fn a_text_with_one_policy_is_one_document() {
    for text in [
        r#"{"Version": "2012-10-17", "Statement": []}"#,
        "%7B%22Statement%22%3A%5B%5D%7D",
        r#" "{\"Statement\": []}""#,
    ] {
        let document = one(text);
        assert_eq!(document.policy().unwrap().statements().len(), 0, "{text}");
        assert_eq!((document.name, document.policy_type), (None, None));
    }
}

#[test]
fn policies_in_cli_output_have_positions_in_the_file() {
    let document = one(ROLE);
    assert_eq!(document.name.as_deref(), Some("role deploy"));
    assert_eq!(document.policy_type, Some(PolicyType::Trust));
    let policy = document.policy().unwrap();
    assert_eq!(policy.statements()[0].position(), Some(at(6, 21)));
    let action = policy.statements()[0].position_of(Part::Action(0));
    assert_eq!(action, Some(at(7, 19)));
    assert_eq!(document.position_in_text(at(7, 19)), at(7, 19));
    // What is wrong with it has its place there too.
    let broken = ROLE.replace("\"Action\"", "\"Actoin\"");
    let error = one(&broken).policy().unwrap_err();
    assert_eq!(error.position(), Some(at(7, 9)), "{error}");
    let twice = ROLE.replace("\"Action\"", "\"Effect\"");
    let error = one(&twice).policy().unwrap_err();
    assert!(error.to_string().contains("line 7, column 9"), "{error}");
}

#[test]
fn findings_in_an_encoded_policy_are_at_its_string() {
    let text = "{\"Role\": {\"RoleName\": \"x\",\n \"AssumeRolePolicyDocument\": \"%7B%22Statement%22%3A%20%7B%22Effect%22%3A%20%22Allow%22%2C%20%22Principal%22%3A%20%22%2A%22%2C%20%22Action%22%3A%20%22sts%3AAssumeRole%22%7D%7D\"}}";
    let document = one(text);
    let policy = document.policy().unwrap();
    let place = policy.statements()[0].position().unwrap();
    assert_eq!(document.position_in_text(place), at(2, 30));
}

#[test]
fn versions_and_policies_are_named() {
    let version = r#"{"PolicyVersion": {"Document": {"Statement": []}, "VersionId": "v3", "IsDefaultVersion": false}}"#;
    let document = one(version);
    assert_eq!(document.name.as_deref(), Some("version v3"));
    assert_eq!(document.policy_type, Some(PolicyType::Identity));
    let inline =
        r#"{"RoleName": "deploy", "PolicyName": "push", "PolicyDocument": {"Statement": []}}"#;
    assert_eq!(
        one(inline).name.as_deref(),
        Some("role deploy, policy push")
    );
    let bucket = r#"{"Policy": "{\"Statement\": []}"}"#;
    assert_eq!(one(bucket).policy_type, None);
    let organizations =
        r#"{"Policy": {"PolicySummary": {"Name": "x"}, "Content": "{\"Statement\": []}"}}"#;
    assert!(one(organizations).policy().is_ok());
    let inside = r#"{"Policy": {"Version": "2012-10-17", "Statement": []}}"#;
    assert!(one(inside).policy().is_ok());
}

#[test]
fn the_policies_of_a_whole_account_are_found() {
    let text = r#"{"RoleDetailList": [{"RoleName": "a", "AssumeRolePolicyDocument": {"Statement": []},
        "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": {"Statement": []}}]}],
      "Policies": [{"PolicyName": "m", "PolicyVersionList": [
        {"VersionId": "v2", "IsDefaultVersion": true, "Document": {"Statement": []}},
        {"VersionId": "v1", "IsDefaultVersion": false, "Document": {"Statement": []}}]}]}"#;
    let all = documents(text).unwrap();
    let names: Vec<&str> = all.iter().filter_map(|one| one.name.as_deref()).collect();
    assert_eq!(
        names,
        ["role a", "role a, policy p", "policy m, version v2"]
    );
}

#[test]
fn other_formats_are_recognized() {
    let error = |text: &str| documents(text).unwrap_err();
    assert_eq!(error(" \n"), IntakeError::Empty);
    let terraform = "# the role\n\n  resource \"aws_iam_role\" \"x\" {\n}\n";
    let position = at(3, 3);
    assert_eq!(error(terraform), IntakeError::Terraform { position });
    assert_eq!(
        error(r#"{"format_version": "1.2", "terraform_version": "1.9", "planned_values": {}}"#),
        IntakeError::TerraformPlan
    );
    for template in [
        r#"{"Resources": {"R": {"Type": "AWS::IAM::Role"}}}"#,
        "AWSTemplateFormatVersion: 2010-09-09\n",
    ] {
        assert_eq!(error(template), IntakeError::Template);
    }
    let position = Position::START;
    assert_eq!(
        error(r#"{"resource": {"aws_iam_role": {}}}"#),
        IntakeError::Terraform { position }
    );
    let described = r#"{"Policy": {"PolicyName": "x", "Arn": "arn:aws:iam::aws:policy/x"}}"#;
    assert_eq!(error(described), IntakeError::NoDocument);
    for told in [
        IntakeError::Empty,
        IntakeError::Terraform { position },
        IntakeError::NoDocument,
    ] {
        assert!(!told.help().is_empty());
    }
}

#[test]
fn broken_documents_are_parse_errors() {
    for text in [
        "{",
        "[1]",
        "no json",
        "%7",
        r#"{"Statment": []}"#,
        r#"{"PolicyDocument": {"Statment": []}}"#,
        r#""{\"Statment\": []}""#,
    ] {
        let error = one(text).policy().unwrap_err();
        assert!(!error.to_string().is_empty());
    }
    // Nothing is looked for deeper than answers are.
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    assert!(one(&deep).policy().is_err());
}

#[test]
fn the_fuzz_corpus_keeps_its_properties() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/documents");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        // The fuzz target receives only valid UTF-8.
        if let Ok(text) = std::str::from_utf8(&bytes) {
            properties::check(text);
            count += 1;
        }
    }
    assert!(count >= 10, "{count} inputs");
}
