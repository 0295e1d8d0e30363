//! The least policy for a deployment.

use super::simulate::steps;
use super::steps::Deployment;
use super::targets::{Targets, cluster_of};
use crate::document::{Effect, Policy, PrincipalSet, Statement};

/// A policy that allows what a deployment calls, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeastPolicy {
    /// The policy.
    pub policy: Policy,
    /// Names in it that only a person knows, as they stand there (`EXECUTION_ROLE`).
    pub placeholders: Vec<String>,
}

/// The least policy for these deployments: each call on the resources that it is about, roles by
/// name and to the one service that gets them.
pub fn least_policy(deployments: &[Deployment], targets: &Targets) -> LeastPolicy {
    let mut least = LeastPolicy {
        policy: Policy::new(),
        placeholders: Vec::new(),
    };
    for part in steps(deployments) {
        let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
        for call in part.calls {
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
                format!("{}{name}", part.sid)
            } else {
                part.sid.to_owned()
            });
            if part.id == "ecs-service" {
                statement = statement.with_condition("ArnEquals", "ecs:cluster", clusters);
            }
            least.policy = least.policy.with_statement(statement);
        }
        if let Some((service, _)) = part.passes {
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
    /// Names that are not known stand in capitals.
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
    // An identity policy names no principal.
    statement.principal = None;
    statement.resources = Some(crate::document::Selector::Only(resources));
    statement
}
