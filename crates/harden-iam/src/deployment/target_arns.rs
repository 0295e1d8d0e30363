//! Reads the names of targets from ARNs, and decides whether a statement lets a role change them.

use super::steps::STEPS;
use crate::arn::ArnParts;
use crate::caller::look_up;
use crate::document::Statement;
use crate::pattern::Pattern;
use crate::table::AccessLevel;

/// The placeholders that every ARN has. The others identify the target.
pub(super) const COMMON: [&str; 3] = ["partition", "region", "account"];

/// The ARN of a service's cluster; `None` if the name of the cluster is not known.
pub(super) fn cluster_of(service: &str) -> Option<String> {
    let arn = ArnParts::parse(service)?;
    let (cluster, _) = arn.resource.strip_prefix("service/")?.split_once('/')?;
    let known = [arn.region, arn.account, cluster];
    let (partition, region, account) = (arn.partition, arn.region, arn.account);
    known
        .into_iter()
        .all(is_name)
        .then(|| format!("arn:{partition}:ecs:{region}:{account}:cluster/{cluster}"))
}

pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(['*', '?', '$'])
}

pub(super) fn resource_type<'a>(arn: &ArnParts<'a>) -> &'a str {
    arn.resource.split('/').next().unwrap_or(arn.resource)
}

/// The names in the ARN of a possible target, by placeholder.
pub(super) fn names_of<'a>(arn: &ArnParts<'a>) -> Vec<(&'static str, &'a str)> {
    let (kind, rest) = arn.resource.split_once('/').unwrap_or((arn.resource, ""));
    let version_off = |name: &'a str| name.split(':').next().unwrap_or_default();
    match (arn.service, kind) {
        ("ecr", "repository") => vec![("repository", rest)],
        ("ecs", "cluster") => vec![("cluster", rest)],
        ("ecs", "task-definition") => vec![("family", version_off(rest))],
        ("ecs", "service") => match rest.split_once('/') {
            Some((cluster, service)) => vec![("cluster", cluster), ("service", service)],
            None => Vec::new(),
        },
        ("lambda", _) => match arn.resource.strip_prefix("function:") {
            Some(name) => vec![("function", version_off(name))],
            None => Vec::new(),
        },
        ("s3", bucket) if arn.account.is_empty() => vec![("bucket", bucket)],
        ("cloudfront", "distribution") => vec![("distribution", rest)],
        _ => Vec::new(),
    }
}

/// Whether a statement lets a deployment change the resource. A repository that is only pulled from is
/// not a target.
pub(super) fn allows_change(statement: &Statement, arn: &ArnParts<'_>) -> bool {
    let placeholders = names_of(arn);
    let calls = STEPS.into_iter().flat_map(|part| part.calls);
    let mut changing = calls.filter(|call| {
        let of_service = call.on.split(':').nth(2) == Some(arn.service);
        let named =
            |(placeholder, _): &(&str, &str)| call.on.contains(&format!("{{{placeholder}}}"));
        let own = call.on.matches('{').count() - common_in(call.on);
        of_service
            && own == placeholders.len()
            && placeholders.iter().all(named)
            && writes(call.action)
    });
    changing.any(|call| statement.matches_action(call.action))
}

fn common_in(template: &str) -> usize {
    let stands = |placeholder: &&&str| template.contains(&format!("{{{placeholder}}}"));
    COMMON.iter().filter(stands).count()
}

fn writes(action: &str) -> bool {
    look_up(action, |action| action.level()) == Some(AccessLevel::Write)
}

/// Whether a statement can allow passing roles to Amazon ECS tasks. Roles that can only be passed to other
/// services are not task roles.
pub(super) fn passes_to_tasks(statement: &Statement) -> bool {
    let mut conditions = statement.conditions().iter();
    !conditions.any(|condition| {
        let operator = condition.operator().to_ascii_lowercase();
        let names = operator.contains("stringequals") || operator.contains("stringlike");
        let mut values = condition.values().iter();
        condition.key().eq_ignore_ascii_case("iam:PassedToService")
            && names
            && !operator.contains("not")
            && !values.any(|value| {
                value.contains('$') || Pattern::text(value).matches("ecs-tasks.amazonaws.com")
            })
    })
}
