//! Writes the least-privilege policy for a deployment.

use super::simulate::steps;
use super::steps::Deployment;
use super::target_arns::cluster_of;
use super::targets::Targets;
use crate::document::{Effect, Policy, PrincipalSet, Statement};

/// A policy that allows the calls of a deployment and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeastPolicy {
    /// The policy.
    pub policy: Policy,
    /// Names in the policy that a person must fill in, as they are written there (`EXECUTION_ROLE`).
    pub placeholders: Vec<String>,
}

/// Writes the least-privilege policy for these deployments: each call on its resources, and passing the
/// roles by name to the one service that receives them.
pub fn least_policy(deployments: &[Deployment], targets: &Targets) -> LeastPolicy {
    let mut least = LeastPolicy {
        policy: Policy::new(),
        placeholders: Vec::new(),
    };
    for step in steps(deployments) {
        let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
        for call in step.calls {
            match groups.iter_mut().find(|(on, _)| *on == call.on) {
                Some((_, actions)) => actions.push(call.action),
                None => groups.push((call.on, vec![call.action])),
            }
        }
        let several = groups.len() > 1;
        for (on, actions) in groups {
            let resources = least.fill(on, targets);
            let mut clusters: Vec<String> = Vec::new();
            for cluster in resources.iter().filter_map(|one| cluster_of(one)) {
                if !clusters.contains(&cluster) {
                    clusters.push(cluster);
                }
            }
            let mut statement = allow(&actions, resources);
            let (_, name) = actions[0].split_once(':').unwrap_or(("", actions[0]));
            statement = statement.with_sid(if several {
                format!("{}{name}", step.sid)
            } else {
                step.sid.to_owned()
            });
            if step.id == "ecs-service" {
                statement = statement.with_condition("ArnEquals", "ecs:cluster", clusters);
            }
            least.policy = least.policy.with_statement(statement);
        }
        if let Some((service, _)) = step.passes {
            let mut roles = targets.roles.clone();
            if roles.is_empty() {
                for name in ["{TASK_ROLE}", "{EXECUTION_ROLE}"] {
                    let template = format!("arn:{{partition}}:iam::{{account}}:role/{name}");
                    roles.extend(least.fill(&template, targets));
                }
            }
            let statement = allow(&["iam:PassRole"], roles)
                .with_sid("PassTaskRoles")
                .with_condition("StringEquals", "iam:PassedToService", [service]);
            least.policy = least.policy.with_statement(statement);
        }
    }
    least
}

impl LeastPolicy {
    /// Fills in an ARN template. Unknown names become placeholders in capitals.
    fn fill(&mut self, template: &str, targets: &Targets) -> Vec<String> {
        targets.fill(template, &mut |place| {
            if place == "partition" {
                return "aws".to_owned();
            }
            let name = place.to_uppercase();
            if !self.placeholders.contains(&name) {
                self.placeholders.push(name.clone());
            }
            name
        })
    }
}

fn allow(actions: &[&str], resources: Vec<String>) -> Statement {
    let actions = actions.iter().copied();
    let mut statement = Statement::new(Effect::Allow, PrincipalSet::default(), actions, "*");
    // An identity policy has no `Principal`.
    statement.principal = None;
    statement.resources = Some(crate::document::Selector::Only(resources));
    statement
}
