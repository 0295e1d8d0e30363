//! Each environment variable by itself: a project's, or one that a team shares.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject, Unknown,
};

use crate::operation::{SHARED, VARIABLES};
use crate::resources::{Project, ProjectVariables, SharedVariable, SharedVariables, Variable};

/// The kind of the findings about one variable.
const KIND: &str = "vercel/variable";

/// A variable, or a project or a team whose variables could not be read.
#[derive(Debug, Clone)]
pub(crate) enum ProjectVariable {
    Seen(Box<Seen>),
    Unread(Unknown),
}

/// A variable that was read.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) key: String,
    pub(crate) kind: Known<String>,
    pub(crate) targets: Known<Vec<String>>,
    /// Of a shared one: whether custom environments have it too.
    in_custom_environments: Known<bool>,
    pub(crate) git_branch: Known<Option<String>>,
    /// The project that has it; none for one that a team shares.
    pub(crate) project: Option<OfProject>,
    /// The operation that told.
    pub(crate) source: &'static str,
}

/// Which project it is, for commands.
#[derive(Debug, Clone)]
pub(crate) struct OfProject {
    pub(crate) id: String,
    /// The id of its owner.
    pub(crate) owner: Known<String>,
    /// Its custom environments, by id, with the names that commands know.
    pub(crate) environments: Known<Vec<crate::resources::CustomEnvironment>>,
}

impl Seen {
    fn own(variable: &Variable, project: OfProject) -> Self {
        Self {
            key: variable.key.clone(),
            kind: variable.kind.clone(),
            targets: variable.targets.clone(),
            in_custom_environments: Known::Yes(false),
            git_branch: variable.git_branch.clone(),
            project: Some(project),
            source: VARIABLES,
        }
    }

    fn shared(variable: &SharedVariable) -> Self {
        Self {
            key: variable.key.clone(),
            kind: variable.kind.clone(),
            targets: variable.targets.clone(),
            in_custom_environments: variable.in_custom_environments.clone(),
            git_branch: Known::Yes(None),
            project: None,
            source: SHARED,
        }
    }

    /// Whether the development environment has it, and no other.
    pub(crate) fn is_of_development(&self) -> Known<bool> {
        let targets = self.targets.as_ref().map(|targets| {
            !targets.is_empty() && targets.iter().all(|target| target == "development")
        });
        let custom = self.in_custom_environments.as_ref().map(|custom| !custom);
        Known::all([targets, custom])
    }

    /// The id of the finding: by where the variable is and for what, which stays when it is made
    /// anew. Vercel allows a name once for each environment and branch of a project; of shared ones
    /// several may have a name, for different projects.
    fn id(&self, place: &Place, within: &str, shown: &str, id: &str) -> Arc<ResourceId> {
        let mut where_to = match self.targets.ok() {
            Some(targets) if self.project.is_some() => {
                let mut sorted = targets.clone();
                sorted.sort();
                sorted.join(",")
            }
            _ => id.to_owned(),
        };
        if let Some(Some(branch)) = self.git_branch.ok() {
            where_to.push('@');
            where_to.push_str(branch);
        }
        let name = format!("{within}/{}/{where_to}", self.key);
        let shown = format!("{shown} {} ({where_to})", self.key);
        Arc::new(ResourceId::new(KIND, place.clone(), &name).shown_as(&shown))
    }
}

#[async_trait]
impl Subject for ProjectVariable {
    const KINDS: &'static [&'static Kind] =
        &[Project::KIND, ProjectVariables::KIND, SharedVariables::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let projects = cx.list::<Project>().await?;
        let own = cx.list::<ProjectVariables>().await?;
        let shared = cx.list::<SharedVariables>().await?;
        let mut items: Vec<(Arc<ResourceId>, Self)> = Vec::new();
        for (id, all) in own.iter() {
            let project = projects.get(&id.place, &all.project);
            let project = project.and_then(|found| match found {
                Some(project) => Known::Yes(project),
                None => Unknown::not_recorded().into(),
            });
            let of = OfProject {
                id: all.project.clone(),
                owner: project.clone().and_then(|p| p.owner.clone()),
                environments: project.and_then(|p| p.custom_environments.clone()),
            };
            match &all.variables {
                Known::Yes(variables) => items.extend(variables.iter().map(|variable| {
                    let seen = Seen::own(variable, of.clone());
                    let id = seen.id(&id.place, &all.project, id.shown(), &variable.id);
                    (id, Self::Seen(Box::new(seen)))
                })),
                Known::No(unknown) => {
                    let id = ResourceId::clone(id).collective();
                    items.push((Arc::new(id), Self::Unread((**unknown).clone())));
                }
            }
        }
        for (id, all) in shared.iter() {
            match &all.variables {
                Known::Yes(variables) => items.extend(variables.iter().map(|variable| {
                    let seen = Seen::shared(variable);
                    let shown = format!("{} shared", all.account);
                    let id = seen.id(&id.place, "shared", &shown, &variable.id);
                    (id, Self::Seen(Box::new(seen)))
                })),
                Known::No(unknown) => {
                    let id = ResourceId::clone(id).collective();
                    items.push((Arc::new(id), Self::Unread((**unknown).clone())));
                }
            }
        }
        let gaps = [&*own.gaps, &*shared.gaps].concat();
        Ok(Arc::new(Listing::new(items, own.scope.clone(), gaps)))
    }
}
