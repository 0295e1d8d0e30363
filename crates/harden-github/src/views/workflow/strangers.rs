//! Whether an event that is about a stranger's code gets to a job or a step, and what stands between.

use std::collections::BTreeSet;

use super::plan::{Plan, runs_on};
use crate::resources::workflow::{Condition, Strangers};

/// An event that is about a stranger's code: of `workflow_run` with the event of the run before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) event: String,
    pub(crate) run_event: Option<String>,
}

impl Origin {
    pub(crate) fn of(event: &str) -> Self {
        Self {
            event: event.to_owned(),
            run_event: None,
        }
    }

    pub(crate) fn after(run_event: &str) -> Self {
        Self {
            event: "workflow_run".to_owned(),
            run_event: Some(run_event.to_owned()),
        }
    }

    /// Whether it always runs with the secrets and the token of the repository. Reviews of a pull
    /// request from a fork do not, unless the settings of the repository say so.
    /// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#how-permissions-are-calculated-for-a-workflow-job>
    pub(crate) fn is_privileged(&self) -> bool {
        !self.event.starts_with("pull_request_review")
    }

    /// Whether `actions/checkout` looks at whose code it is: its source names these events.
    pub(crate) fn is_guarded(&self) -> bool {
        match &*self.event {
            "pull_request_target" => true,
            "workflow_run" => self
                .run_event
                .as_ref()
                .is_some_and(|event| event.starts_with("pull_request")),
            _ => false,
        }
    }
}

/// What conditions let through.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Gate {
    /// Nothing of a stranger's.
    pub(crate) closed: bool,
    /// Only pull requests that were merged.
    pub(crate) merged: bool,
    /// Only where a person with rights causes the event.
    pub(crate) vetted: bool,
}

impl Gate {
    pub(crate) fn add(&mut self, condition: &Condition, origin: &Origin) {
        if !runs_on(condition, &origin.event) {
            self.closed = true;
        }
        match condition.strangers_on(&origin.event, origin.run_event.as_deref()) {
            Strangers::Never => self.closed = true,
            Strangers::Merged => self.merged = true,
            Strangers::Vetted => self.vetted = true,
            _ => {}
        }
    }
}

impl Plan<'_> {
    /// What the conditions of a job let through, with those of the jobs that call it and of the jobs
    /// that it needs: without a status function in its `if`, a job is skipped with what it needs.
    pub(crate) fn gate(&self, node: usize, origin: &Origin) -> Gate {
        let mut gate = Gate::default();
        let mut next = vec![node];
        let mut seen = BTreeSet::new();
        while let Some(at) = next.pop() {
            let Some(node) = self.nodes.get(at).filter(|_| seen.insert(at)) else {
                continue;
            };
            for condition in node.conditions() {
                gate.add(condition, origin);
            }
            let goes_on = node.conditions().any(|condition| condition.after_skip);
            let demanded = |need: &usize| {
                let Some(need) = self.nodes.get(*need) else {
                    return false;
                };
                let first = need.callers.first().map_or(need.job, |(_, job)| *job);
                let demand = format!("needs.{}.result == success", first.id);
                node.conditions().any(|condition| {
                    let mut demands = condition.demands.iter();
                    demands.any(|own| own.eq_ignore_ascii_case(&demand))
                })
            };
            next.extend(node.needs.iter().filter(|need| !goes_on || demanded(need)));
        }
        gate
    }
}
