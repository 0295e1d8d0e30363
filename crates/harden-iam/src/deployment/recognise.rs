//! Which deployment it is.

use super::parts::{Kind, PARTS, Part};
use crate::evaluate::Identity;

/// The parts that a workflow's steps are, by the actions that they use (`owner/name@ref`) and the
/// commands that they run.
pub fn recognise<'a>(
    uses: impl IntoIterator<Item = &'a str>,
    commands: impl IntoIterator<Item = &'a str>,
) -> Vec<&'static Part> {
    let uses: Vec<&str> = uses
        .into_iter()
        .map(|one| one.split('@').next().unwrap_or(one))
        .collect();
    let commands: Vec<String> = commands
        .into_iter()
        .map(|one| one.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let used = |part: &Part| {
        let named = |name: &&str| uses.iter().any(|one| one.eq_ignore_ascii_case(name));
        part.uses.iter().any(named)
    };
    let run = |part: &Part| {
        let starts = |command: &String| {
            let begins = |beginning: &&str| {
                let rest = command.strip_prefix(*beginning);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            };
            part.commands.iter().any(begins)
        };
        commands.iter().any(starts)
    };
    let mut parts: Vec<&Part> = PARTS
        .into_iter()
        .filter(|one| used(one) || run(one))
        .collect();
    // An image is pushed to Amazon ECR only by who logs in there.
    if !parts.iter().any(|one| one.id == "ecr-login") {
        parts.retain(|one| one.id != "ecr-push");
    }
    parts
}

/// The deployments that parts make: the whole of one where a part of it is there that no other has.
pub fn kinds_of(parts: &[&Part]) -> Vec<Kind> {
    let has = |ids: &[&str]| parts.iter().any(|one| ids.contains(&one.id));
    let mut kinds = Vec::new();
    let service = has(&["ecs-task-definition", "ecs-service"]);
    kinds.extend(of_images(service, has(&["ecr-push"])));
    if has(&["lambda-code"]) {
        kinds.push(Kind::Lambda);
    }
    if has(&["s3-sync"]) && has(&["cloudfront-invalidation"]) {
        kinds.push(Kind::Site);
    }
    kinds
}

/// The deployments that a role looks made for, by the actions that its policies name.
pub fn infer(identity: &Identity) -> Vec<Kind> {
    let names = |action: &str| identity.allowing(action).next().is_some();
    let mut kinds = Vec::new();
    // A role that may deploy stacks makes and unmakes such things in passing.
    if deploys_stacks(identity) {
        return kinds;
    }
    // where another role pushes, this one may have no part in it
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
    kinds.extend(of_images(names("ecs:UpdateService"), pushes));
    if names("lambda:UpdateFunctionCode") {
        kinds.push(Kind::Lambda);
    }
    if names("s3:PutObject") && names("cloudfront:CreateInvalidation") {
        kinds.push(Kind::Site);
    }
    kinds
}

/// What is done with images.
fn of_images(service: bool, pushes: bool) -> Option<Kind> {
    match (service, pushes) {
        (true, true) => Some(Kind::Ecs),
        (true, false) => Some(Kind::EcsService),
        (false, true) => Some(Kind::Ecr),
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
        .any(|action| identity.allowing(action).next().is_some())
}
