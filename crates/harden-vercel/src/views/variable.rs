//! Each environment variable: of a project, or shared by a team.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject, Unknown,
};

use crate::operation::{SHARED, VARIABLES};
use crate::resources::{Project, ProjectVariables, SharedVariable, SharedVariables, Variable};

/// The kind of the resource that a finding about a variable is about.
const KIND: &str = "vercel/variable";

/// A variable, or in its place the variables of a project or a team that could not be read.
#[derive(Debug, Clone)]
pub(crate) enum VariableEntry {
    Recorded(Box<EnvVariable>),
    Unavailable(Unknown),
}

/// A variable of a project, or a shared variable of a team.
#[derive(Debug, Clone)]
pub(crate) struct EnvVariable {
    pub(crate) key: String,
    pub(crate) kind: Known<String>,
    pub(crate) targets: Known<Vec<String>>,
    /// Of a shared variable: whether all custom environments have it too.
    in_custom_environments: Known<bool>,
    pub(crate) git_branch: Known<Option<String>>,
    /// The frameworks of the projects that have it.
    pub(crate) frameworks: Vec<Known<Option<String>>>,
    /// The project that has it; `None` for a shared variable.
    pub(crate) project: Option<ProjectRef>,
    /// The API operation that it was read with.
    pub(crate) source: &'static str,
}

/// A project, as commands name it.
#[derive(Debug, Clone)]
pub(crate) struct ProjectRef {
    pub(crate) id: String,
    /// The id of its owner.
    pub(crate) owner: Known<String>,
    /// Its custom environments, with their ids and the slugs that commands use.
    pub(crate) environments: Known<Vec<crate::resources::CustomEnvironment>>,
}

impl EnvVariable {
    fn of_project(
        variable: &Variable,
        project: ProjectRef,
        framework: Known<Option<String>>,
    ) -> Self {
        Self {
            key: variable.key.clone(),
            kind: variable.kind.clone(),
            targets: variable.targets.clone(),
            in_custom_environments: Known::Yes(false),
            git_branch: variable.git_branch.clone(),
            frameworks: vec![framework],
            project: Some(project),
            source: VARIABLES,
        }
    }

    fn shared(variable: &SharedVariable, frameworks: Vec<Known<Option<String>>>) -> Self {
        Self {
            key: variable.key.clone(),
            kind: variable.kind.clone(),
            targets: variable.targets.clone(),
            in_custom_environments: variable.in_custom_environments.clone(),
            git_branch: Known::Yes(None),
            frameworks,
            project: None,
            source: SHARED,
        }
    }

    /// Whether it is in the development environment only.
    pub(crate) fn is_development_only(&self) -> Known<bool> {
        let targets = self.targets.as_ref().map(|targets| {
            !targets.is_empty() && targets.iter().all(|target| target == "development")
        });
        let custom = self.in_custom_environments.as_ref().map(|custom| !custom);
        Known::all([targets, custom])
    }

    /// The id of the resource, which stays the same when the variable is removed and added again.
    /// Vercel allows a name once for each environment and branch of a project, so those identify
    /// the variable. Several shared variables can have the same name, for different projects; those
    /// are identified by Vercel's id.
    fn id(&self, place: &Place, within: &str, shown: &str, id: &str) -> Arc<ResourceId> {
        let mut scope = match self.targets.ok() {
            Some(targets) if self.project.is_some() => {
                let mut sorted = targets.clone();
                sorted.sort();
                sorted.join(",")
            }
            _ => id.to_owned(),
        };
        if let Some(Some(branch)) = self.git_branch.ok() {
            scope.push('@');
            scope.push_str(branch);
        }
        let name = format!("{within}/{}/{scope}", self.key);
        let shown = format!("{shown} {} ({scope})", self.key);
        Arc::new(ResourceId::new(KIND, place.clone(), &name).shown_as(&shown))
    }
}

#[async_trait]
impl Subject for VariableEntry {
    const KINDS: &'static [&'static Kind] =
        &[Project::KIND, ProjectVariables::KIND, SharedVariables::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let projects = cx.list::<Project>().await?;
        let own = cx.list::<ProjectVariables>().await?;
        let shared = cx.list::<SharedVariables>().await?;
        let mut items: Vec<(Arc<ResourceId>, Self)> = Vec::new();
        for (id, all) in own.iter() {
            let found = projects.get(&id.place, &all.project);
            let found = found.and_then(|found| match found {
                Some(project) => Known::Yes(project),
                None => Unknown::not_recorded().into(),
            });
            let project = ProjectRef {
                id: all.project.clone(),
                owner: found.clone().and_then(|p| p.owner.clone()),
                environments: found.clone().and_then(|p| p.custom_environments.clone()),
            };
            let framework = found.and_then(|p| p.framework.clone());
            match &all.variables {
                Known::Yes(variables) => items.extend(variables.iter().map(|variable| {
                    let entry =
                        EnvVariable::of_project(variable, project.clone(), framework.clone());
                    let id = entry.id(&id.place, &all.project, id.shown(), &variable.id);
                    (id, Self::Recorded(Box::new(entry)))
                })),
                Known::No(unknown) => {
                    let id = ResourceId::clone(id).collective();
                    items.push((Arc::new(id), Self::Unavailable((**unknown).clone())));
                }
            }
        }
        for (id, all) in shared.iter() {
            match &all.variables {
                Known::Yes(variables) => items.extend(variables.iter().map(|variable| {
                    let frameworks = frameworks(variable, &projects, &id.place);
                    let entry = EnvVariable::shared(variable, frameworks);
                    let shown = format!("{} shared", all.account);
                    let id = entry.id(&id.place, "shared", &shown, &variable.id);
                    (id, Self::Recorded(Box::new(entry)))
                })),
                Known::No(unknown) => {
                    let id = ResourceId::clone(id).collective();
                    items.push((Arc::new(id), Self::Unavailable((**unknown).clone())));
                }
            }
        }
        let gaps = [&*own.gaps, &*shared.gaps].concat();
        Ok(Arc::new(Listing::new(items, own.scope.clone(), gaps)))
    }
}

/// The frameworks of the projects that a shared variable is linked to.
fn frameworks(
    variable: &SharedVariable,
    projects: &Listing<Project>,
    place: &Place,
) -> Vec<Known<Option<String>>> {
    let linked = match &variable.projects {
        Known::Yes(linked) => linked,
        Known::No(unknown) => return vec![Known::No(unknown.clone())],
    };
    let each = linked.iter().map(|id| {
        projects.get(place, id).and_then(|found| match found {
            Some(project) => project.framework.clone(),
            // a project that is not audited
            None => Unknown::not_recorded().into(),
        })
    });
    each.collect()
}
