//! A workflow with the local actions that it uses.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cx, FactError, Kind, Known, Listing, Location, Place, Resource, Scope, Subject, Unknown,
};

use crate::resources::workflow::{Condition, Job, Step, Unfollowed};
use crate::resources::{LocalAction, Workflow};

/// How deeply local actions may use one another: GitHub allows ten composite actions in one workflow.
/// <https://docs.github.com/en/actions/concepts/workflows-and-actions/reusing-workflow-configurations>
const DEEPEST: usize = 10;

/// The values that a called workflow or an action gets: for each of its names (`inputs.title`,
/// `env.title`), the contexts of the event that it holds.
pub(crate) type Given = BTreeMap<String, Vec<String>>;

/// Replaces inputs and variables by the contexts that they hold. Each context comes with the name that
/// it replaced, if any.
pub(crate) fn given_in<'a>(
    contexts: impl IntoIterator<Item = &'a String>,
    given: &Given,
) -> Vec<(String, Option<String>)> {
    let mut all = Vec::new();
    for context in contexts {
        let perhaps = context.starts_with('?');
        let bare = context.trim_start_matches('?');
        let outer = bare.starts_with("inputs") || bare.starts_with("env.");
        if !outer {
            all.push((context.clone(), None));
            continue;
        }
        // what an uncertain value holds is uncertain
        let mark = |held: &String| match perhaps && !held.starts_with('?') {
            true => format!("?{held}"),
            false => held.clone(),
        };
        // `inputs` alone, as in `toJSON(inputs)`, holds all of them
        let names = given
            .iter()
            .filter(|(name, _)| *name == bare || (bare == "inputs" && name.starts_with("inputs.")));
        for (name, held) in names {
            all.extend(held.iter().map(|held| (mark(held), Some(name.clone()))));
        }
    }
    all
}

/// The values that a step or a job passes to what it calls.
pub(crate) fn passed_on(passed: &BTreeMap<String, Vec<String>>, given: &Given) -> Given {
    let on = passed.iter().map(|(name, contexts)| {
        let held = given_in(contexts, given).into_iter();
        (name.clone(), held.map(|(context, _)| context).collect())
    });
    on.collect()
}

/// A workflow with the local actions that it uses.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    pub(crate) workflow: Arc<Workflow>,
    /// The actions by folder; `None` for a folder that the repository does not have.
    actions: Arc<BTreeMap<String, Known<Option<Arc<LocalAction>>>>>,
}

/// A step with its file: the workflow, or a local action that the workflow uses.
#[derive(Debug, Clone)]
pub(crate) struct Placed<'a> {
    pub(crate) step: &'a Step,
    /// The step of the workflow that runs it: the same step, unless it is in an action.
    pub(crate) outer: &'a Step,
    pub(crate) path: String,
    /// All steps of its job or its action.
    pub(crate) siblings: &'a [Step],
    /// The values that its file gets.
    pub(crate) given: Arc<Given>,
}

impl Placed<'_> {
    /// A location in the file of the step.
    pub(crate) fn at(&self, at: crate::resources::workflow::At) -> Location {
        Location {
            path: self.path.clone(),
            line: at.line,
            column: at.column,
        }
    }

    /// Its condition, and the condition of the step that runs it: both must be true.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Condition> + Clone {
        [&self.step.condition, &self.outer.condition]
            .into_iter()
            .flatten()
    }

    /// Whether a condition is always false, so that the step never runs.
    pub(crate) fn never_runs(&self) -> bool {
        self.conditions().any(|condition| condition.never)
    }

    /// Why its script may run one of these programs without being recorded: a part of the script could
    /// not be followed, and mentions the program.
    pub(crate) fn unfollowed(&self, tools: &[&str]) -> Option<Unknown> {
        let mut parts = self.step.unfollowed.iter();
        let part = parts.find(|part| part.mentions(tools))?;
        Some(self.why_unfollowed(part))
    }

    /// Why a part of its script is unknown.
    pub(crate) fn why_unfollowed(&self, part: &Unfollowed) -> Unknown {
        Unknown::undetermined(format!(
            "the script at {} line {} could not be followed: {}",
            self.path,
            part.at.line,
            part.why.reason()
        ))
    }

    /// The location of the step.
    pub(crate) fn location(&self) -> Location {
        self.at(self.step.at)
    }
}

impl Flow {
    /// The steps of a job. After a step that uses a local action follow the steps of the action, or an
    /// unknown if the action could not be read.
    pub(crate) fn steps<'a>(&'a self, job: &'a Job) -> Vec<Known<Placed<'a>>> {
        self.steps_given(job, &Arc::default())
    }

    /// The same for a workflow that is called with values.
    pub(crate) fn steps_given<'a>(
        &'a self,
        job: &'a Job,
        given: &Arc<Given>,
    ) -> Vec<Known<Placed<'a>>> {
        let mut all = Vec::new();
        for step in &job.steps {
            let placed = Placed {
                step,
                outer: step,
                path: self.workflow.path.clone(),
                siblings: &job.steps,
                given: Arc::clone(given),
            };
            self.unfold(placed, 0, &mut all);
        }
        all
    }

    /// Adds a step, and the steps of the local action that it uses.
    fn unfold<'a>(&'a self, placed: Placed<'a>, depth: usize, into: &mut Vec<Known<Placed<'a>>>) {
        let Placed {
            step, outer, given, ..
        } = placed.clone();
        // the step itself comes first, so that checks see the action by its name
        into.push(Known::Yes(placed));
        let Some(folder) = step.uses.as_deref().and_then(LocalAction::folder_of) else {
            return;
        };
        let action = match self.actions.get(folder) {
            Some(Known::Yes(Some(action))) if depth < DEEPEST => action,
            Some(Known::No(unknown)) => {
                into.push(Known::No(unknown.clone()));
                return;
            }
            _ => {
                let message = format!(
                    "the action ./{folder} is not in the repository: the run must create it"
                );
                into.push(Unknown::undetermined(message).into());
                return;
            }
        };
        match &action.steps {
            Known::No(unknown) => into.push(Known::No(unknown.clone())),
            Known::Yes(steps) => {
                // a composite action inherits the environment of its caller, but not its inputs
                let mut inner = passed_on(&step.passed, &given);
                let outside = given.iter().filter(|(name, _)| name.starts_with("env."));
                for (name, held) in outside {
                    // the `env` of the step overrides that of the workflow
                    inner.entry(name.clone()).or_insert_with(|| held.clone());
                }
                let inner = Arc::new(inner);
                for step in steps {
                    let placed = Placed {
                        step,
                        outer,
                        path: action.path(),
                        siblings: steps,
                        given: Arc::clone(&inner),
                    };
                    self.unfold(placed, depth + 1, into);
                }
            }
        }
    }

    /// A local action by its folder, where it was read.
    pub(crate) fn action(&self, folder: &str) -> Option<&LocalAction> {
        self.actions.get(folder)?.ok()?.as_deref()
    }

    /// The local actions that it uses, where they were read.
    pub(crate) fn actions(&self) -> impl Iterator<Item = &LocalAction> {
        self.actions
            .values()
            .filter_map(|found| found.ok()?.as_deref())
    }

    /// The steps of all jobs.
    ///
    /// # Errors
    /// If the workflow could not be read.
    pub(crate) fn all_steps(&self) -> Result<Vec<Known<Placed<'_>>>, Unknown> {
        let jobs = self.workflow.jobs.get()?;
        Ok(jobs.iter().flat_map(|job| self.steps(job)).collect())
    }
}

/// All workflows of the repositories that were read.
///
/// # Errors
/// If a kind could not be listed at all.
pub(crate) async fn flows(cx: &Cx) -> Result<Arc<Listing<Flow>>, FactError> {
    cx.subjects::<Flow>().await
}

/// The repositories whose workflows were read, including those without a workflow.
fn repositories(flows: &Listing<Flow>) -> Vec<Place> {
    let mut all: Vec<Place> = match &flows.scope {
        Scope::Places(places) => places.clone(),
        Scope::Everything => flows.iter().map(|(id, _)| id.place.clone()).collect(),
    };
    all.sort();
    all.dedup();
    // a repository that could not be listed is a gap, which is a finding of its own
    all.retain(|place| flows.readable(place).is_known());
    all
}

/// The workflows of each repository that was read.
pub(crate) fn of_repositories(flows: &Listing<Flow>) -> Vec<(Place, Arc<Vec<Flow>>)> {
    let places = repositories(flows).into_iter();
    places
        .map(|place| {
            let own = flows.at(&place).map(|(_, flow)| flow.clone());
            let own = Arc::new(own.collect());
            (place, own)
        })
        .collect()
}

/// Workflows by their path.
pub(crate) fn by_path(flows: &[Flow]) -> BTreeMap<&str, &Flow> {
    let pairs = flows.iter().map(|flow| (&*flow.workflow.path, flow));
    pairs.collect()
}

/// The `owner/repo` of an action with its path, in lower case and without its ref: GitHub ignores the
/// case of both names.
pub(crate) fn action(uses: &str) -> String {
    uses.split('@').next().unwrap_or(uses).to_ascii_lowercase()
}

#[async_trait]
impl Subject for Flow {
    const KINDS: &'static [&'static Kind] = &[Workflow::KIND, LocalAction::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let workflows = cx.list::<Workflow>().await?;
        let actions = cx.list::<LocalAction>().await?;
        let shared: BTreeMap<(&Place, &str), Arc<LocalAction>> = actions
            .iter_shared()
            .map(|(id, action)| ((&id.place, &*id.name), Arc::clone(action)))
            .collect();
        let items = workflows.iter_shared().map(|(id, workflow)| {
            let mut used = BTreeMap::new();
            let jobs = workflow.jobs.ok().into_iter().flatten();
            let steps = jobs.flat_map(|job| &job.steps);
            let mut to_join: Vec<String> = steps.filter_map(folder).collect();
            // local actions can use local actions; `used` also ends a cycle
            while let Some(folder) = to_join.pop() {
                if used.contains_key(&folder) {
                    continue;
                }
                let found = actions
                    .get(&id.place, &folder)
                    .map(|_| shared.get(&(&id.place, &*folder)).map(Arc::clone));
                if let Known::Yes(Some(action)) = &found {
                    let steps = action.steps.ok().into_iter().flatten();
                    to_join.extend(steps.filter_map(self::folder));
                }
                used.insert(folder, found);
            }
            let flow = Self {
                workflow: Arc::clone(workflow),
                actions: Arc::new(used),
            };
            (Arc::clone(id), flow)
        });
        Ok(Arc::new(Listing::new(
            items.collect(),
            workflows.scope.clone(),
            workflows.gaps.clone(),
        )))
    }

    fn location(&self) -> Option<Location> {
        Resource::location(&*self.workflow)
    }
}

fn folder(step: &Step) -> Option<String> {
    let uses = step.uses.as_deref()?;
    LocalAction::folder_of(uses).map(str::to_owned)
}
