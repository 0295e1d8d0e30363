//! Tests of `iam can`.

use super::{Folder, GUIDE};
use serde_json::{Value, json};

const PUSH: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "Push", "Effect": "Allow", "Action": "s3:Put*", "Resource": "arn:aws:s3:::site/*"},
  {"Sid": "NotKeys", "Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::site/keys/*"}]}"#;

const BUCKET: &str = r#"{"Version": "2012-10-17", "Statement": {"Sid": "Team", "Effect": "Allow",
  "Principal": {"AWS": "arn:aws:iam::111122223333:role/web"}, "Action": "s3:GetObject",
  "Resource": "arn:aws:s3:::site/*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "web"}}}}"#;

fn can(folder: &Folder, files: &[&str], action: &str, resource: &str, code: i32) -> Value {
    let question = ["--action", action, "--resource", resource, "--format=json"];
    let args = [&["can"], files, &question].concat();
    folder.run(&args).exits(code).json("iam-can-1")
}

#[test]
fn calls_are_allowed_or_denied() {
    let folder = Folder::with(&[("push.json", PUSH)]);
    let files = ["push.json"];
    let allowed = can(&folder, &files, "s3:PutObject", "arn:aws:s3:::site/a", 0);
    assert_eq!(allowed["decision"], "allowed");
    assert_eq!(
        (&allowed["statement"], &allowed["sid"]),
        (&json!(0), &json!("Push"))
    );
    assert_eq!(allowed["policy"], "push.json");
    assert_eq!(
        (&allowed["line"], &allowed["column"]),
        (&json!(2), &json!(3))
    );

    let implicit = can(&folder, &files, "s3:PutObject", "arn:aws:s3:::other/a", 1);
    assert_eq!(implicit["decision"], "implicitly-denied");
    assert_eq!(implicit["statement"], Value::Null);

    let explicit = can(
        &folder,
        &files,
        "s3:PutObject",
        "arn:aws:s3:::site/keys/a",
        1,
    );
    assert_eq!(explicit["decision"], "explicitly-denied");
    assert_eq!(
        (&explicit["statement"], &explicit["line"]),
        (&json!(1), &json!(3))
    );
}

#[test]
fn the_errors_of_the_guides_policy_deny_calls() {
    let folder = Folder::with(&[
        ("deploy.json", GUIDE),
        (
            "keys.json",
            r#"{"ecs:cluster": "arn:aws:ecs:us-east-2:392853978631:cluster/saaspe-production-cluster"}"#,
        ),
    ]);
    let files = ["deploy.json", "--context", "keys.json"];
    let repository = "arn:aws:ecr:us-east-2:392853978631:repository/saaspe-backend";
    let service = "arn:aws:ecs:us-east-2:392853978631:service/saaspe-production-cluster/web";
    let group = "arn:aws:logs:us-east-2:392853978631:log-group:/ecs/saaspe-production:log-stream:";
    for (action, resource, code) in [
        ("ecr:GetAuthorizationToken", "*", 1),
        ("ecr:GetAuthorizationToken", repository, 1),
        ("ecr:PutImage", repository, 0),
        ("ecs:UpdateService", service, 0),
        ("logs:CreateLogGroup", group, 0),
        ("iam:PassRole", "arn:aws:iam::392853978631:role/task", 1),
    ] {
        can(&folder, &files, action, resource, code);
    }
    // without the key it is not in the request, and that is said
    let answer = can(&folder, &files[..1], "ecs:UpdateService", service, 1);
    assert_eq!(answer["missing"], json!(["ecs:cluster"]));
    let answer = can(&folder, &files[..1], "ecr:PutImage", repository, 0);
    assert_eq!(answer["missing"], json!([]), "it has no say in this");
}

#[test]
fn the_policy_of_the_resource_takes_part() {
    let keys = r#"{"aws:PrincipalTag/team": ["web"],
        "aws:PrincipalArn": "arn:aws:iam::111122223333:role/web"}"#;
    let folder = Folder::with(&[
        ("push.json", PUSH),
        ("bucket.json", BUCKET),
        ("keys.json", keys),
    ]);
    let (action, resource) = ("s3:GetObject", "arn:aws:s3:::site/a");
    let files = ["push.json", "bucket.json", "--context", "keys.json"];
    let answer = can(&folder, &files, action, resource, 0);
    assert_eq!(answer["policy"], "bucket.json");
    assert_eq!(answer["sid"], "Team");
    // without the keys it is another caller, without a team
    let answer = can(&folder, &files[..2], action, resource, 1);
    let wanted = json!(["aws:PrincipalArn", "aws:PrincipalTag/team"]);
    assert_eq!(answer["missing"], wanted);

    let twice = ["can", "bucket.json", "bucket.json"];
    let question = ["--action", action, "--resource", resource];
    let run = folder.run(&[&twice[..], &question].concat());
    let error = run.exits(2).stderr();
    assert!(error.contains("bucket.json, bucket.json"), "{error}");
}

#[test]
fn the_text_names_the_statement() {
    let folder = Folder::with(&[("push.json", PUSH)]);
    let of_bucket = |bucket: &str| {
        let resource = format!("--resource=arn:aws:s3:::{bucket}/a");
        folder.run(&["can", "push.json", "--action=s3:PutObjekt", &resource])
    };
    let run = of_bucket("site");
    // The pattern matches an action that no service has: AWS never authorizes such a call.
    let run = run.exits(3);
    let text = run.stdout();
    assert!(
        text.starts_with("undetermined: s3:PutObjekt on arn:aws:s3:::site/a is allowed"),
        "{text}"
    );
    assert!(
        text.contains("no action s3:PutObjekt; did you mean s3:PutObject?"),
        "{text}"
    );
    assert!(
        text.contains("  at push.json, line 2, column 3\n"),
        "{text}"
    );
    // A denial of it stays a denial.
    let run = of_bucket("other").exits(1);
    assert!(
        run.stderr().contains("no action s3:PutObjekt"),
        "{}",
        run.stderr()
    );
}
