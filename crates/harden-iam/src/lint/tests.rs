use super::*;

/// The policy of the guide, whose faults are known.
const GUIDE: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
        "ecr:GetAuthorizationToken",
        "ecr:BatchCheckLayerAvailability",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchGetImage",
        "ecr:PutImage",
        "ecr:InitiateLayerUpload",
        "ecr:UploadLayerPart",
        "ecr:CompleteLayerUpload"
      ],
      "Resource": "arn:aws:ecr:us-east-2:392853978631:repository/saaspe-backend"
    },
    {
      "Effect": "Allow",
      "Action": [
        "ecs:DescribeTaskDefinition",
        "ecs:RegisterTaskDefinition",
        "ecs:UpdateService",
        "ecs:DescribeServices"
      ],
      "Resource": "*",
      "Condition": {
        "StringEquals": {
          "ecs:cluster": "arn:aws:ecs:us-east-2:392853978631:cluster/saaspe-production-cluster"
        }
      }
    },
    {
      "Effect": "Allow",
      "Action": [
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents"
      ],
      "Resource": "arn:aws:logs:us-east-2:392853978631:log-group:/ecs/saaspe-production:*"
    }
  ]
}
"#;

/// `rule action line` of each finding.
fn found(text: &str) -> Vec<String> {
    let line = |one: &Finding| one.position.map_or(0, |at| at.line);
    lint_text(text)
        .iter()
        .map(|one| {
            let action = one.action.as_deref().unwrap_or("-");
            format!("{} {action} {}", one.rule.id(), line(one))
        })
        .collect()
}

#[test]
fn the_guides_policy_has_its_findings() {
    assert_eq!(
        found(GUIDE),
        [
            "sid-missing - 4",
            "resource-unsupported ecr:GetAuthorizationToken 7",
            "condition-key-unsupported ecs:DescribeTaskDefinition 21",
            "condition-key-unsupported ecs:RegisterTaskDefinition 22",
            "wildcard-resource ecs:RegisterTaskDefinition 26",
            "arn-operator - 28",
        ]
    );
}

/// `rule action` of each finding of one statement with a Sid, which is given without its braces.
fn of(statement: &str) -> Vec<String> {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": {{"Sid": "S", {statement}}}}}"#);
    let findings = lint_text(&text);
    let words = |one: &Finding| match &one.action {
        Some(action) => format!("{} {action}", one.rule.id()),
        None => one.rule.id().to_owned(),
    };
    findings.iter().map(words).collect()
}

fn instead(statement: &str) -> String {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": {{"Sid": "S", {statement}}}}}"#);
    let findings = lint_text(&text);
    findings[0].instead.clone().unwrap_or_default()
}

const NONE: [&str; 0] = [];

#[test]
fn unknown_actions_are_reported() {
    let with =
        |action: &str| format!(r#""Effect": "Allow", "Action": "{action}", "Resource": "*""#);
    assert_eq!(
        of(&with("ecr:GetAuthorisationToken")),
        ["action-unknown ecr:GetAuthorisationToken"]
    );
    assert!(instead(&with("ecr:GetAuthorisationToken")).contains("`ecr:GetAuthorizationToken`"));
    assert!(instead(&with("ecs:GetAuthorizationToken")).contains("`ecr:GetAuthorizationToken`"));
    assert!(instead(&with("esc:UpdateService")).contains("`ecs:UpdateService`"));
    for wrong in [
        "s3",
        "s3: GetObject",
        "s3:Frobnicate*",
        "",
        "x*:Get*y",
        "s3:GetObject ",
    ] {
        assert_eq!(of(&with(wrong)), [format!("action-unknown {wrong}")]);
    }
    assert_eq!(
        of(&with("deepracer:ListModels")),
        ["service-retired deepracer:ListModels"]
    );
    assert_eq!(of(&with("payments:Get")), ["action-unlisted payments:Get"]);
    assert_eq!(of(&with("ECR:getauthorizationtoken")), NONE);
    assert_eq!(
        of(r#""Effect": "Deny", "NotAction": ["s3:Nope", "ec2:*"], "Resource": "*""#),
        ["action-unknown s3:Nope"]
    );
}

#[test]
fn correct_policies_have_no_findings() {
    for fine in [
        r#""Effect": "Allow", "Action": ["logs:CreateLogGroup", "logs:PutLogEvents"],
           "Resource": "arn:aws:logs:us-east-2:392853978631:log-group:/ecs/web:*""#,
        r#""Effect": "Allow", "Action": "logs:DescribeLogGroups",
           "Resource": "arn:aws:logs:us-east-2:392853978631:log-group:*""#,
        r#""Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "arn:aws:s3:::*""#,
        r#""Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"],
           "Resource": ["arn:aws:s3:::web", "arn:aws:s3:::web/*"]"#,
        r#""Effect": "Allow", "Action": ["ecs:UpdateService", "ecs:DescribeServices"],
           "Resource": "arn:aws:ecs:us-east-2:392853978631:service/web/*",
           "Condition": {"ArnEquals": {"ecs:cluster": "arn:aws:ecs:us-east-2:392853978631:cluster/web"}}"#,
        r#""Effect": "Allow", "Action": "iam:PassRole",
           "Resource": "arn:aws:iam::392853978631:role/web-*",
           "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}"#,
        r#""Effect": "Allow", "Action": "s3:GetObject",
           "Resource": "arn:aws:s3:::web/${aws:PrincipalTag/team}/*""#,
        r#""Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::web/*""#,
        r#""Effect": "Deny", "Action": "*", "Resource": "*",
           "Condition": {"Bool": {"aws:SecureTransport": "false"}}"#,
        // a trust policy with claims that no data set has
        r#""Effect": "Allow", "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
           "Principal": {"Federated": "arn:aws:iam::392853978631:oidc-provider/token.actions.githubusercontent.com"},
           "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
             "token.actions.githubusercontent.com:sub": "repo:acme/shop:environment:production",
             "token.actions.githubusercontent.com:repository_id": "1"}}"#,
    ] {
        assert_eq!(of(fine), NONE, "{fine}");
    }
}

#[test]
fn wrong_resources_are_reported() {
    assert_eq!(
        of(
            r#""Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "arn:aws:s3:::web""#
        ),
        ["resource-unsupported s3:GetObject"]
    );
    assert_eq!(
        of(r#""Effect": "Deny", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::web/*""#),
        ["resource-unsupported s3:ListBucket"]
    );
    assert_eq!(
        of(
            r#""Effect": "Allow", "Action": "sns:*", "Resource": "arn:aws:sqs:us-east-2:392853978631:q""#
        ),
        ["resource-unsupported sns:*", "wildcard-action sns:*"],
    );
    assert_eq!(
        of(r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "web/*""#),
        ["resource-malformed"]
    );
    assert_eq!(
        of(r#""Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::*""#),
        ["wildcard-resource s3:ListBucket"],
        "every bucket"
    );
    assert_eq!(
        of(r#""Effect": "Allow", "Action": "s3:Get*", "Resource": "*""#),
        ["wildcard-resource s3:Get*"]
    );
    assert_eq!(
        of(
            r#""Effect": "Allow", "Action": "s3:Get*", "Resource": ["arn:aws:s3:::web", "arn:aws:s3:::*"]"#
        ),
        ["redundant", "wildcard-resource s3:Get*"],
        "every bucket and object"
    );
    assert_eq!(
        of(
            r#""Effect": "Allow", "Action": "dynamodb:*Item", "Resource": "arn:aws:dynamodb:*:*:table/*""#
        ),
        ["wildcard-resource dynamodb:*Item"]
    );
    assert_eq!(
        of(
            r#""Effect": "Allow", "Action": "dynamodb:*Item", "Resource": "arn:aws:dynamodb:*:*:table/web-*""#
        ),
        NONE,
        "some tables"
    );
    assert_eq!(
        of(
            r#""Effect": "Allow", "Principal": {"AWS": "392853978631"}, "Action": "s3:GetObject", "Resource": "*""#
        ),
        NONE,
        "a resource's own policy"
    );
}

#[test]
fn wrong_conditions_are_reported() {
    let with = |effect: &str, condition: &str| {
        of(&format!(
            r#""Effect": "{effect}", "Action": "ecr:GetAuthorizationToken", "Resource": "*", "Condition": {{{condition}}}"#
        ))
    };
    let unsupported = ["condition-key-unsupported ecr:GetAuthorizationToken"];
    assert_eq!(
        with("Allow", r#""StringEquals": {"ecr:ResourceTag/a": "b"}"#),
        unsupported
    );
    assert_eq!(
        with("Deny", r#""StringEquals": {"ecr:ResourceTag/a": "b"}"#),
        unsupported
    );
    assert_eq!(
        with("Allow", r#""StringNotEquals": {"ecr:ResourceTag/a": "b"}"#),
        unsupported
    );
    assert_eq!(
        with(
            "Allow",
            r#""StringEqualsIfExists": {"ecr:ResourceTag/a": "b"}"#
        ),
        NONE
    );
    assert_eq!(
        with("Allow", r#""StringEquals": {"ecr:Nope": "b"}"#),
        ["condition-key-unknown"]
    );
    assert_eq!(
        with("Allow", r#""StringSame": {"aws:PrincipalTag/a": "b"}"#),
        ["operator-unknown"]
    );
    assert_eq!(
        with("Allow", r#""StringEquals": {"aws:SourceIp": "10.0.0.0/8"}"#),
        ["operator-mismatch"]
    );
    assert_eq!(
        with("Allow", r#""IpAddress": {"aws:SourceIp": "10.0.0.0/99"}"#),
        ["value-malformed"]
    );
    assert_eq!(
        with("Allow", r#""StringEquals": {"aws:CalledVia": "a"}"#),
        ["operator-mismatch"],
        "a list"
    );
    assert_eq!(
        with(
            "Allow",
            r#""StringLike": {"aws:PrincipalArn": "arn:aws:iam::392853978631:role/*"}"#
        ),
        ["arn-operator"]
    );
    assert_eq!(
        with("Allow", r#""StringEquals": {"aws:PrincipalTag/a": "b*"}"#),
        ["grant-dead"]
    );
    assert_eq!(
        with(
            "Allow",
            r#""StringEquals": {"aws:PrincipalTag/a": ["b*", "c"]}"#
        ),
        ["value-malformed"]
    );
    assert_eq!(
        with("Allow", r#""StringEquals": {"aws:PrincipalTag/a": "${*}"}"#),
        NONE
    );
    assert_eq!(
        with("Allow", r#""StringEquals": {"aws:PrincipalTag/a": []}"#),
        ["value-malformed"]
    );
}

#[test]
fn wrong_elements_are_reported() {
    assert_eq!(
        of(r#""Effect": "Allow", "NotAction": "iam:*", "Resource": "*""#),
        ["allow-except"]
    );
    assert_eq!(
        of(r#""Effect": "Allow", "Action": "*", "Resource": "*""#),
        ["wildcard-action *"]
    );
    assert_eq!(
        of(r#""Effect": "Allow", "Action": [], "Resource": "*""#),
        ["grant-dead"]
    );
    assert_eq!(
        of(r#""Effect": "Allow", "Action": "s3:ListAllMyBuckets""#),
        ["malformed"]
    );
    let twice = r#"{"Statement": [
        {"Sid": "A", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::${aws:username}/*"},
        {"Sid": "A", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}"#;
    assert_eq!(
        found(twice),
        [
            "version-missing - 0",
            "grant-dead s3:GetObject 2",
            "variable-unread - 2",
            "sid-invalid - 3"
        ]
    );
    assert_eq!(found("{"), ["malformed - 1"]);
    assert_eq!(
        found(r#"{"Version": "2012-10-17", "Statement": []}"#),
        ["grant-dead - 0"]
    );
}

#[test]
fn ids_are_unique_and_lower_case() {
    let ids: std::collections::BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.id()).collect();
    assert_eq!(ids.len(), Rule::ALL.len());
    let plain = |id: &&str| id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    assert!(ids.iter().all(plain));
}

#[test]
fn findings_are_serialized() {
    let findings = lint_text(GUIDE);
    let json = serde_json::to_value(&findings[1]).unwrap();
    assert_eq!(json["rule"], "resource-unsupported");
    assert_eq!(json["action"], "ecr:GetAuthorizationToken");
    assert_eq!(
        (&json["statement"], &json["line"], &json["column"]),
        (&0.into(), &7.into(), &9.into())
    );
    assert!(
        json["message"]
            .as_str()
            .unwrap()
            .starts_with("`ecr:GetAuthorizationToken`")
    );
    assert!(
        json["instead"]
            .as_str()
            .unwrap()
            .contains("separate statement")
    );
}

proptest::proptest! {
    #[test]
    fn any_statement_is_checked_without_panic(
        action in "[a-z0-9*?:]{0,12}",
        resource in "[a-z0-9*?:/${}]{0,24}",
        operator in "[A-Za-z:]{0,12}",
        value in "[a-z0-9*?:/${}']{0,12}",
    ) {
        let text = serde_json::json!({"Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Action": action, "Resource": resource,
            "Condition": {operator: {value.clone(): value}}}});
        lint_text(&text.to_string());
    }
}
