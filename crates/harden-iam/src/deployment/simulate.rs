//! Simulates a deployment with a role's policies.

use super::steps::{Deployment, DeploymentStep};
use super::target_arns::cluster_of;
use super::targets::Targets;
use crate::caller::{Caller, look_up};
use crate::document::{Effect, Selector, Statement};
use crate::evaluate::{Identity, Ruling};
use crate::pattern::Pattern;
use crate::table::known;

/// The result of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallOutcome {
    /// The action.
    pub action: &'static str,
    /// The ARN of the resource. It contains `*` if a name is not known; the question is then whether the
    /// call is allowed on some resource.
    pub resource: String,
    /// The service that a role is passed to; only for `iam:PassRole`.
    pub passed_to: Option<&'static str>,
    /// The purpose of the call, as a verb phrase.
    pub why: String,
    /// The result of evaluating all policies.
    pub ruling: Ruling,
    /// The reason, as clauses, if the call is denied or undetermined.
    pub reason: Option<String>,
}

/// Simulates deployments with the effective permissions of a role. `role` is its ARN, if known.
pub fn simulate(
    identity: &Identity,
    role: Option<&str>,
    deployments: &[Deployment],
    targets: &Targets,
) -> Vec<CallOutcome> {
    let simulation = Simulation {
        caller: Caller::new(identity, role),
        targets,
    };
    steps(deployments)
        .into_iter()
        .flat_map(|step| simulation.run_step(step))
        .collect()
}

/// The steps of deployments, without duplicates.
pub(super) fn steps(deployments: &[Deployment]) -> Vec<&'static DeploymentStep> {
    let mut all: Vec<&DeploymentStep> = Vec::new();
    for step in deployments.iter().flat_map(|deployment| deployment.steps()) {
        if !all.iter().any(|one| one.id == step.id) {
            all.push(step);
        }
    }
    all
}

struct Simulation<'a> {
    caller: Caller<'a>,
    targets: &'a Targets,
}

impl Simulation<'_> {
    fn run_step(&self, step: &'static DeploymentStep) -> Vec<CallOutcome> {
        let mut outcomes: Vec<CallOutcome> = Vec::new();
        for call in step.calls {
            let all = self.arns(call.on).into_iter();
            outcomes.extend(all.map(|arn| self.call(call.action, arn, None, call.why.to_owned())));
        }
        if let Some((service, by)) = step.passes {
            let mut roles = self.targets.roles.clone();
            if roles.is_empty() {
                roles = self.arns("arn:{partition}:iam::{account}:role/{role}");
            }
            let why = format!("pass the task role and the execution role in {by}");
            outcomes.extend(
                roles
                    .into_iter()
                    .map(|role| self.call("iam:PassRole", role, Some(service), why.clone())),
            );
        }
        outcomes
    }

    fn arns(&self, template: &str) -> Vec<String> {
        let account = self.caller.account().to_owned();
        self.targets.fill(template, &mut |place| match place {
            "partition" => "aws".to_owned(),
            "account" => account.clone(),
            _ => "*".to_owned(),
        })
    }

    fn call(
        &self,
        action: &'static str,
        resource: String,
        passed_to: Option<&'static str>,
        why: String,
    ) -> CallOutcome {
        let cluster = cluster_of(&resource);
        let mut known: Vec<(&str, &str)> = Vec::new();
        let takes_cluster = look_up(action, |action| action.takes_key("ecs:cluster"));
        if let (Some(cluster), Some(true)) = (&cluster, takes_cluster) {
            known.push(("ecs:cluster", cluster));
        }
        known.extend(passed_to.map(|service| ("iam:PassedToService", service)));
        let ruling = self.caller.decide(action, &resource, &known);
        let reason = match &ruling {
            Ruling::Allowed { .. } => None,
            Ruling::ExplicitlyDenied { by } => Some(format!("{by} denies it")),
            Ruling::Undetermined { by, key } => Some(format!("it depends on {key} in {by}")),
            Ruling::ImplicitlyDenied { missing } => Some(match self.reasons(action, &resource) {
                reasons if reasons.is_empty() => format!("no statement of the {missing} allows it"),
                reasons => reasons.join("; "),
            }),
        };
        CallOutcome {
            action,
            resource,
            passed_to,
            why,
            ruling,
            reason,
        }
    }

    /// Why the statements that name the action do not allow it.
    fn reasons(&self, action: &str, resource: &str) -> Vec<String> {
        let allowing = self.caller.identity.allow_statements(action);
        let named = allowing.filter(|(_, _, one)| one.effect() == Effect::Allow);
        named
            .map(|(source, _, one)| {
                format!("{} {}", source.statement, reason(one, action, resource))
            })
            .collect()
    }
}

fn reason(statement: &Statement, action: &str, resource: &str) -> String {
    let takes = look_up(action, |action| action.takes_resources());
    let list = match statement.resources() {
        Some(Selector::Only(list)) => list.as_slice(),
        _ => &[],
    };
    let everything = |text: &String| Pattern::resource(text).is_everything();
    if takes == Some(false) && !list.is_empty() && !list.iter().any(everything) {
        return format!(
            "is about {}, but {action} is authorized only on `*`",
            list.join(", ")
        );
    }
    for condition in statement.conditions() {
        let key = condition.key();
        let never = look_up(action, |action| !action.takes_key(key)) == Some(true);
        if never && !known::can_be_in_any_request(key) {
            return format!("requires {key}, which {action} does not support");
        }
    }
    let asked = Pattern::resource(resource);
    if !list.is_empty()
        && !list
            .iter()
            .any(|text| Pattern::resource(text).overlaps(&asked))
    {
        return format!("is about {}, not {resource}", list.join(", "));
    }
    match statement.conditions().first() {
        Some(condition) => format!(
            "requires {} {} `{}`",
            condition.operator(),
            condition.key(),
            condition.values().join("`, `")
        ),
        None => "is limited by another policy".to_owned(),
    }
}
