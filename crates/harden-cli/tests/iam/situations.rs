//! Situations that users of other tools reported and that AWS's validator documents: what `lint` finds in
//! each, and what `trust` grades.

use super::Folder;
use serde_json::Value;

/// Statements, a rule (`*` for every rule), and a word of its message: empty if any finding counts, `-` if
/// there must be none, alternatives between `|`.
const FINDINGS: &[(&str, &str, &str, &str)] = &[
    (
        "confused-deputy: deputy queue",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:us-east-1:123456789012:q", "Principal": {"Service": "sns.amazonaws.com"}}]"##,
        "*",
        r#"SourceA|deputy"#,
    ),
    (
        "escalation-paths: escalation iam 024",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "iam:PutUserPermissionsBoundary", "Resource": "*"}]"##,
        "escalation",
        r#""#,
    ),
    (
        "escalation-paths: escalation iam 026",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "iam:DeleteUserPolicy", "Resource": "*"}]"##,
        "escalation",
        r#""#,
    ),
    (
        "for-all-values: for all single",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", "Condition": {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-abc"}}}]"##,
        "*",
        r#"ForAllValues"#,
    ),
    (
        "noise: escalation administrator",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "*", "Resource": "*"}]"##,
        "escalation",
        r#"-"#,
    ),
    (
        "noise: escalation administrator",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "*", "Resource": "*"}]"##,
        "wildcard-action",
        r#""#,
    ),
    (
        "other-providers: provider cognito",
        r##"[{"Sid": "T", "Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"}, "Action": "sts:AssumeRoleWithWebIdentity"}]"##,
        "*",
        r#"cognito|aud"#,
    ),
    (
        "other-providers: provider eks",
        r##"[{"Sid": "T", "Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/ABC"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"oidc.eks.us-east-1.amazonaws.com/id/ABC:aud": "sts.amazonaws.com"}}}]"##,
        "*",
        r#"sub|pod|service account|any"#,
    ),
    (
        "other-providers: provider gitlab open",
        r##"[{"Sid": "T", "Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/gitlab.com"}, "Action": "sts:AssumeRoleWithWebIdentity"}]"##,
        "*",
        r#"gitlab|any|every|condition"#,
    ),
    (
        "policy-kinds: kind resource control",
        r##"[{"Sid": "P", "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*", "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-abc123"}}}]"##,
        "malformed",
        r#"-"#,
    ),
    (
        "public: public bucket",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", "Principal": "*"}]"##,
        "*",
        r#"public|everyone|anyone|anybody|every"#,
    ),
    (
        "public: public function",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "lambda:InvokeFunctionUrl", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Principal": "*", "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}}]"##,
        "*",
        r#"public|everyone|anyone|anybody|every"#,
    ),
    (
        "public: public trust",
        r##"[{"Sid": "T", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]"##,
        "*",
        r#"public|everyone|anyone|anybody|every"#,
    ),
    (
        "redundancy: action in action",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": ["s3:Get*", "s3:GetObject"], "Resource": "arn:aws:s3:::b/*"}]"##,
        "*",
        r#"redundant|already|twice|covered"#,
    ),
    (
        "redundancy: resource in resource",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::b/*", "arn:aws:s3:::b/x/*"]}]"##,
        "*",
        r#"redundant|already|twice|covered"#,
    ),
    (
        "resource-unsupported: resource command invocation",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "ssm:GetCommandInvocation", "Resource": "arn:aws:ssm:us-east-1:123456789012:*"}]"##,
        "resource-unsupported",
        r#"-"#,
    ),
    (
        "resource-unsupported: resource describe parameters",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "ssm:DescribeParameters", "Resource": "arn:aws:ssm:us-east-1:123456789012:*"}]"##,
        "resource-unsupported",
        r#"-"#,
    ),
    (
        "resource-unsupported: resource identity pools",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "cognito-identity:ListIdentityPools", "Resource": "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/*"}]"##,
        "resource-unsupported",
        r#"-"#,
    ),
    (
        "resource-unsupported: resource list clusters",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "eks:ListClusters", "Resource": "arn:aws:eks:us-east-1:123456789012:cluster/*"}]"##,
        "resource-unsupported",
        r#"-"#,
    ),
    (
        "resource-unsupported: resource list profiles",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "iam:ListInstanceProfiles", "Resource": "arn:aws:iam::123456789012:instance-profile/*"}]"##,
        "resource-unsupported",
        r#"-"#,
    ),
    (
        "resource-unsupported: resource list roles",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "iam:ListRoles", "Resource": "arn:aws:iam::123456789012:role/*"}]"##,
        "resource-unsupported",
        r#"-"#,
    ),
    (
        "resource-unsupported: resource list stacks",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "cloudformation:ListStacks", "Resource": "arn:aws:cloudformation:us-east-1:123456789012:stack/*/*"}]"##,
        "resource-unsupported",
        r#"-"#,
    ),
    (
        "resource-unsupported: resource pipelines",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "codepipeline:ListPipelines", "Resource": "arn:aws:codepipeline:us-east-1:123456789012:*"}]"##,
        "resource-unsupported",
        r#"-"#,
    ),
    (
        "resource-unsupported: resource public document",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "ssm:GetDocument", "Resource": "arn:aws:ssm:us-east-1::document/AWS-RunShellScript"}]"##,
        "resource-unsupported",
        r#"-"#,
    ),
    (
        "resource-unsupported: resource request certificate",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "acm:RequestCertificate", "Resource": "arn:aws:acm:us-east-1:123456789012:certificate/*"}]"##,
        "resource-unsupported",
        r#"-"#,
    ),
    (
        "resource-unsupported: resource run command apart",
        r##"[{"Sid": "Doc", "Effect": "Allow", "Action": "ssm:SendCommand", "Resource": "arn:aws:ssm:us-east-1::document/AWS-RunShellScript"}, {"Sid": "Inst", "Effect": "Allow", "Action": "ssm:SendCommand", "Resource": "arn:aws:ec2:us-east-1:123456789012:instance/*", "Condition": {"StringEquals": {"ssm:resourceTag/App": "web"}}}]"##,
        "resource-unsupported",
        r#"-"#,
    ),
    (
        "resource-unsupported: resource run job flow",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "elasticmapreduce:RunJobFlow", "Resource": "arn:aws:elasticmapreduce:us-east-1:123456789012:cluster/*"}]"##,
        "resource-unsupported",
        r#"-"#,
    ),
    (
        "resource-unsupported: resource transform",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "cloudformation:CreateChangeSet", "Resource": "arn:aws:cloudformation:us-east-1:aws:transform/Serverless-2016-10-31"}]"##,
        "resource-unsupported",
        r#"-"#,
    ),
    (
        "retired: living studio",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "sagemaker-unified-studio-mcp:CallTool", "Resource": "*"}]"##,
        "action-unknown",
        r#"-"#,
    ),
    (
        "retired: retired roborunner",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "iotroborunner:CreateSite", "Resource": "*"}]"##,
        "action-unknown",
        r#"-"#,
    ),
    (
        "retired: retired sumerian",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "sumerian:Login", "Resource": "*"}]"##,
        "action-unknown",
        r#"-"#,
    ),
    (
        "trust-subject: trust two audiences",
        r##"[{"Sid": "T", "Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:acme/shop:ref:refs/heads/main", "token.actions.githubusercontent.com:aud": ["sts.amazonaws.com", "https://github.com/acme"]}}}]"##,
        "*",
        r#"aud"#,
    ),
    (
        "trust-subject: trust workflow branch",
        r##"[{"Sid": "T", "Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com", "token.actions.githubusercontent.com:job_workflow_ref": "o/r/.github/workflows/d.yml@refs/heads/main"}}}]"##,
        "*",
        r#"ref|branch|move"#,
    ),
    (
        "validation: account web identity",
        r##"[{"Sid": "T", "Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRoleWithWebIdentity"}]"##,
        "*",
        r#"AssumeRole|action|WebIdentity"#,
    ),
    (
        "validation: arn region",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:us-eats-1:123456789012:q"}]"##,
        "*",
        r#"region|us-eats-1"#,
    ),
    (
        "validation: arn service",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::b/*", "arn:aws:s4:::b/*"]}]"##,
        "*",
        r#"s4"#,
    ),
    (
        "validation: federated syntax",
        r##"[{"Sid": "T", "Effect": "Allow", "Principal": {"Federated": "github.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:a/b:ref:refs/heads/main"}}}]"##,
        "*",
        r#"federated|provider|github.com"#,
    ),
    (
        "validation: keys twice by case",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", "Condition": {"StringEquals": {"aws:PrincipalTag/a": "1", "aws:principaltag/a": "2"}}}]"##,
        "*",
        r#"twice|same|duplicate|case"#,
    ),
    (
        "validation: principal format",
        r##"[{"Sid": "T", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:foo"}, "Action": "sts:AssumeRole"}]"##,
        "*",
        r#"principal|foo"#,
    ),
    (
        "validation: principal root wildcard",
        r##"[{"Sid": "T", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::*:root"}, "Action": "sts:AssumeRole"}]"##,
        "*",
        r#"principal|wildcard|*:root"#,
    ),
    (
        "validation: private not address",
        r##"[{"Sid": "S", "Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", "Condition": {"NotIpAddress": {"aws:SourceIp": "192.168.1.0/24"}}}]"##,
        "*",
        r#"private|192.168"#,
    ),
    (
        "validation: stale principal",
        r##"[{"Sid": "T", "Effect": "Allow", "Principal": {"AWS": "AROAEXAMPLEID123456"}, "Action": "sts:AssumeRole"}]"##,
        "*",
        r#"AROA|unique id|deleted|stale"#,
    ),
    (
        "validation: variable empty",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${}"}]"##,
        "*",
        r#"variable|empty|${"#,
    ),
    (
        "validation: variable quote",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:PrincipalTag/t, 'x}"}]"##,
        "*",
        r#"variable|quote|${"#,
    ),
    (
        "validation: vpc format",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpce-123"}}}]"##,
        "*",
        r#"vpc"#,
    ),
    (
        "wildcard-condition: wildcard cluster",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "ecs:UpdateService", "Resource": "*", "Condition": {"ArnEquals": {"ecs:cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/c"}}}]"##,
        "wildcard-resource",
        r#"-"#,
    ),
    (
        "wildcard-condition: wildcard key alias",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/x"}}}]"##,
        "wildcard-resource",
        r#"-"#,
    ),
    (
        "wildcard-condition: wildcard metrics",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "cloudwatch:PutMetricData", "Resource": "*"}]"##,
        "wildcard-resource",
        r#"-"#,
    ),
    (
        "wildcard-condition: wildcard resource tag",
        r##"[{"Sid": "S", "Effect": "Allow", "Action": "ec2:TerminateInstances", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "x"}}}]"##,
        "wildcard-resource",
        r#"-"#,
    ),
];

/// Statements of a trust policy, and its grade.
const GRADES: &[(&str, &str, &str)] = &[
    (
        "for-all-values: for all sub",
        r##"[{"Sid": "T", "Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}, "ForAllValues:StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/shop:*"}}}]"##,
        "repository",
    ),
    (
        "trust-subject: trust bare branch",
        r##"[{"Sid": "T", "Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:acme/shop:main", "token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}}]"##,
        "nobody|unknown",
    ),
    (
        "trust-subject: trust colon in owner",
        r##"[{"Sid": "T", "Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:sub": "environment:production%3Aeastus:repository_owner:acme", "token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}}]"##,
        "organization",
    ),
    (
        "trust-subject: trust workflow branch",
        r##"[{"Sid": "T", "Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com", "token.actions.githubusercontent.com:job_workflow_ref": "o/r/.github/workflows/d.yml@refs/heads/main"}}}]"##,
        "workflow",
    ),
    (
        "trust-template: trust template owner first",
        r##"[{"Sid": "T", "Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:sub": "repository_owner_id:123456:repository_id:456789:environment:production", "token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}}]"##,
        "exact",
    ),
    (
        "trust-template: trust template repo id",
        r##"[{"Sid": "T", "Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:sub": "repository_id:456789:environment:production", "token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}}]"##,
        "exact",
    ),
];

fn policy(statements: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": {statements}}}"#)
}

/// The rule and the message of each finding.
fn found(folder: &Folder, args: &[&str]) -> Vec<(String, String)> {
    let document = folder.run(args).json("iam-lint-1");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = document["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|one| (text(&one["rule"]), text(&one["message"]).to_lowercase()))
        .collect()
}

#[test]
fn situations_have_their_findings() {
    let mut wrong = Vec::new();
    for (name, statements, rule, words) in FINDINGS {
        let folder = Folder::with(&[("p.json", &policy(statements))]);
        let found = found(&folder, &["lint", "p.json", "--format", "json"]);
        let mut own = found.iter().filter(|(of, _)| *rule == "*" || of == rule);
        let right = match *words {
            "-" => own.next().is_none(),
            words => own.any(|(_, message)| {
                words
                    .split('|')
                    .any(|word| message.contains(&word.to_lowercase()))
            }),
        };
        if !right {
            wrong.push(format!("{name}: {rule} {words}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn situations_have_their_grade() {
    for (name, statements, grades) in GRADES {
        let folder = Folder::with(&[("p.json", &policy(statements))]);
        let args = ["trust", "p.json", "--format", "json"];
        let document = folder.run(&args).json("iam-trust-1");
        let grade = document["grade"].as_str().unwrap();
        assert!(grades.split('|').any(|one| one == grade), "{name}: {grade}");
    }
}

#[test]
fn a_trust_policy_with_not_action_is_graded() {
    let folder = Folder::with(&[("p.json", &policy(NOT_ACTION))]);
    let document = folder
        .run(&["trust", "p.json", "--format", "json"])
        .exits(0);
    assert_eq!(document.json("iam-trust-1")["grade"], "exact");
}

const NOT_ACTION: &str = r##"[{"Sid": "T", "Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}, "NotAction": "sts:TagSession", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:acme/shop:ref:refs/heads/main", "token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}}]"##;

#[test]
fn a_long_policy_is_an_error() {
    let statement = |at: usize| {
        format!(
            r#"{{"Sid": "S{at}", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket-{at:05}-with-a-long-name/*"}}"#
        )
    };
    let all: Vec<String> = (0..120).map(statement).collect();
    let folder = Folder::with(&[("p.json", &policy(&format!("[{}]", all.join(","))))]);
    let found = found(&folder, &["lint", "p.json", "--format", "json"]);
    assert!(
        found.iter().any(|(rule, message)| {
            rule == "policy-size" && message.contains("size") && message.contains("6144")
        }),
        "{found:?}"
    );
}

#[test]
fn one_file_without_a_policy_does_not_end_the_run() {
    let pass = r#"[{"Sid": "S", "Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}]"#;
    let folder = Folder::with(&[
        ("a.json", &policy(pass)),
        ("b.json", ""),
        ("sub/c.json", &policy(pass)),
        ("sub/package.json", "{}"),
    ]);
    let args = ["lint", "a.json", "b.json", "none.json", "--format", "json"];
    let document = folder.run(&args).exits(1).json("iam-lint-1");
    let rules: Vec<&str> = document["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["rule"].as_str().unwrap())
        .collect();
    assert!(rules.contains(&"wildcard-resource"), "{rules:?}");
    assert_eq!(rules.iter().filter(|rule| **rule == "malformed").count(), 2);
    let files = |args: &[&str]| {
        let document = folder.run(args).json("iam-lint-1");
        let all = document["documents"].as_array().unwrap().iter();
        all.map(|one| one["file"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(files(&["lint", "sub", "--format=json"]), ["sub/c.json"]);
    assert_eq!(files(&["lint", "*.json", "--format=json"]).len(), 2);
}

#[test]
fn rules_are_selected_ignored_and_accepted() {
    let pass = r#"[{"Sid": "Pass", "Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b"}]"#;
    let accepted = "[[ignore]]\nrule = \"wildcard-resource\"\nfile = \"p*.json\"\nsid = \"Pass\"\nreason = \"a test\"\n";
    let folder = Folder::with(&[
        ("p.json", &policy(pass)),
        ("ok.toml", accepted),
        (
            "no.toml",
            "[[ignore]]\nrule = \"wildcard-resource\"\nreason = \" \"\n",
        ),
    ]);
    let rules = |more: &[&str]| {
        let args = [&["lint", "p.json", "--format", "json"], more].concat();
        let found = found(&folder, &args);
        found.into_iter().map(|(rule, _)| rule).collect::<Vec<_>>()
    };
    assert_eq!(rules(&["--select", "sid-missing"]), ["sid-missing"]);
    let rest = rules(&["--ignore", "sid-missing,wildcard-action"]);
    assert_eq!(rest, ["wildcard-resource"]);
    let rest = rules(&[
        "--ignore",
        "sid-missing,wildcard-action",
        "--ignore-file",
        "ok.toml",
    ]);
    assert_eq!(rest, [""; 0]);
    folder
        .run(&["lint", "p.json", "--ignore-file", "no.toml"])
        .exits(2);
}

#[test]
fn the_type_of_a_policy_decides_its_findings() {
    let all = r#"[{"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}, {"Sid": "NoUsers", "Effect": "Deny", "Action": "iam:CreateUser", "Resource": "*"}]"#;
    let folder = Folder::with(&[("p.json", &policy(all))]);
    let rules = |kind: &str| {
        let found = found(
            &folder,
            &["lint", "p.json", "--format", "json", "--kind", kind],
        );
        found.into_iter().map(|(rule, _)| rule).collect::<Vec<_>>()
    };
    assert_eq!(rules("identity"), ["wildcard-action"]);
    for limit in ["scp", "boundary"] {
        assert_eq!(rules(limit), [""; 0], "{limit}");
    }
    assert_eq!(rules("rcp").len(), 2, "no principals");
}

#[test]
fn what_is_the_same_for_many_actions_is_one_finding() {
    let all = r#"[{"Sid": "S", "Effect": "Allow", "Resource": "*", "Action": ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:UpdateItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:BatchGetItem"]}]"#;
    let folder = Folder::with(&[("p.json", &policy(all))]);
    let found = found(&folder, &["lint", "p.json", "--format", "json"]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].1.contains("6 other actions"), "{found:?}");
}
