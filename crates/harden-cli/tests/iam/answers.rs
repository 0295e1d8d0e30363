//! Output of the AWS CLI as a FILE.

use super::{Folder, GUIDE, told, trust_of};
use serde_json::{Value, json};

/// As `aws iam get-role` prints it: pretty, the policy as an object.
fn role(subject: &str) -> String {
    let policy: Value = serde_json::from_str(&trust_of(subject)).unwrap();
    let role = json!({"Role": {"Path": "/", "RoleName": "deploy", "AssumeRolePolicyDocument": policy,
        "MaxSessionDuration": 3600}});
    serde_json::to_string_pretty(&role).unwrap()
}

/// As the API answers.
fn encoded(text: &str) -> String {
    let byte = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(b).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}

#[test]
fn get_role_output_is_read() {
    let folder = Folder::with(&[("role.json", &role("repo:acme/*"))]);
    let document = folder
        .run(&["trust", "role.json", "--format", "json"])
        .exits(1)
        .json("iam-trust-1");
    assert_eq!(document["grade"], "organization");
    assert_eq!(document["document"], "role deploy");
    let line = usize::try_from(document["line"].as_u64().unwrap()).unwrap();
    let file = folder.read("role.json");
    let line = file.lines().nth(line - 1).unwrap();
    let column = usize::try_from(document["column"].as_u64().unwrap()).unwrap();
    assert!(line[column - 1..].starts_with("\"repo:acme/*\""), "{line}");

    let text = folder.run(&["trust", "role.json"]).exits(1).stdout();
    assert!(
        text.contains("role.json (role deploy): organization"),
        "{text}"
    );
}

#[test]
fn an_encoded_role_is_read() {
    let text = encoded(&trust_of("repo:acme/*"));
    let answer = format!(
        "{{\n \"Role\": {{\"RoleName\": \"deploy\", \"AssumeRolePolicyDocument\": \"{text}\"}}}}"
    );
    let folder = Folder::with(&[("role.json", &answer), ("encoded", &text)]);
    for (file, place) in [("role.json", (2, 61)), ("encoded", (1, 1))] {
        let document = folder
            .run(&["trust", file, "--format", "json"])
            .exits(1)
            .json("iam-trust-1");
        assert_eq!(document["grade"], "organization");
        assert_eq!(document["value"], "repo:acme/*");
        let found = [&document["line"], &document["findings"][0]["line"]];
        assert_eq!(found, [&json!(place.0), &json!(place.0)], "{file}");
        assert_eq!(document["column"], json!(place.1));
        folder.run(&["trust", file]).exits(1);
        folder.run(&["lint", file, "--format", "sarif"]).exits(1);
    }
}

#[test]
fn a_policy_version_is_read_from_standard_input() {
    let policy: Value = serde_json::from_str(GUIDE).unwrap();
    let version =
        json!({"PolicyVersion": {"Document": policy, "VersionId": "v3", "IsDefaultVersion": true}});
    let folder = Folder::with(&[]);
    let run = folder.run_with_stdin(&["lint", "-", "--format", "json"], &version.to_string());
    let document = run.exits(1).json("iam-lint-1");
    assert_eq!(told(&document).len(), 13, "{document:#}");
    assert_eq!(document["findings"][0]["file"], "<stdin>");
    assert_eq!(document["documents"][0]["document"], "version v3");
    // a line of kilobytes is not shown, its place is
    let run = folder.run_with_stdin(&["lint", "-"], &version.to_string());
    let text = run.exits(1).stdout();
    assert!(text.contains("--> <stdin>:1:"), "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() < 400),
        "{text}"
    );
}

#[test]
fn the_policies_of_an_account_are_read() {
    let trust: Value = serde_json::from_str(&trust_of("repo:acme/shop:*")).unwrap();
    let policy: Value = serde_json::from_str(GUIDE).unwrap();
    let account = json!({"RoleDetailList": [
        {"RoleName": "deploy", "AssumeRolePolicyDocument": trust,
         "RolePolicyList": [{"PolicyName": "push", "PolicyDocument": policy}]}]});
    // The file does not state which policies belong to one role: no deployment is compared.
    let text = serde_json::to_string_pretty(&account).unwrap();
    let folder = Folder::with(&[("account.json", &text)]);
    let document = folder
        .run(&["lint", "account.json", "--format", "json"])
        .exits(1)
        .json("iam-lint-1");
    let names: Vec<&Value> = document["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["document"])
        .collect();
    assert_eq!(names, ["role deploy", "role deploy, policy push"]);
    assert_eq!(document["documents"][1]["deployments"], json!([]));
    let role = ["lint", "account.json", "--role", "--format", "json"];
    let document = folder.run(&role).exits(1).json("iam-lint-1");
    assert_eq!(document["documents"][1]["deployments"], json!(["ecs"]));
    // `trust` ignores identity policies.
    let document = folder
        .run(&["trust", "account.json", "--format", "json"])
        .exits(1)
        .json("iam-trust-1");
    assert_eq!(document["documents"].as_array().unwrap().len(), 1);
}
