use super::*;

fn names(text: &str) -> Vec<(String, Option<String>, u32)> {
    documents(text)
        .unwrap()
        .iter()
        .map(|one| {
            let line = one.position_in_text(Position::START).line;
            assert!(one.policy().is_ok(), "{one:?}");
            (one.name.clone().unwrap_or_default(), one.role.clone(), line)
        })
        .collect()
}

const TEMPLATE: &str = r#"AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Name: {Type: String}
Resources:
  DeployRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: {Service: ec2.amazonaws.com}
            Action: sts:AssumeRole
      Policies:
        - PolicyName: push
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              Effect: Allow
              Action: sqs:SendMessage
              Resource: !Sub arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${Name}
  More:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: more
      Roles: [!Ref DeployRole]
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: s3:GetObject
            Resource: !Join ["", [!GetAtt Bucket.Arn, "/*"]]
"#;

#[test]
fn templates_hold_the_policies_of_their_roles() {
    let role = Some("DeployRole".to_owned());
    assert_eq!(
        names(TEMPLATE),
        [
            (
                "DeployRole.AssumeRolePolicyDocument".to_owned(),
                role.clone(),
                5
            ),
            (
                "DeployRole.Policies.push.PolicyDocument".to_owned(),
                role.clone(),
                5
            ),
            ("More.more.PolicyDocument".to_owned(), role, 22),
        ]
    );
    let all = documents(TEMPLATE).unwrap();
    let text = all[1].policy().unwrap().to_string();
    assert!(
        text.contains("arn:aws:sqs:${ref:AWS::Region}:${ref:AWS::AccountId}:${ref:Name}"),
        "{text}"
    );
    let text = all[2].policy().unwrap().to_string();
    assert!(text.contains("${attribute:Bucket.Arn}/*"), "{text}");
}

#[test]
fn serverless_statements_and_policies_in_yaml_are_read() {
    let serverless = "service: shop\nprovider:\n  name: aws\n  iam:\n    role:\n      statements:\n        - Effect: Allow\n          Action: s3:*\n          Resource: \"*\"\n";
    let found = names(serverless);
    assert_eq!(found[0].2, 2);
    assert_eq!(found.len(), 1);
    let policy = "Version: \"2012-10-17\"\nStatement:\n  - Effect: Allow\n    Action: s3:*\n    Resource: \"*\"\n";
    assert_eq!(names(policy).len(), 1);
    assert!(documents("name: x\n").is_some_and(|all| all.is_empty()));
    assert!(documents("just text").is_none());
}

#[test]
fn plans_hold_the_policies_of_their_resources() {
    let plan = r#"{"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": {
  "resources": [
    {"address": "aws_iam_role_policy.push", "mode": "managed", "type": "aws_iam_role_policy",
     "values": {"role": "deploy", "policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}"}},
    {"address": "data.aws_iam_policy_document.x", "mode": "data", "type": "aws_iam_policy_document", "values": {}}],
  "child_modules": [{"resources": [
    {"address": "module.org.aws_organizations_policy.scp", "mode": "managed", "type": "aws_organizations_policy",
     "values": {"type": "SERVICE_CONTROL_POLICY", "content": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}"}}]}]}}}"#;
    let found = names(plan);
    assert_eq!(
        found[0],
        (
            "aws_iam_role_policy.push".to_owned(),
            Some("deploy".to_owned()),
            3
        )
    );
    assert_eq!(found[1].2, 7);
    let types: Vec<_> = documents(plan)
        .unwrap()
        .iter()
        .map(|one| one.policy_type)
        .collect();
    assert_eq!(
        types,
        [Some(PolicyType::Identity), Some(PolicyType::ServiceControl)]
    );
}
