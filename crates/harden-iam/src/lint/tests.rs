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
fn the_guides_policy() {
    assert_eq!(
        found(GUIDE),
        [
            "sid-missing - 4",
            "resource-unsupported ecr:GetAuthorizationToken 7",
            "condition-key-unsupported ecs:DescribeTaskDefinition 21",
            "condition-key-unsupported ecs:RegisterTaskDefinition 22",
            "wildcard-resource ecs:DescribeServices 26",
            "wildcard-resource ecs:RegisterTaskDefinition 26",
            "wildcard-resource ecs:UpdateService 26",
            "arn-operator - 28",
        ]
    );
}
