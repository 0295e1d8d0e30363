//! For which stage a job deploys, where it has no environment that says so: by its name, the names of
//! its callers and its file, by what it is given, and by the branches that start it.

use super::names::{Says, is_other_branch, is_other_stage, is_production, says};
use super::workflow::starts_production;
use crate::resources::workflow::Trigger;
use crate::views::workflow::{Flow, Node, Plan, runs_for};

/// For which stage a job deploys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Production, by a name or by what its workflow is given.
    Production,
    /// Another stage.
    Other,
    /// It may be either.
    Unclear,
    /// Nothing says it: what has no stage deploys to production.
    Unnamed,
}

/// The stage of a job. Where the policy names the file that deploys, its name and its branches count as
/// production's.
pub(crate) fn stage(plan: &Plan<'_>, index: usize, node: &Node<'_>, named_file: bool) -> Stage {
    if !is_started(plan, index, node) {
        return Stage::Other;
    }
    let by_name = by_names(node, named_file);
    if by_name != Stage::Unnamed || named_file {
        return by_name;
    }
    by_branches(plan, index, node)
}

/// The workflow that starts.
fn root<'a>(node: &Node<'a>) -> &'a Flow {
    node.callers.first().map_or(node.flow, |(flow, _)| *flow)
}

/// The triggers of the first workflow that can start a deployment to production, and on which the job
/// runs; all of them, where no trigger of the workflow can.
fn starting<'a>(plan: &Plan<'a>, index: usize, node: &Node<'a>) -> Option<Vec<&'a Trigger>> {
    let flow = root(node);
    let triggers = flow.workflow.triggers.ok()?;
    let all: Vec<&Trigger> = triggers
        .iter()
        .filter(|trigger| starts_production(flow, trigger))
        .collect();
    if all.is_empty() {
        return None;
    }
    let runs = |trigger: &&Trigger| plan.reaches(index, &trigger.event);
    Some(all.into_iter().filter(runs).collect())
}

/// Whether an event that can start a deployment to production runs the job. A job that runs only on
/// open pull requests does not deploy to production.
fn is_started(plan: &Plan<'_>, index: usize, node: &Node<'_>) -> bool {
    starting(plan, index, node).is_none_or(|triggers| !triggers.is_empty())
}

/// The stage by what the workflow is given, then by names, from those of the job outwards: the first
/// that says something decides.
fn by_names(node: &Node<'_>, named_file: bool) -> Stage {
    let given = || {
        node.callers
            .iter()
            .rev()
            .filter_map(|(_, job)| job.call.as_ref())
    };
    let mut values = given().flat_map(|call| call.inputs.values());
    if let Some(value) = values.find(|value| is_production(value) || is_other_stage(value)) {
        return match is_production(value) {
            true => Stage::Production,
            false => Stage::Other,
        };
    }
    let callers = node.callers.iter().rev().map(|(_, job)| *job);
    let jobs = std::iter::once(node.job).chain(callers);
    let mut levels: Vec<Vec<&str>> = jobs
        .map(|job| job.name.as_deref().into_iter().chain([&*job.id]).collect())
        .collect();
    if !named_file {
        let callers = node.callers.iter().rev().map(|(flow, _)| *flow);
        for flow in std::iter::once(node.flow).chain(callers) {
            let name = flow.workflow.name.ok().and_then(Option::as_deref);
            levels.push(name.into_iter().chain([file_name(flow)]).collect());
        }
    }
    for names in levels {
        let all: Vec<Says> = names.into_iter().map(says).collect();
        let has = |one: Says| all.contains(&one);
        match (has(Says::Production), has(Says::Other), has(Says::Perhaps)) {
            (true, true, _) => return Stage::Unclear,
            (true, false, _) => return Stage::Production,
            (false, true, _) => return Stage::Other,
            (false, false, true) => return Stage::Unclear,
            (false, false, false) => {}
        }
    }
    Stage::Unnamed
}

/// The name of a file without its folder and its ending.
pub(super) fn file_name(flow: &Flow) -> &str {
    let name = flow.workflow.path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// The stage by the branches whose events start the job.
fn by_branches(plan: &Plan<'_>, index: usize, node: &Node<'_>) -> Stage {
    let Some(triggers) = starting(plan, index, node) else {
        return Stage::Unnamed;
    };
    let stages: Vec<Stage> = triggers
        .iter()
        .map(|trigger| of_trigger(trigger, node))
        .collect();
    // a person who starts it manually chooses the branch
    let manual = triggers.iter().any(|t| t.event == "workflow_dispatch");
    let automatic = triggers.iter().zip(&stages);
    let mut automatic = automatic.filter(|(t, _)| t.event != "workflow_dispatch");
    if automatic.clone().next().is_none() {
        return Stage::Unnamed;
    }
    if automatic.clone().all(|(_, stage)| *stage == Stage::Other) {
        return if manual { Stage::Unclear } else { Stage::Other };
    }
    match automatic.any(|(_, stage)| *stage == Stage::Unnamed) {
        true => Stage::Unnamed,
        false => Stage::Unclear,
    }
}

fn of_trigger(trigger: &Trigger, node: &Node<'_>) -> Stage {
    // only these have branches; tags are releases
    if !matches!(&*trigger.event, "push" | "workflow_run" | "pull_request") {
        return Stage::Unnamed;
    }
    let positive = trigger.branches.iter().filter(|b| !b.starts_with('!'));
    let mut branches: Vec<&str> = positive.map(String::as_str).collect();
    let by_condition = node
        .conditions()
        .find_map(|c| c.branches.get(&trigger.event));
    if branches.is_empty() && trigger.tags {
        return Stage::Unnamed;
    }
    if branches.is_empty() || branches.iter().any(|b| b.starts_with('*')) {
        match by_condition {
            // the `if` names the branches on which the job runs
            Some(named) if named.get("*") == Some(&false) => {
                branches = named
                    .keys()
                    .map(String::as_str)
                    .filter(|b| *b != "*")
                    .collect();
            }
            _ => {
                let main = |b: &String| matches!(&**b, "main" | "master" | "trunk");
                // every branch but the one that production is usually deployed from
                return match trigger.branches_ignore.iter().any(main) {
                    true => Stage::Unclear,
                    false => Stage::Unnamed,
                };
            }
        }
    }
    branches.retain(|branch| {
        let mut all = node.conditions();
        all.all(|condition| runs_for(condition, &trigger.event, branch))
    });
    match branches.iter().all(|branch| is_other_branch(branch)) {
        true => Stage::Other,
        false => Stage::Unnamed,
    }
}
