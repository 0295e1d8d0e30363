//! Tests of `iam lint`.

use super::{Folder, GUIDE, told, trust_of};
use serde_json::Value;

#[test]
fn the_guides_policy_has_exactly_its_findings() {
    let folder = Folder::with(&[("deploy.json", GUIDE)]);
    let run = folder.run(&["lint", "deploy.json", "--format", "json"]);
    let document = run.exits(1).json("iam-lint-1");
    let mut found = told(&document);
    found.sort();
    let mut wanted = [
        "resource-unsupported ecr:GetAuthorizationToken 0",
        "condition-key-unsupported ecs:DescribeTaskDefinition 1",
        "condition-key-unsupported ecs:RegisterTaskDefinition 1",
        "pass-role-missing iam:PassRole -",
        "wildcard-resource ecs:RegisterTaskDefinition 1",
        "action-surplus logs:CreateLogGroup 2",
        "action-surplus logs:CreateLogStream 2",
        "action-surplus logs:PutLogEvents 2",
        "action-surplus ecr:GetDownloadUrlForLayer 0",
        "runs-any-code iam:PassRole -",
        "arn-operator - 1",
        "sid-missing - 0",
        "trust-missing - -",
    ];
    wanted.sort_unstable();
    assert_eq!(found, wanted);

    // each is where it stands in the file
    let lines: Vec<&str> = GUIDE.lines().collect();
    for finding in document["findings"].as_array().unwrap() {
        let (Some(line), Some(column)) = (finding["line"].as_u64(), finding["column"].as_u64())
        else {
            assert!(finding["statement"].is_null(), "{finding}");
            continue;
        };
        let at = |n: u64| usize::try_from(n - 1).unwrap();
        let rest = &lines[at(line)][at(column)..];
        let rule = finding["rule"].as_str().unwrap();
        let begins = match (rule, finding["action"].as_str()) {
            ("wildcard-resource", _) => "\"*\"".to_owned(),
            ("arn-operator", _) => "\"StringEquals\"".to_owned(),
            ("sid-missing", _) => "{".to_owned(),
            (_, Some(action)) => format!("\"{action}\""),
            other => panic!("{other:?}"),
        };
        assert!(rest.starts_with(&begins), "{rule}: {rest}");
        assert!(finding["instead"].is_string(), "{finding}");
    }
    let judged = &document["documents"][0];
    assert_eq!(judged["kind"], "identity");
    assert_eq!(judged["deployments"], serde_json::json!(["ecs"]));
}

/// What is offered instead passes, once a person has filled in the names.
#[test]
fn the_least_privilege_policy_has_no_findings() {
    let folder = Folder::with(&[
        ("deploy.json", GUIDE),
        (
            "trust.json",
            &trust_of("repo:acme/shop:environment:production"),
        ),
    ]);
    let document = folder
        .run(&["lint", "deploy.json", "--format", "json"])
        .exits(1)
        .json("iam-lint-1");
    let judged = &document["documents"][0];
    let mut least = serde_json::to_string_pretty(&judged["least"]).unwrap();
    for input in judged["inputs"].as_array().unwrap() {
        let input = input.as_str().unwrap();
        least = least.replace(input, &input.to_lowercase());
    }
    std::fs::write(folder.path().join("least.json"), least).unwrap();
    let args = ["lint", "least.json", "trust.json", "--format", "json"];
    let document = folder.run(&args).exits(0).json("iam-lint-1");
    assert_eq!(told(&document), [""; 0], "{document:#}");
    assert_eq!(document["documents"][1]["kind"], "trust");

    // alone, it is advised to show its other half: advice is no failure, unless it is asked for
    let alone = ["lint", "least.json", "--format", "json"];
    let document = folder.run(&alone).exits(0).json("iam-lint-1");
    assert_eq!(told(&document), ["trust-missing - -"]);
    folder
        .run(&["lint", "least.json", "--fail-on", "note"])
        .exits(1);
}

#[test]
fn the_text_shows_the_lines() {
    let folder = Folder::with(&[("deploy.json", GUIDE)]);
    let run = folder.run(&["lint", "deploy.json"]).exits(1);
    let text = run.stdout();
    for part in [
        "error[resource-unsupported]: `ecr:GetAuthorizationToken`",
        " --> deploy.json:7:9\n",
        "7 |         \"ecr:GetAuthorizationToken\",\n",
        "  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^\n",
        "help: Move it to a separate statement",
        "Fill in FAMILY, TASK_ROLE, EXECUTION_ROLE, SERVICE.",
        "deploy.json: 4 errors, 5 warnings, 4 notes",
    ] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "no colors were asked for");
}

#[test]
fn the_deployment_can_be_named() {
    let folder = Folder::with(&[("deploy.json", GUIDE)]);
    let rules = |deployment: &str| {
        let args = [
            "lint",
            "deploy.json",
            "--format=json",
            "--deployment",
            deployment,
        ];
        let document = folder.run(&args).json("iam-lint-1");
        (told(&document), document["documents"][0].clone())
    };
    let (none, judged) = rules("none");
    assert_eq!(judged["least"], Value::Null);
    for rule in ["pass-role-missing", "action-surplus", "trust-missing"] {
        assert!(!none.iter().any(|one| one.starts_with(rule)), "{none:?}");
    }
    let (lambda, judged) = rules("lambda");
    assert_eq!(judged["deployments"], serde_json::json!(["lambda"]));
    assert!(
        lambda.contains(&"call-denied lambda:UpdateFunctionCode -".to_owned()),
        "{lambda:?}"
    );
}

/// What one policy of a role lacks, another has.
#[test]
fn the_policies_of_a_role_are_checked_together() {
    let push = r#"{"Version": "2012-10-17", "Statement": [
        {"Sid": "Read", "Effect": "Allow", "Action": "ecs:DescribeTaskDefinition", "Resource": "*"},
        {"Sid": "Push", "Effect": "Allow", "Action": ["ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart",
          "ecr:CompleteLayerUpload", "ecr:PutImage"],
         "Resource": "arn:aws:ecr:us-east-2:392853978631:repository/web"}]}"#;
    let deploy = r#"{"Version": "2012-10-17", "Statement": [
        {"Sid": "Login", "Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
        {"Sid": "Register", "Effect": "Allow", "Action": "ecs:RegisterTaskDefinition",
         "Resource": "arn:aws:ecs:us-east-2:392853978631:task-definition/web:*"},
        {"Sid": "Deploy", "Effect": "Allow", "Action": ["ecs:UpdateService", "ecs:DescribeServices"],
         "Resource": "arn:aws:ecs:us-east-2:392853978631:service/prod/web"}]}"#;
    let folder = Folder::with(&[
        ("push.json", push),
        ("deploy.json", deploy),
        (
            "trust.json",
            &trust_of("repo:acme/web:environment:production"),
        ),
    ]);
    let files = [
        "lint",
        "push.json",
        "deploy.json",
        "trust.json",
        "--format=json",
    ];
    let apart = folder.run(&files).exits(1).json("iam-lint-1");
    for action in ["ecr:GetAuthorizationToken", "ecs:DescribeTaskDefinition"] {
        let denied = format!("call-denied {action} -");
        assert!(told(&apart).contains(&denied), "{:?}", told(&apart));
    }
    let role = [&files[..], &["--role"]].concat();
    let together = folder.run(&role).exits(1).json("iam-lint-1");
    assert_eq!(
        told(&together),
        [
            "pass-role-missing iam:PassRole -",
            "runs-any-code iam:PassRole -"
        ]
    );
    assert_eq!(together["findings"][0]["file"], "deploy.json");
    let least = |at: usize| together["documents"][at]["least"].is_object();
    assert_eq!([least(0), least(1), least(2)], [false, true, false]);
    let text = folder
        .run(&[&files[..4], &["--role"]].concat())
        .exits(1)
        .stdout();
    assert!(
        text.contains(
            "The least-privilege policy for this deployment, instead of push.json, deploy.json"
        ),
        "{text}"
    );
}

#[test]
fn a_broken_policy_is_a_finding_with_its_position() {
    let folder = Folder::with(&[
        (
            "broken.json",
            "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{]\n}\n",
        ),
        (
            "wrong.json",
            "{\n  \"Statement\": {\"Effect\": \"allow\",\n   \"Action\": \"s3:GetObject\", \"Resource\": \"*\"}}\n",
        ),
    ]);
    let args = ["lint", "broken.json", "wrong.json", "--format", "json"];
    let document = folder.run(&args).exits(1).json("iam-lint-1");
    let findings = document["findings"].as_array().unwrap();
    let place = |at: usize| {
        let one = &findings[at];
        (
            one["rule"].as_str().unwrap().to_owned(),
            one["file"].as_str().unwrap().to_owned(),
            one["line"].as_u64().unwrap(),
            one["column"].as_u64().unwrap(),
        )
    };
    let malformed = "malformed".to_owned();
    assert_eq!(
        place(0),
        (malformed.clone(), "broken.json".to_owned(), 3, 18)
    );
    assert_eq!(place(1), (malformed, "wrong.json".to_owned(), 2, 27));
    let message = findings[1]["message"].as_str().unwrap();
    assert!(message.contains("`allow`, not Allow or Deny"), "{message}");
    assert_eq!(document["documents"][1]["kind"], Value::Null);
}

#[test]
fn trust_and_resource_policies_are_checked() {
    let bucket = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Site", "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObjekt",
        "Resource": "arn:aws:s3:::site/*"}]}"#;
    let folder = Folder::with(&[("bucket.json", bucket), ("trust.json", &trust_of("*"))]);
    let args = ["lint", "bucket.json", "trust.json", "--format", "json"];
    let document = folder.run(&args).exits(1).json("iam-lint-1");
    assert_eq!(
        told(&document),
        [
            "confused-deputy - 0",
            "action-unknown s3:GetObjekt 0",
            "equivalent-to-null - 0",
            "subject-unrestricted - 0"
        ]
    );
    let instead = document["findings"][1]["instead"].as_str().unwrap();
    assert!(instead.contains("s3:GetObject"), "{instead}");
    let kinds: Vec<&Value> = document["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["kind"])
        .collect();
    assert_eq!(kinds, ["resource", "trust"]);
}

#[test]
fn a_correct_policy_has_no_findings() {
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Read", "Effect": "Allow",
        "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/*"}]}"#;
    let folder = Folder::with(&[("a.json", policy)]);
    let run = folder
        .run(&["lint", "a.json", "--fail-on", "note"])
        .exits(0);
    assert_eq!(run.stdout(), "a.json: no findings; an identity policy\n");
    // several formats at once, one of them by name on standard output
    let args = [
        "lint",
        "a.json",
        "--output=json=a.out",
        "--output=text=-",
        "--output=sarif=a.sarif",
    ];
    let again = folder.run(&args).exits(0);
    assert_eq!(again.stdout(), run.stdout());
    assert!(folder.read("a.out").contains("\"findings\": []"));
    assert!(folder.read("a.sarif").contains("\"results\":[]"));
}

/// Names that do something to a terminal are shown, and do nothing.
#[test]
fn hostile_names_are_shown_as_escapes() {
    let policy = "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Sid\": \"A\\u001b[31m\", \"Effect\": \"Allow\",\n\"Action\": \"s3:Get\u{202e}Objekt\\u0007\", \"Resource\": \"*\"}]}";
    let folder = Folder::with(&[("a.json", policy)]);
    for format in ["text", "json", "sarif"] {
        let run = folder.run(&["lint", "a.json", "--format", format]).exits(1);
        let text = run.stdout();
        assert!(
            !text.contains(['\u{1b}', '\u{7}', '\u{202e}']),
            "{format}: {text:?}"
        );
    }
}
