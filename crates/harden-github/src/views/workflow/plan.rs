//! The plan of a workflow: its jobs, where each job that calls a reusable workflow of the repository
//! is replaced by the jobs of that workflow.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use harden_core::{Known, Location, Unknown};

use super::flow::{Flow, Given, Placed, passed_on};
use crate::resources::workflow::{Condition, Job};

/// How deeply called workflows are followed: GitHub allows ten levels of workflows.
/// <https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows#nesting-reusable-workflows>
const DEEPEST: usize = 10;
/// The largest number of jobs in a plan, so that files which call one another many times end.
const MOST: usize = 1000;

/// A job that runs.
#[derive(Debug, Clone)]
pub(crate) struct Node<'a> {
    pub(crate) flow: &'a Flow,
    pub(crate) job: &'a Job,
    /// The jobs that call its workflow, from the outermost to the innermost.
    pub(crate) callers: Vec<(&'a Flow, &'a Job)>,
    /// The nodes that it waits for.
    pub(crate) needs: BTreeSet<usize>,
    /// The environments that it may run in; empty if it has no environment.
    pub(crate) environments: Known<Vec<String>>,
    /// The values that its workflow gets from its callers.
    pub(crate) given: Arc<Given>,
    /// Why its steps are not known, if it calls a workflow that could not be read.
    pub(crate) opaque: Option<Unknown>,
    /// Whether its workflow is started by `workflow_run` after the first workflow, whatever the result
    /// of that was.
    pub(crate) follows: bool,
}

impl<'a> Node<'a> {
    /// The steps.
    pub(crate) fn steps(&self) -> Vec<Known<Placed<'a>>> {
        self.flow.steps_given(self.job, &self.given)
    }

    /// Its condition and those of the jobs that call it: it runs only if all of them are true.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &'a Condition> {
        let callers = self.callers.iter().map(|(_, job)| *job);
        callers
            .chain([self.job])
            .filter_map(|job| job.condition.as_ref())
    }

    /// Whether its failure fails the run.
    pub(crate) fn can_fail(&self) -> bool {
        let callers = self.callers.iter().map(|(_, job)| *job);
        !callers.chain([self.job]).any(|job| job.continue_on_error)
    }

    /// The location of the job.
    pub(crate) fn location(&self) -> Location {
        self.flow.workflow.at(self.job.at)
    }

    /// The job's name for a reader: `deploy`, `call / deploy`.
    pub(crate) fn name(&self) -> String {
        let callers = self.callers.iter().map(|(_, job)| *job);
        let ids: Vec<&str> = callers.chain([self.job]).map(|job| &*job.id).collect();
        ids.join(" / ")
    }
}

/// The values that a call passes to a workflow.
#[derive(Debug, Default)]
struct Inputs {
    /// The literal values of inputs that name an environment or a stage.
    stages: BTreeMap<String, String>,
    given: Arc<Given>,
}

/// The jobs that a workflow runs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan<'a> {
    pub(crate) nodes: Vec<Node<'a>>,
}

impl<'a> Plan<'a> {
    /// The plan of a workflow. `all` holds the workflows of its repository by their path.
    ///
    /// # Errors
    /// If the workflow itself could not be read. A called workflow that could not be read is an
    /// opaque node.
    pub(crate) fn of(flow: &'a Flow, all: &BTreeMap<&str, &'a Flow>) -> Result<Self, Unknown> {
        flow.workflow.jobs.get()?;
        let mut plan = Self::default();
        plan.add(flow, all, &[], &BTreeSet::new(), &Inputs::default());
        Ok(plan)
    }

    /// Adds the jobs of a workflow that `workflow_run` starts when this one has finished: they run after
    /// all of its jobs. `workflow_run` selects a workflow by its `name`, or by its path if it has none.
    pub(crate) fn follow(&mut self, flow: &Flow, after: &'a Flow, all: &BTreeMap<&str, &'a Flow>) {
        let named = flow.workflow.name.ok().and_then(Option::as_deref);
        let named = named.unwrap_or(&flow.workflow.path);
        let triggers = after.workflow.triggers.ok().map_or(&[][..], Vec::as_slice);
        let follows = triggers.iter().any(|trigger| {
            trigger.event == "workflow_run" && trigger.workflows.iter().any(|name| name == named)
        });
        if follows && after.workflow.path != flow.workflow.path {
            let first = (0..self.nodes.len())
                .filter(|node| self.nodes.get(*node).is_some_and(|n| !n.follows));
            let before: BTreeSet<usize> = first.collect();
            let start = self.nodes.len();
            self.add(after, all, &[], &before, &Inputs::default());
            for node in self.nodes.iter_mut().skip(start) {
                node.follows = true;
            }
        }
    }

    /// Adds the jobs of a workflow, and returns their nodes.
    fn add(
        &mut self,
        flow: &'a Flow,
        all: &BTreeMap<&str, &'a Flow>,
        callers: &[(&'a Flow, &'a Job)],
        outer: &BTreeSet<usize>,
        inputs: &Inputs,
    ) -> BTreeSet<usize> {
        let jobs = flow.workflow.jobs.ok().map_or(&[][..], Vec::as_slice);
        let mut nodes: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        // a job is added after the jobs that it needs, in whatever order the file has them
        let mut waiting: Vec<&'a Job> = jobs.iter().collect();
        while !waiting.is_empty() && self.nodes.len() < MOST {
            let ready = waiting
                .iter()
                .position(|job| job.needs.iter().all(|need| nodes.contains_key(&**need)));
            // without a ready job there is a cycle or a missing job; GitHub refuses to run either
            let job = waiting.remove(ready.unwrap_or(0));
            let mut needs = outer.clone();
            for need in &job.needs {
                needs.extend(nodes.get(&**need).into_iter().flatten());
            }
            let own = self.add_job(flow, job, all, callers, needs, inputs);
            nodes.insert(&job.id, own);
        }
        nodes.into_values().flatten().collect()
    }

    fn add_job(
        &mut self,
        flow: &'a Flow,
        job: &'a Job,
        all: &BTreeMap<&str, &'a Flow>,
        callers: &[(&'a Flow, &'a Job)],
        needs: BTreeSet<usize>,
        inputs: &Inputs,
    ) -> BTreeSet<usize> {
        let called = job.call.as_ref().map(|call| called(&call.uses, all));
        if let (Some(Ok(called)), Some(call)) = (&called, &job.call)
            && callers.len() < DEEPEST
            && !callers
                .iter()
                .any(|(flow, _)| flow.workflow.path == called.workflow.path)
        {
            // the call is replaced by the called jobs, which wait for what the call waits for
            let mut chain = callers.to_vec();
            chain.push((flow, job));
            let inputs = Inputs {
                stages: call.inputs.clone(),
                given: Arc::new(passed_on(&call.passed, &inputs.given)),
            };
            return self.add(called, all, &chain, &needs, &inputs);
        }
        let opaque = match called {
            Some(Err(unknown)) => Some(unknown),
            Some(Ok(_)) => Some(Unknown::undetermined("reusable workflows call one another")),
            None => None,
        };
        let environments = match &job.environment {
            None => Known::Yes(Vec::new()),
            Some(environment) => match (&environment.input, &environment.names) {
                // `environment: ${{ inputs.x }}`: the caller may pass a literal name
                (Some(input), Known::No(unknown)) => inputs.stages.get(input).map_or_else(
                    || Known::No(unknown.clone()),
                    |name| Known::Yes(vec![name.clone()]),
                ),
                (_, names) => names.clone(),
            },
        };
        let index = self.nodes.len();
        self.nodes.push(Node {
            flow,
            job,
            callers: callers.to_vec(),
            needs,
            environments,
            given: match (&opaque, &job.call) {
                // a call that cannot be followed still gets values, which matter to the injection check
                (Some(_), Some(call)) => Arc::new(passed_on(&call.passed, &inputs.given)),
                _ => Arc::clone(&inputs.given),
            },
            opaque,
            follows: false,
        });
        BTreeSet::from([index])
    }

    /// Whether a node runs on an event. A job is skipped if a job that it needs is skipped, unless its
    /// `if` calls a status function such as `always()`.
    /// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idneeds>
    pub(crate) fn reaches(&self, node: usize, event: &str) -> bool {
        let mut next = vec![node];
        let mut seen = BTreeSet::new();
        while let Some(at) = next.pop() {
            let Some(node) = self.nodes.get(at) else {
                continue;
            };
            // a following workflow starts when another run has finished, whatever started that run
            let event = if node.follows { "workflow_run" } else { event };
            if !node.conditions().all(|condition| runs_on(condition, event)) {
                return false;
            }
            // the jobs before a following workflow are another run, which may have any event
            if !node.follows && !node.conditions().any(|condition| condition.after_skip) {
                next.extend(node.needs.iter().filter(|need| seen.insert(**need)));
            }
        }
        true
    }

    /// The nodes whose failure keeps a node from running on all of the events, each with whether the
    /// node does not run either if that one is skipped.
    ///
    /// Without a status function in its `if`, these are all nodes before it. With one, they are those
    /// that the condition stops for, and what keeps those from running in turn, if the condition also
    /// stops when they are skipped because of that.
    pub(crate) fn gating(&self, node: usize, events: &[&str]) -> BTreeMap<usize, bool> {
        let Some(found) = self.nodes.get(node) else {
            return BTreeMap::new();
        };
        let statuses: Vec<&Condition> = found
            .conditions()
            .filter(|c| c.after_skip || c.after_failure)
            .collect();
        if statuses.is_empty() {
            let before = self.before(node).into_iter();
            return before.map(|index| (index, true)).collect();
        }
        // `failure()` is true if any job before it failed, needed directly or not
        if !found.conditions().any(|condition| condition.after_failure) {
            let before = self.before(node).into_iter();
            return before.map(|index| (index, false)).collect();
        }
        let mut gating = BTreeMap::new();
        for need in &found.needs {
            let Some(before) = self.nodes.get(*need) else {
                continue;
            };
            let stops = |result: &str| {
                let callers = before.callers.iter().map(|(_, job)| *job);
                let ids = callers.chain([before.job]).map(|job| &job.id);
                let mut ids = ids.filter_map(|id| {
                    let mut all = statuses.iter();
                    all.find_map(|condition| condition.stopped_by.get(id))
                });
                ids.any(|results| stops_on(results, result, events))
            };
            if !stops("failure") {
                continue;
            }
            let skipped = stops("skipped");
            if stops("skipped-after-failure") {
                for (index, _) in self.gating(*need, events) {
                    gating.entry(index).or_insert(skipped);
                }
                gating.insert(*need, skipped);
            } else if !self.may_be_skipped(*need) {
                gating.insert(*need, skipped);
            }
        }
        gating
    }

    /// Whether the failure of a job before a node can skip it.
    fn may_be_skipped(&self, node: usize) -> bool {
        let always = |condition: &Condition| condition.after_failure;
        self.nodes.get(node).is_some_and(|found| {
            !found.conditions().any(always)
                && self
                    .before(node)
                    .iter()
                    .any(|index| self.nodes.get(*index).is_some_and(Node::can_fail))
        })
    }

    /// Whether a node runs only after another node has finished.
    pub(crate) fn is_after(&self, node: usize, other: usize) -> bool {
        self.before(node).contains(&other)
    }

    /// All nodes that have finished before a node starts.
    pub(crate) fn before(&self, node: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut next = vec![node];
        while let Some(at) = next.pop() {
            for need in self.nodes.get(at).into_iter().flat_map(|n| &n.needs) {
                if found.insert(*need) {
                    next.push(*need);
                }
            }
        }
        found
    }
}

/// Whether results contain one on all of the events: `failure`, or `failure on push`.
fn stops_on(results: &[String], result: &str, events: &[&str]) -> bool {
    let has = |wanted: &str| results.iter().any(|own| own == wanted);
    let on = |event: &&str| has(&format!("{result} on {event}"));
    has(result) || (!events.is_empty() && events.iter().all(on))
}

/// Whether a condition allows a job or a step to run on an event. A part of the condition that the
/// event does not decide is taken as true, so that a job which may run counts as one that runs.
pub(crate) fn runs_on(condition: &Condition, event: &str) -> bool {
    !condition.never && !condition.never_on.iter().any(|name| name == event)
}

/// The called workflow, if it can be called.
fn called<'a>(uses: &str, all: &BTreeMap<&str, &'a Flow>) -> Result<&'a Flow, Unknown> {
    let Some(path) = uses.strip_prefix("./").or_else(|| uses.strip_prefix("$/")) else {
        let message = format!("{uses} is in another repository, and its workflows are not read");
        return Err(Unknown::undetermined(message));
    };
    let flow = all.get(path).copied().ok_or_else(|| {
        Unknown::undetermined(format!("the repository does not have the file {path}"))
    })?;
    // a called workflow that could not be read is opaque: its jobs must not look like no jobs
    flow.workflow.jobs.get()?;
    let triggers = flow.workflow.triggers.get()?;
    if !triggers
        .iter()
        .any(|trigger| trigger.event == "workflow_call")
    {
        let message = format!("{path} cannot be called: it does not have a workflow_call trigger");
        return Err(Unknown::undetermined(message));
    }
    Ok(flow)
}
