//! Input that is not a policy: exit code 2, and what to do about it.

use super::{Folder, GUIDE, trust_of};

fn refused(folder: &Folder, args: &[&str]) -> String {
    let error = folder.run(args).exits(2).stderr();
    assert!(error.starts_with("error: "), "{error}");
    assert!(!error.contains("panicked"), "{error}");
    error
}

#[test]
fn other_formats_are_named_in_the_error() {
    let folder = Folder::with(&[
        (
            "role.tf",
            "# the role\nresource \"aws_iam_role\" \"deploy\" {\n}\n",
        ),
        (
            "plan.json",
            r#"{"format_version": "1.2", "planned_values": {}}"#,
        ),
        ("stack.yml", "AWSTemplateFormatVersion: 2010-09-09\n"),
        (
            "policy.json",
            r#"{"Policy": {"PolicyName": "x", "Arn": "arn:aws:iam::aws:policy/x"}}"#,
        ),
        ("empty.json", "\n"),
    ]);
    for command in ["lint", "trust"] {
        for (file, parts) in [
            (
                "role.tf",
                [
                    "is Terraform source (recognized at line 2, column 1)",
                    "help: check the policies that Terraform renders",
                ],
            ),
            (
                "plan.json",
                ["is a Terraform plan", "help: check the policies"],
            ),
            ("stack.yml", ["is an AWS CloudFormation template", "help: "]),
            (
                "policy.json",
                ["contains no policy document", "get-policy-version"],
            ),
            ("empty.json", ["is empty", "help: "]),
        ] {
            let error = refused(&folder, &[command, file]);
            for part in parts {
                assert!(error.contains(part), "no {part:?} in {error}");
            }
            assert!(error.contains(file), "{error}");
        }
    }
    refused(
        &folder,
        &[
            "can",
            "role.tf",
            "--action",
            "s3:GetObject",
            "--resource",
            "*",
        ],
    );
}

#[test]
fn unreadable_files_are_errors() {
    let folder = Folder::with(&[("sub/a.json", GUIDE)]);
    std::fs::write(folder.path().join("utf16.json"), b"\xff\xfe{\0}\0").unwrap();
    let error = refused(&folder, &["lint", "not-there.json"]);
    assert!(error.contains("could not read not-there.json"), "{error}");
    assert!(refused(&folder, &["trust", "sub"]).contains("it is a folder"));
    assert!(refused(&folder, &["lint", "utf16.json"]).contains("not valid UTF-8 at byte 0"));
    assert!(refused(&folder, &["lint", "-", "-"]).contains("`-` is given twice"));
    let error = refused(
        &folder,
        &["lint", "sub/a.json", "--output", "json=none/a.json"],
    );
    assert!(error.contains("could not write none/a.json"), "{error}");
}

#[test]
fn broken_policies_are_errors_at_their_line() {
    let broken = trust_of("*").replace("\"Effect\": \"Allow\"", "\"Effect\": \"Alow\"");
    let folder = Folder::with(&[
        ("trust.json", broken.as_str()),
        ("json.json", "{\"Statement\": [\n}"),
        ("deploy.json", GUIDE),
        ("good.json", &trust_of("repo:acme/shop:ref:refs/heads/main")),
    ]);
    let error = refused(&folder, &["trust", "trust.json"]);
    for part in [
        "trust.json:6:17",
        "`Alow`, not Allow or Deny",
        "\"Effect\": \"Alow\"",
    ] {
        assert!(error.contains(part), "no {part:?} in {error}");
    }
    let can = ["--action", "s3:GetObject", "--resource", "*"];
    let error = refused(&folder, &[&["can", "json.json"], &can[..]].concat());
    assert!(error.contains("json.json:2:1"), "{error}");
    let error = refused(&folder, &["trust", "good.json", "deploy.json"]);
    assert!(
        error.contains("deploy.json contains no trust policy"),
        "{error}"
    );
}

#[test]
fn invalid_claims_and_contexts_are_errors() {
    let folder = Folder::with(&[
        (
            "trust.json",
            trust_of("repo:acme/shop:ref:refs/heads/main").as_str(),
        ),
        (
            "token",
            "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl\n",
        ),
        ("list.json", "[]"),
        ("broken.json", "{\n\"sub\" 1}"),
        ("gitlab.json", r#"{"iss": "https://gitlab.com"}"#),
        ("deep.json", r#"{"aws:SourceIp": {"a": 1}}"#),
    ]);
    let error = refused(&folder, &["trust", "trust.json", "--claims", "token"]);
    assert!(error.contains("is a token, not its claims"), "{error}");
    assert!(!error.contains("eyJ"), "a token is a credential: {error}");
    for (file, part) in [
        ("list.json", "not a JSON object"),
        ("broken.json", "line 2 column 7"),
        (
            "gitlab.json",
            "`https://gitlab.com` is not an issuer of GitHub",
        ),
        ("not-there.json", "could not read"),
    ] {
        let error = refused(&folder, &["trust", "trust.json", "--claims", file]);
        assert!(error.contains(part) && error.contains(file), "{error}");
    }
    for (file, part) in [
        ("list.json", "not a JSON object"),
        ("broken.json", "line 2 column 7"),
        ("deep.json", "context key `aws:SourceIp`"),
    ] {
        let args = [
            "can",
            "trust.json",
            "--action=s3:GetObject",
            "--resource=*",
            "--context",
            file,
        ];
        let error = refused(&folder, &args);
        assert!(error.contains(part) && error.contains(file), "{error}");
    }
}

#[test]
fn wrong_usage_is_an_error() {
    let folder = Folder::with(&[("a.json", GUIDE)]);
    for args in [
        &["lint"][..],
        &["trust"],
        &["can", "a.json"],
        &["can", "a.json", "--action", "s3:*", "--resource", "*"],
        &[
            "can",
            "a.json",
            "--action",
            "s3:GetObject",
            "--resource",
            "site",
        ],
        &["lint", "a.json", "--deployment", "kubernetes"],
        &["lint", "a.json", "--output", "markdown=x"],
        &["lint", "a.json", "--fail-on", "info"],
    ] {
        let error = refused(&folder, args);
        assert!(error.contains("--help"), "{args:?}: {error}");
    }
}
