//! A workflow with the actions of its repository that it uses.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cx, FactError, Kind, Known, Listing, Location, Place, Resource, Scope, Subject, Unknown,
};

use crate::resources::workflow::{Condition, Job, Step, Unfollowed};
use crate::resources::{LocalAction, Workflow};

/// How deep actions of the repository may use one another.
const DEEPEST: usize = 10;

/// What a called workflow or an action is given: the contexts of the event, by what names them in it:
/// `inputs.title`, `env.title`.
pub(crate) type Given = BTreeMap<String, Vec<String>>;

/// Contexts with what is given in the place of inputs and variables; with what named it, where
/// something did.
pub(crate) fn given_in<'a>(
    contexts: impl IntoIterator<Item = &'a String>,
    given: &Given,
) -> Vec<(String, Option<String>)> {
    let mut all = Vec::new();
    for context in contexts {
        let outer = context.starts_with("inputs") || context.starts_with("env.");
        if !outer {
            all.push((context.clone(), None));
            continue;
        }
        // `inputs` alone is all of them
        let names = given.iter().filter(|(name, _)| {
            *name == context || (context == "inputs" && name.starts_with("inputs."))
        });
        for (name, held) in names {
            all.extend(held.iter().map(|held| (held.clone(), Some(name.clone()))));
        }
    }
    all
}

/// What is given to what a step or a job calls.
pub(crate) fn passed_on(passed: &BTreeMap<String, Vec<String>>, given: &Given) -> Given {
    let on = passed.iter().map(|(name, contexts)| {
        let held = given_in(contexts, given).into_iter();
        (name.clone(), held.map(|(context, _)| context).collect())
    });
    on.collect()
}

/// A workflow with the actions of its repository that it uses.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    pub(crate) workflow: Arc<Workflow>,
    /// By folder; none of a folder that the repository does not have.
    actions: Arc<BTreeMap<String, Known<Option<Arc<LocalAction>>>>>,
}

/// A step, and the place where it stands: in the workflow, or in an action that it uses.
#[derive(Debug, Clone)]
pub(crate) struct Placed<'a> {
    pub(crate) step: &'a Step,
    /// The step of the workflow through which it runs: the same, unless it is an action's.
    pub(crate) outer: &'a Step,
    pub(crate) path: String,
    /// What the file that it stands in is given.
    pub(crate) given: Arc<Given>,
}

impl Placed<'_> {
    /// A place of the file that the step stands in.
    pub(crate) fn at(&self, at: crate::resources::workflow::At) -> Location {
        Location {
            path: self.path.clone(),
            line: at.line,
            column: at.column,
        }
    }

    /// Its condition, and that of the step through which it runs.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Condition> + Clone {
        [&self.step.condition, &self.outer.condition]
            .into_iter()
            .flatten()
    }

    /// Why its script may run one of these programs unseen: a part of it can't be followed, and
    /// mentions the program.
    pub(crate) fn unfollowed(&self, tools: &[&str]) -> Option<Unknown> {
        let mut parts = self.step.unfollowed.iter();
        let part = parts.find(|part| part.mentions(tools))?;
        Some(self.why_unfollowed(part))
    }

    /// Why a part of its script is unknown.
    pub(crate) fn why_unfollowed(&self, part: &Unfollowed) -> Unknown {
        Unknown::undetermined(format!(
            "the script at {} line {} can't be followed: {}",
            self.path,
            part.at.line,
            part.why.reason()
        ))
    }

    /// Where the step stands.
    pub(crate) fn location(&self) -> Location {
        self.at(self.step.at)
    }
}

impl Flow {
    /// The steps of a job, those of the repository's own actions in the place of the step that
    /// uses one; unknown where such an action can't be read.
    pub(crate) fn steps<'a>(&'a self, job: &'a Job) -> Vec<Known<Placed<'a>>> {
        self.steps_given(job, &Arc::default())
    }

    /// The same of a workflow that is called with something.
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
                given: Arc::clone(given),
            };
            self.unfold(placed, 0, &mut all);
        }
        all
    }

    fn unfold<'a>(&'a self, placed: Placed<'a>, depth: usize, into: &mut Vec<Known<Placed<'a>>>) {
        let Placed {
            step, outer, given, ..
        } = placed.clone();
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
                    "the action ./{folder} is not in the repository: the run puts it there"
                );
                into.push(Unknown::undetermined(message).into());
                return;
            }
        };
        match &action.steps {
            Known::No(unknown) => into.push(Known::No(unknown.clone())),
            Known::Yes(steps) => {
                // an action sees the environment of what uses it, and no input but its own
                let mut inner = passed_on(&step.passed, &given);
                let outside = given.iter().filter(|(name, _)| name.starts_with("env."));
                for (name, held) in outside {
                    inner.entry(name.clone()).or_insert_with(|| held.clone());
                }
                let inner = Arc::new(inner);
                for step in steps {
                    let placed = Placed {
                        step,
                        outer,
                        path: action.path(),
                        given: Arc::clone(&inner),
                    };
                    self.unfold(placed, depth + 1, into);
                }
            }
        }
    }

    /// The steps of all jobs.
    ///
    /// # Errors
    /// When the workflow can't be read.
    pub(crate) fn all_steps(&self) -> Result<Vec<Known<Placed<'_>>>, Unknown> {
        let jobs = self.workflow.jobs.get()?;
        Ok(jobs.iter().flat_map(|job| self.steps(job)).collect())
    }
}

/// All workflows of the repositories that were read.
///
/// # Errors
/// When a kind can't be had at all.
pub(crate) async fn flows(cx: &Cx) -> Result<Arc<Listing<Flow>>, FactError> {
    cx.subjects::<Flow>().await
}

/// The repositories whose workflows were read, those without one included.
pub(crate) fn repositories(flows: &Listing<Flow>) -> Vec<Place> {
    let mut all: Vec<Place> = match &flows.scope {
        Scope::Places(places) => places.clone(),
        Scope::Everything => flows.iter().map(|(id, _)| id.place.clone()).collect(),
    };
    all.sort();
    all.dedup();
    // where the listing is a gap, the gap is the finding
    all.retain(|place| flows.readable(place).is_known());
    all
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
            let mut wanted: Vec<String> = steps.filter_map(folder).collect();
            while let Some(folder) = wanted.pop() {
                if used.contains_key(&folder) {
                    continue;
                }
                let found = actions
                    .get(&id.place, &folder)
                    .map(|_| shared.get(&(&id.place, &*folder)).map(Arc::clone));
                if let Known::Yes(Some(action)) = &found {
                    let steps = action.steps.ok().into_iter().flatten();
                    wanted.extend(steps.filter_map(self::folder));
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
