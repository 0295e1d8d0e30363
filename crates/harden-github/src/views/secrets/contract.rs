//! Compares the secrets and variables that workflows read with those that exist.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use harden_core::{Known, Location, Unknown};

use crate::resources::workflow::{Call, CallSecrets, Condition, Context, Job, Reference};
use crate::views::workflow::{Flow, Node, Plan, by_path};

/// Names that need not exist: GitHub creates `GITHUB_TOKEN`, and reads the other two itself if they are
/// set.
const ALWAYS: &[&str] = &["GITHUB_TOKEN", "ACTIONS_STEP_DEBUG", "ACTIONS_RUNNER_DEBUG"];

/// Names, in upper case: GitHub ignores their case.
pub(crate) type Names = BTreeSet<String>;

/// The names that exist at the three levels that a job can use.
#[derive(Debug, Clone)]
pub(crate) struct Levels {
    pub(crate) repository: Known<Names>,
    pub(crate) organization: Known<Names>,
    /// By the name of the environment, in lower case.
    pub(crate) environments: BTreeMap<String, Known<Names>>,
    /// Known if all environments were read.
    pub(crate) readable: Known<()>,
}

impl Levels {
    /// Whether a job can use a name. A job that may run in one of several environments must find the
    /// name in each of them.
    pub(crate) fn sees(&self, name: &str, environments: &Known<Vec<String>>) -> Known<bool> {
        let everywhere = Known::any([has(&self.repository, name), has(&self.organization, name)]);
        // what every job can use needs no look at the environments, which may be unknown
        if everywhere == Known::Yes(true) {
            return everywhere;
        }
        let environments = match environments {
            Known::Yes(names) if names.is_empty() => return everywhere,
            Known::Yes(names) => names,
            Known::No(unknown) => return Known::No(unknown.clone()),
        };
        Known::all(environments.iter().map(|environment| {
            let own = match self.environments.get(&environment.to_lowercase()) {
                Some(names) => has(names, name),
                // no such environment: then it has no names, if all environments were read
                None => self.readable.clone().map(|()| false),
            };
            Known::any([everywhere.clone(), own])
        }))
    }
}

fn has(names: &Known<Names>, name: &str) -> Known<bool> {
    names.as_ref().map(|names| names.contains(name))
}

/// A repository with its workflows and the names that exist.
#[derive(Debug, Clone)]
pub(crate) struct Contract {
    pub(crate) repository: String,
    pub(crate) flows: Arc<Vec<Flow>>,
    pub(crate) levels: Levels,
}

/// A name that a job reads.
#[derive(Debug, Clone)]
pub(crate) struct ReadName {
    pub(crate) name: String,
    pub(crate) at: Location,
    pub(crate) environments: Known<Vec<String>>,
    /// Whether the job can use it.
    pub(crate) exists: Known<bool>,
    /// In a called workflow: the job that calls it and does not pass the name.
    pub(crate) not_passed: Option<NotPassed>,
}

/// A name that a call does not pass to the workflow that reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotPassed {
    /// The job that calls, and its file.
    pub(crate) job: String,
    pub(crate) path: String,
    /// The called file, if it does not declare the name. GitHub refuses to pass an undeclared secret.
    pub(crate) undeclared: Option<String>,
    /// Whether the calling job can use the name.
    pub(crate) seen: Known<bool>,
}

/// The names that the workflows of a repository read.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReadNames {
    pub(crate) all: Vec<ReadName>,
    /// Every name that is read, whether it must exist or not.
    pub(crate) names: Names,
    /// Whether more names may be read: by a computed name, or by a called workflow that inherits all.
    pub(crate) open: bool,
    /// Why some names are not known.
    pub(crate) unread: Option<Unknown>,
}

impl Contract {
    /// The names that are read in a context.
    pub(crate) fn reads(&self, context: Context) -> ReadNames {
        let paths = by_path(&self.flows);
        let called: BTreeSet<&str> = self
            .flows
            .iter()
            .filter_map(|flow| flow.workflow.jobs.ok())
            .flatten()
            .filter_map(|job| {
                let uses = &job.call.as_ref()?.uses;
                uses.strip_prefix("./").or_else(|| uses.strip_prefix("$/"))
            })
            .collect();
        let mut reads = ReadNames::default();
        for flow in self.flows.iter() {
            // a workflow that is only called is read in the plan of its caller
            let only_called = called.contains(&*flow.workflow.path)
                && flow.workflow.triggers.ok().is_some_and(|triggers| {
                    triggers
                        .iter()
                        .all(|trigger| trigger.event == "workflow_call")
                });
            if only_called {
                continue;
            }
            let whole = [
                flow.workflow.triggers.as_ref().map(|_| ()),
                flow.workflow.references.as_ref().map(|_| ()),
            ];
            for part in whole {
                if let Known::No(unknown) = part {
                    reads.unread.get_or_insert(unknown.into());
                }
            }
            match Plan::of(flow, &paths) {
                Ok(plan) => self.plan(&plan, context, &mut reads),
                Err(unknown) => {
                    reads.unread.get_or_insert(unknown);
                }
            }
        }
        reads
            .all
            .sort_by(|a, b| (&a.name, &a.at).cmp(&(&b.name, &b.at)));
        reads.all.dedup_by(|a, b| a.name == b.name && a.at == b.at);
        reads
    }

    fn plan(&self, plan: &Plan<'_>, context: Context, reads: &mut ReadNames) {
        for node in &plan.nodes {
            if let Known::No(unknown) = &node.flow.workflow.references {
                reads.unread.get_or_insert_with(|| (**unknown).clone());
            }
            if context == Context::Secrets
                && let Some(CallSecrets::Inherit) =
                    node.job.call.as_ref().and_then(|c| c.secrets.as_ref())
            {
                reads.open = true;
            }
            let own = node.job.references.iter();
            let steps = node.job.steps.iter().filter(|step| {
                let never = |c: &Condition| c.never || self.is_elsewhere(c);
                !step.condition.as_ref().is_some_and(never)
            });
            let steps = steps.flat_map(|step| &step.references);
            let whole = node.flow.workflow.references.ok().into_iter().flatten();
            for reference in own.chain(steps).chain(whole) {
                self.read(node, &node.callers, node.flow, reference, context, reads);
            }
            // the calling jobs read names as well, such as the secrets that they pass
            for (depth, (flow, job)) in node.callers.iter().enumerate() {
                let above = node.callers.get(..depth).unwrap_or_default();
                for reference in &job.references {
                    // a job of the called workflow that has the secret in its environment gets that one,
                    // and not the one that is passed
                    if context == Context::Secrets
                        && is_passed(job, &reference.name)
                        && self.has_own(plan, depth, job, &reference.name)
                    {
                        reads.names.insert(reference.name.clone());
                        continue;
                    }
                    self.read(node, above, flow, reference, context, reads);
                }
            }
        }
    }

    /// Whether a condition holds only in another repository, such as the one that this is a fork of.
    fn is_elsewhere(&self, condition: &Condition) -> bool {
        let owner = self.repository.split('/').next().unwrap_or_default();
        condition.demands.iter().any(|demand| {
            let other = |context: &str, own: &str| {
                let named = demand.strip_prefix(context);
                named.is_some_and(|named| named != "…" && !named.eq_ignore_ascii_case(own))
            };
            other("github.repository == ", &self.repository)
                || other("github.repository_owner == ", owner)
        })
    }

    /// Whether every job that a call runs and that reads a secret has it in its environment.
    fn has_own(&self, plan: &Plan<'_>, depth: usize, call: &Job, name: &str) -> bool {
        let mut readers = plan.nodes.iter().filter(|node| {
            let called = node.callers.get(depth);
            let reads = |all: &[Reference]| {
                let mut all = all.iter();
                all.any(|one| one.context == Context::Secrets && one.name == name)
            };
            called.is_some_and(|(_, job)| std::ptr::eq(*job, call))
                && (reads(&node.job.references)
                    || node.job.steps.iter().any(|step| reads(&step.references))
                    || node
                        .flow
                        .workflow
                        .references
                        .ok()
                        .is_some_and(|all| reads(all)))
        });
        let own = |node: &Node<'_>| self.environment_only().sees(name, &node.environments);
        let mut some = false;
        let all = readers.all(|node| {
            some = true;
            own(node) == Known::Yes(true)
        });
        some && all
    }

    /// The levels without the repository and the organization.
    fn environment_only(&self) -> Levels {
        Levels {
            repository: Known::Yes(Names::new()),
            organization: Known::Yes(Names::new()),
            ..self.levels.clone()
        }
    }

    /// Whether a name that is missing is one that the job can do without: what reads it does not run then.
    fn does_without(&self, reference: &Reference, environments: &Known<Vec<String>>) -> bool {
        let mut guards = reference.if_set.iter();
        guards.any(|name| self.levels.sees(name, environments) == Known::Yes(false))
    }

    fn read(
        &self,
        node: &Node<'_>,
        callers: &[(&Flow, &Job)],
        flow: &Flow,
        reference: &Reference,
        context: Context,
        reads: &mut ReadNames,
    ) {
        if reference.context != context || ALWAYS.contains(&&*reference.name) {
            return;
        }
        if reference.name == "*" {
            reads.open = true;
            return;
        }
        reads.names.insert(reference.name.clone());
        let runs_nowhere = |condition: &Condition| condition.never || self.is_elsewhere(condition);
        if reference.optional || node.conditions().any(runs_nowhere) {
            return;
        }
        // a caller runs its call without an environment, so only the job itself has one
        let in_job = std::ptr::eq(flow, node.flow);
        let environments = if in_job {
            node.environments.clone()
        } else {
            Known::Yes(Vec::new())
        };
        let mut not_passed = None;
        let exists = match passed(flow, callers, &reference.name, context) {
            Passed::Given => return,
            Passed::Seen => self.levels.sees(&reference.name, &environments),
            Passed::Not {
                path,
                job,
                declared,
            } => {
                not_passed = Some(NotPassed {
                    job: job.id.clone(),
                    path: path.to_owned(),
                    undeclared: (!declared).then(|| flow.workflow.path.clone()),
                    seen: self.levels.sees(&reference.name, &Known::Yes(Vec::new())),
                });
                // GitHub documents that a called job gets the secrets of its environment, and it is
                // reported that it does not where the caller passes nothing
                // (https://github.com/actions/runner/issues/1490)
                let own = self.environment_only();
                own.sees(&reference.name, &environments).and_then(|own| match own {
                    true => Unknown::undetermined(format!(
                        "the job {} of {} calls the workflow and does not pass the secret {}, which the \
                         environment of the called job has; it is not documented whether the job gets it: \
                         pass it, or set `secrets: inherit`",
                        job.id, path, reference.name
                    ))
                    .into(),
                    false => Known::Yes(false),
                })
            }
        };
        let exists = match exists {
            Known::Yes(false) if self.does_without(reference, &environments) => return,
            Known::Yes(false) if reference.tested => Unknown::undetermined(format!(
                "the secret {} is missing, and {} line {} may do without it: a script or a condition \
                 tests whether it is there",
                reference.name, flow.workflow.path, reference.at.line
            ))
            .into(),
            Known::Yes(false) if node.conditions().any(is_of_dependabot) => {
                Unknown::undetermined(format!(
                    "the secret {} is missing, and only runs of Dependabot read it: these get the \
                     Dependabot secrets, which are not read",
                    reference.name
                ))
                .into()
            }
            exists => exists,
        };
        reads.all.push(ReadName {
            name: reference.name.clone(),
            at: flow.workflow.at(reference.at),
            environments,
            exists,
            not_passed,
        });
    }
}

/// Whether a condition holds only for runs that Dependabot causes. They get the Dependabot secrets
/// instead of the Actions secrets.
/// <https://docs.github.com/en/code-security/reference/supply-chain-security/troubleshoot-dependabot/dependabot-on-actions>
fn is_of_dependabot(condition: &Condition) -> bool {
    const ACTORS: [&str; 4] = [
        "github.actor",
        "github.triggering_actor",
        "github.event.pull_request.user.login",
        "github.event.sender.login",
    ];
    condition.demands.iter().any(|demand| {
        let compared = demand.split_once(" == ");
        compared.is_some_and(|(context, who)| {
            ACTORS.contains(&context) && matches!(who, "dependabot[bot]" | "dependabot")
        })
    })
}

/// Whether a call passes a secret under its own name.
fn is_passed(job: &Job, name: &str) -> bool {
    let secrets = job.call.as_ref().and_then(|call| call.secrets.as_ref());
    matches!(secrets, Some(CallSecrets::Named(names)) if names.iter().any(|n| n == name))
}

/// How a called workflow gets a secret.
/// <https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows#passing-inputs-and-secrets-to-a-reusable-workflow>
enum Passed<'a> {
    /// A caller passes it, and reads it itself under the name that it has there.
    Given,
    /// Directly: it can use what exists in the repository, the organization and its environment.
    Seen,
    /// Not at all: this job of this file calls it and does not pass the secret. `declared` tells
    /// whether it could.
    Not {
        path: &'a str,
        job: &'a Job,
        declared: bool,
    },
}

fn passed<'a>(
    flow: &Flow,
    callers: &[(&'a Flow, &'a Job)],
    name: &str,
    context: Context,
) -> Passed<'a> {
    let triggers = flow.workflow.triggers.ok().map_or(&[][..], Vec::as_slice);
    let declared = triggers
        .iter()
        .filter(|trigger| trigger.event == "workflow_call")
        .find_map(|trigger| trigger.secrets.get(name));
    // variables are not passed: every called workflow can use those of the caller's repository
    if context == Context::Vars {
        return Passed::Seen;
    }
    if callers.is_empty() {
        // Callers in other repositories pass what it reads. If it also starts on other events, it
        // reads the secrets of the repository, except those that it declares as not required.
        let called = triggers
            .iter()
            .all(|trigger| trigger.event == "workflow_call");
        return if called || declared == Some(&false) {
            Passed::Given
        } else {
            Passed::Seen
        };
    }
    // from the innermost caller outwards: `inherit` passes the question on to the next caller
    for (caller, job) in callers.iter().rev() {
        match job
            .call
            .as_ref()
            .and_then(|call: &Call| call.secrets.as_ref())
        {
            Some(CallSecrets::Inherit) => {}
            Some(CallSecrets::Named(names)) if names.iter().any(|n| n == name) => {
                return Passed::Given;
            }
            // declared as not required, so the workflow works without it
            _ if declared == Some(&false) => return Passed::Given,
            _ => {
                return Passed::Not {
                    path: &caller.workflow.path,
                    job,
                    declared: declared.is_some(),
                };
            }
        }
    }
    Passed::Seen
}
