//! Recognizes deployments by a workflow's steps, or by the actions in policies.

use super::steps::{Deployment, DeploymentStep, STEPS};
use crate::arn::ArnParts;
use crate::document::{Effect, Selector};
use crate::evaluate::Identity;
use crate::pattern::action_matches;

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

/// Services whose own roles push images or change functions: a role with their actions is one of theirs, or
/// a person's, and deploys nothing from a workflow.
const OTHER_BUILDERS: &[&str] = &[
    "amplify",
    "amplifybackend",
    "datapipeline",
    "datazone",
    "deeplens",
    "elasticbeanstalk",
    "greengrass",
    "imagebuilder",
    "mediaconnect",
    "medialive",
    "robomaker",
    "sagemaker",
    "servicecatalog",
    "synthetics",
];

/// Actions of services that act on Amazon ECS and Amazon ECR themselves: pull through cache rules, and
/// gateways that manage container instances.
const OTHER_ACTIONS: &[&str] = &[
    "ecr:BatchImportUpstreamImage",
    "ecs:DeregisterContainerInstance",
    "ecs:UpdateContainerInstancesState",
];

/// How resources that AWS services create for themselves are named.
const NAMES_OF_AWS: &[&str] = &["aws-", "aws_", "cwsyn-", "deeplens", "sagemaker"];

/// Infers the deployments of a role from the actions that its policies name.
///
/// A deployment is recognized by an action that is named, not by `*` or a whole service: those are
/// permissions of people. The exception is `ecs:*` next to a named permission to push images.
pub fn infer_deployments(identity: &Identity) -> Vec<Deployment> {
    let allows = |action: &str| identity.allow_statements(action).next().is_some();
    let names = |action: &str| names(identity, action);
    let mut deployments = Vec::new();
    // If the role updates a service, any push permission shows that it also pushes. Otherwise only
    // `ecr:PutImage` does, because the others are also needed by builds that push elsewhere.
    let push = [
        "ecr:PutImage",
        "ecr:InitiateLayerUpload",
        "ecr:UploadLayerPart",
        "ecr:CompleteLayerUpload",
    ];
    let whole_service = has_entry(identity, |entry| entry.eq_ignore_ascii_case("ecs:*"));
    let full_access = whole_service && names("ecr:PutImage");
    // CloudFormation creates such resources itself: the permissions of a role that deploys stacks
    // do not show a deployment.
    if deploys_stacks(identity) && !full_access {
        return deployments;
    }
    if names_wholly(identity, OTHER_ACTIONS) {
        return deployments;
    }
    let pushes = push.into_iter().any(names);
    // Without a push and without a new task definition, a role with alarms only scales the service.
    let scales = has_entry(identity, |entry| {
        let prefix = entry.split(':').next().unwrap_or_default();
        ["application-autoscaling", "cloudwatch"]
            .iter()
            .any(|one| one.eq_ignore_ascii_case(prefix))
    });
    let deploys = pushes || allows("ecs:RegisterTaskDefinition") || !scales;
    let updates = full_access || (names("ecs:UpdateService") && deploys);
    let other = has_entry(identity, |entry| {
        let prefix = entry.split(':').next().unwrap_or_default();
        OTHER_BUILDERS
            .iter()
            .any(|one| one.eq_ignore_ascii_case(prefix))
    });
    if updates {
        deployments.extend(of_images(true, pushes));
    } else if names("ecr:PutImage") && !other {
        deployments.extend(of_images(false, true));
    }
    if names("lambda:UpdateFunctionCode") && !other {
        deployments.push(Deployment::Lambda);
    }
    if names("s3:PutObject") && names("cloudfront:CreateInvalidation") {
        deployments.push(Deployment::S3CloudFront);
    }
    deployments
}

/// Whether a statement allows an action by a name without a wildcard in the service, for resources that
/// are not those of an AWS service. `s3:Put*` names `s3:PutObject`; `s3:*` and `*` do not.
fn names(identity: &Identity, action: &str) -> bool {
    identity.allow_statements(action).any(|(_, _, statement)| {
        let Selector::Only(entries) = statement.actions() else {
            return false;
        };
        let named = entries.iter().any(|entry| {
            let (_, name) = entry.split_once(':').unwrap_or(("", "*"));
            let some = name.chars().filter(|c| *c != '*').count() > 2 && name.len() > 7;
            some && action_matches(entry, action)
        });
        let of_aws = |arn: &String| {
            let resource = ArnParts::parse(arn).map_or("", |arn| arn.resource);
            let name = resource.rsplit([':', '/']).next().unwrap_or_default();
            let name = name.trim_start_matches('*').to_ascii_lowercase();
            NAMES_OF_AWS.iter().any(|one| name.starts_with(one))
        };
        let own = match statement.resources() {
            Some(Selector::Only(list)) => list.is_empty() || !list.iter().all(of_aws),
            _ => true,
        };
        named && own
    })
}

fn has_entry(identity: &Identity, is_meant: impl Fn(&str) -> bool) -> bool {
    let statements = identity
        .policies
        .iter()
        .flat_map(|one| one.policy.statements());
    let mut allows = statements.filter(|one| one.effect() == Effect::Allow);
    allows.any(|one| match one.actions() {
        Selector::Only(list) => list.iter().any(|entry| is_meant(entry)),
        Selector::Except(_) => false,
    })
}

/// Whether the policies name one of the actions in full.
fn names_wholly(identity: &Identity, actions: &[&str]) -> bool {
    has_entry(identity, |entry| {
        actions.iter().any(|one| one.eq_ignore_ascii_case(entry))
    })
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
