//! Recognizes deployments by a workflow's steps, or by the actions in policies.

use super::steps::{Deployment, DeploymentStep, STEPS};
use crate::evaluate::Identity;

/// Recognizes deployment steps by the GitHub actions that a workflow uses (`owner/name@ref`) and the
/// commands that it runs.
pub fn recognize_steps<'a>(
    uses: impl IntoIterator<Item = &'a str>,
    commands: impl IntoIterator<Item = &'a str>,
) -> Vec<&'static DeploymentStep> {
    let uses: Vec<&str> = uses
        .into_iter()
        .map(|one| one.split('@').next().unwrap_or(one))
        .collect();
    let commands: Vec<String> = commands
        .into_iter()
        .map(|one| one.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let used = |part: &DeploymentStep| {
        let named = |name: &&str| uses.iter().any(|one| one.eq_ignore_ascii_case(name));
        part.uses.iter().any(named)
    };
    let run = |part: &DeploymentStep| {
        let starts = |command: &String| {
            let begins = |beginning: &&str| {
                let rest = command.strip_prefix(*beginning);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            };
            part.commands.iter().any(begins)
        };
        commands.iter().any(starts)
    };
    let mut parts: Vec<&DeploymentStep> = STEPS
        .into_iter()
        .filter(|one| used(one) || run(one))
        .collect();
    // `docker push` is a push to Amazon ECR only if the workflow logs in there.
    if !parts.iter().any(|one| one.id == "ecr-login") {
        parts.retain(|one| one.id != "ecr-push");
    }
    parts
}

/// The deployments that contain these steps. A deployment is recognized by a step that no other has.
pub fn deployments_of(parts: &[&DeploymentStep]) -> Vec<Deployment> {
    let has = |ids: &[&str]| parts.iter().any(|one| ids.contains(&one.id));
    let mut deployments = Vec::new();
    let service = has(&["ecs-task-definition", "ecs-service"]);
    deployments.extend(of_images(service, has(&["ecr-push"])));
    if has(&["lambda-code"]) {
        deployments.push(Deployment::Lambda);
    }
    if has(&["s3-sync"]) && has(&["cloudfront-invalidation"]) {
        deployments.push(Deployment::S3CloudFront);
    }
    deployments
}

/// Infers the deployments of a role from the actions that its policies name.
pub fn infer_deployments(identity: &Identity) -> Vec<Deployment> {
    let names = |action: &str| identity.allow_statements(action).next().is_some();
    let mut deployments = Vec::new();
    // CloudFormation creates such resources itself: the permissions of a role that deploys stacks
    // do not show a deployment.
    if deploys_stacks(identity) {
        return deployments;
    }
    // If the role updates a service, any push permission shows that it also pushes. Otherwise only
    // `ecr:PutImage` does, because the others are also needed by builds that push elsewhere.
    let push = [
        "ecr:PutImage",
        "ecr:InitiateLayerUpload",
        "ecr:UploadLayerPart",
        "ecr:CompleteLayerUpload",
    ];
    let pushes = match names("ecs:UpdateService") {
        true => push.into_iter().any(names),
        false => names("ecr:PutImage"),
    };
    deployments.extend(of_images(names("ecs:UpdateService"), pushes));
    if names("lambda:UpdateFunctionCode") {
        deployments.push(Deployment::Lambda);
    }
    if names("s3:PutObject") && names("cloudfront:CreateInvalidation") {
        deployments.push(Deployment::S3CloudFront);
    }
    deployments
}

/// The deployment of an image.
fn of_images(service: bool, pushes: bool) -> Option<Deployment> {
    match (service, pushes) {
        (true, true) => Some(Deployment::Ecs),
        (true, false) => Some(Deployment::EcsService),
        (false, true) => Some(Deployment::Ecr),
        (false, false) => None,
    }
}

fn deploys_stacks(identity: &Identity) -> bool {
    let stacks = [
        "cloudformation:CreateStack",
        "cloudformation:UpdateStack",
        "cloudformation:ExecuteChangeSet",
    ];
    stacks
        .iter()
        .any(|action| identity.allow_statements(action).next().is_some())
}
