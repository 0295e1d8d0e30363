//! The targets of a deployment.

use super::*;

#[test]
fn roles_for_other_services_are_not_task_roles() {
    let text = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::392853978631:role/web-task",
         "Condition": {"StringLike": {"iam:PassedToService": "ecs-tasks.*"}}},
        {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::392853978631:role/lambda-admin",
         "Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}}]}"#;
    let mut identity = Identity::default();
    identity
        .policies
        .push(Attached::new("deploy", Policy::parse(text).unwrap()));
    assert_eq!(
        Targets::from_policies(&identity).roles,
        ["arn:aws:iam::392853978631:role/web-task"]
    );
}

#[test]
fn account_and_region_can_differ_by_service() {
    let text = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ecr:PutImage", "Resource": "arn:aws:ecr:us-east-2:999999999999:repository/shop"},
        {"Effect": "Allow", "Action": "ecs:UpdateService", "Resource": "arn:aws:ecs:eu-west-1:392853978631:service/main/web"}]}"#;
    let mut identity = Identity::default();
    identity
        .policies
        .push(Attached::new("deploy", Policy::parse(text).unwrap()));
    let filled =
        |targets: &Targets, template: &str| targets.fill(template, &mut |_| "*".to_owned());
    let targets = Targets::from_policies(&identity).in_account("392853978631");
    let repository = "arn:{partition}:ecr:{region}:{account}:repository/{repository}";
    let service = "arn:{partition}:ecs:{region}:{account}:service/{cluster}/{service}";
    assert_eq!(
        filled(&targets, repository),
        ["arn:aws:ecr:us-east-2:999999999999:repository/shop"]
    );
    assert_eq!(
        filled(&targets, service),
        ["arn:aws:ecs:eu-west-1:392853978631:service/main/web"]
    );
    // What is said outright counts for all.
    let said = targets.with("region", "us-west-2");
    assert_eq!(
        filled(&said, repository),
        ["arn:aws:ecr:us-west-2:999999999999:repository/shop"]
    );
}

#[test]
fn all_targets_of_a_role_are_kept() {
    let ecr = |name: &str| format!("arn:aws:ecr:us-east-2:392853978631:repository/{name}");
    let service = |name: &str| format!("arn:aws:ecs:us-east-2:392853978631:service/{name}");
    let text = serde_json::json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "Login", "Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
        {"Sid": "Base", "Effect": "Allow", "Action": ["ecr:BatchGetImage", "ecr:DescribeImages"],
         "Resource": ecr("base")},
        {"Sid": "Push", "Effect": "Allow", "Action": ["ecr:BatchCheckLayerAvailability",
         "ecr:BatchGetImage", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart",
         "ecr:CompleteLayerUpload", "ecr:PutImage"], "Resource": [ecr("web"), ecr("worker")]},
        {"Sid": "Read", "Effect": "Allow", "Action": "ecs:DescribeTaskDefinition", "Resource": "*"},
        {"Sid": "Register", "Effect": "Allow", "Action": "ecs:RegisterTaskDefinition",
         "Resource": "arn:aws:ecs:us-east-2:392853978631:task-definition/web:*"},
        {"Sid": "Deploy", "Effect": "Allow", "Action": ["ecs:UpdateService", "ecs:DescribeServices"],
         "Resource": [service("blue/web"), service("green/*")]},
        {"Sid": "Pass", "Effect": "Allow", "Action": "iam:PassRole",
         "Resource": "arn:aws:iam::392853978631:role/task",
         "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}}]});
    let policy = Policy::parse(&text.to_string()).unwrap();
    let targets = Targets::from_policies(&identity(&policy));
    let calls = simulate(&identity(&policy), None, &[Deployment::Ecs], &targets);
    let on = |action: &str| -> Vec<String> {
        let of_action = calls.iter().filter(|one| one.action == action);
        of_action.map(|one| one.resource.clone()).collect()
    };
    assert!(calls.iter().all(|one| one.ruling.is_allowed()), "{calls:?}");
    // the base is pulled, and so is nothing that the deployment pushes to
    assert_eq!(on("ecr:PutImage"), ["web", "worker"].map(ecr));
    assert_eq!(
        on("ecs:UpdateService"),
        ["blue/web", "green/*"].map(service)
    );

    let written = least_policy(&[Deployment::Ecs], &targets);
    assert_eq!(written.placeholders, ["SERVICE"]);
    let resources = |sid: &str| {
        let of = |one: &&crate::Statement| one.sid() == Some(sid);
        let statement = written.policy.statements().iter().find(of).unwrap();
        statement.resources().cloned().unwrap()
    };
    let only = |all: [String; 2]| crate::document::Selector::Only(all.to_vec());
    assert_eq!(resources("EcrPush"), only(["web", "worker"].map(ecr)));
    assert_eq!(
        resources("EcsDeploy"),
        only(["blue/web", "green/SERVICE"].map(service))
    );
    let again = simulate(
        &identity(&written.policy),
        None,
        &[Deployment::Ecs],
        &targets,
    );
    let denied: Vec<_> = again.iter().filter(|one| one.ruling.is_denied()).collect();
    assert!(denied.is_empty(), "{denied:?}");

    // what is said outright is one of them, or another
    let said = |place: &str, name: &str| {
        let targets = targets.clone().with(place, name);
        let calls = simulate(&identity(&policy), None, &[Deployment::Ecs], &targets);
        let push = calls.into_iter().find(|one| one.action == "ecr:PutImage");
        push.map(|one| (one.resource, one.ruling.is_allowed()))
            .unwrap()
    };
    assert_eq!(said("repository", "worker"), (ecr("worker"), true));
    assert_eq!(said("repository", "base"), (ecr("base"), false));
}

#[test]
fn a_role_without_push_is_an_ecs_service_deployment() {
    let text = r#"{"Sid": "Deploy", "Effect": "Allow",
        "Action": ["ecs:UpdateService", "ecs:DescribeServices", "ecr:DescribeImages"],
        "Resource": "*"}"#;
    let review = review(&policy(text), TrustPolicy::NotChecked, None, None);
    assert_eq!(review.deployments, [Deployment::EcsService]);
    let all = told(&review);
    assert!(
        !all.contains(&"call-denied ecr:PutImage -".to_owned()),
        "{all:?}"
    );
    assert!(
        all.iter().all(|one| !one.starts_with("action-surplus")),
        "{all:?}"
    );
    // who logs in to the registry and pushes has a part in it, even one that lacks a call
    let half = text.replace("ecr:DescribeImages", "ecr:UploadLayerPart");
    assert_eq!(
        super::review(&policy(&half), TrustPolicy::NotChecked, None, None).deployments,
        [Deployment::Ecs]
    );
    let parts = recognize_steps([], ["aws ecs update-service --force-new-deployment"]);
    assert_eq!(deployments_of(&parts), [Deployment::EcsService]);
}
