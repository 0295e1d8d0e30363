//! A project with its own and its team's variables.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Place, Resource, Subject, Unknown};

use crate::resources::{Project, ProjectVariables, SharedVariables};

/// A project with its own variables and the shared variables of its team.
#[derive(Debug, Clone)]
pub(crate) struct RequiredVariables {
    pub(crate) project: Arc<Project>,
    own: Known<Arc<ProjectVariables>>,
    shared: Known<Arc<SharedVariables>>,
}

impl RequiredVariables {
    /// Whether the project has a variable in an environment, as its own or as a shared one.
    pub(crate) fn has(&self, key: &str, environment: &str) -> Known<bool> {
        let id = self.environment_id(environment);
        Known::any([self.has_own(key, &id), self.has_shared(key, &id)])
    }

    /// Whether the project certainly has no environment of this name.
    pub(crate) fn lacks_environment(&self, name: &str) -> bool {
        matches!(self.environment_id(name), Known::Yes(None))
    }

    /// The environment as variables name it: a custom environment by its id; `None` where the
    /// project has no such environment.
    fn environment_id(&self, name: &str) -> Known<Option<String>> {
        if matches!(name, "production" | "preview" | "development") {
            return Known::Yes(Some(name.to_owned()));
        }
        let all = self.project.custom_environments.as_ref();
        all.map(|all| {
            let found = all.iter().find(|custom| custom.slug == name);
            found.map(|custom| custom.id.clone())
        })
    }

    fn has_own(&self, key: &str, environment: &Known<Option<String>>) -> Known<bool> {
        let variables = self.own.as_ref().and_then(|own| own.variables.as_ref());
        variables.and_then(|all| {
            let named = all.iter().filter(|variable| variable.key == key);
            Known::any(named.map(|variable| {
                // a variable for one branch does not exist for the other branches
                let all_branches = variable.git_branch.as_ref().map(Option::is_none);
                Known::all([
                    all_branches,
                    targets_include(&variable.targets, environment),
                ])
            }))
        })
    }

    fn has_shared(&self, key: &str, environment: &Known<Option<String>>) -> Known<bool> {
        let custom = environment.as_ref().map(|id| {
            let standard = ["production", "preview", "development"];
            id.as_deref().is_some_and(|id| !standard.contains(&id))
        });
        let variables = self.shared.as_ref().and_then(|all| all.variables.as_ref());
        variables.and_then(|all| {
            let named = all.iter().filter(|variable| variable.key == key);
            Known::any(named.map(|variable| {
                let linked = variable.projects.as_ref();
                let linked = linked.map(|projects| projects.contains(&self.project.id));
                let everywhere = variable.in_custom_environments.clone();
                let there = Known::any([
                    targets_include(&variable.targets, environment),
                    Known::all([custom.clone(), everywhere]),
                ]);
                Known::all([linked, there])
            }))
        })
    }
}

/// Whether an environment is among the targets. An environment that does not exist is not.
fn targets_include(
    targets: &Known<Vec<String>>,
    environment: &Known<Option<String>>,
) -> Known<bool> {
    environment
        .as_ref()
        .and_then(|environment| match environment {
            Some(id) => targets.as_ref().map(|targets| targets.contains(id)),
            None => Known::Yes(false),
        })
}

#[async_trait]
impl Subject for RequiredVariables {
    const KINDS: &'static [&'static Kind] =
        &[Project::KIND, ProjectVariables::KIND, SharedVariables::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let projects = cx.list::<Project>().await?;
        let own = cx.list::<ProjectVariables>().await?;
        let shared = cx.list::<SharedVariables>().await?;
        let items = projects.iter_shared().map(|(id, project)| {
            let view = Self {
                project: Arc::clone(project),
                own: find_one(&own, &id.place, &id.name),
                shared: find_one(&shared, &id.place, "shared"),
            };
            (Arc::clone(id), view)
        });
        let (items, gaps) = (items.collect(), projects.gaps.clone());
        Ok(Arc::new(Listing::new(items, projects.scope.clone(), gaps)))
    }
}

/// The resource of a kind that each project or team has one of. Where it was not read, it is
/// unknown.
fn find_one<R: Clone>(listing: &Listing<R>, place: &Place, name: &str) -> Known<Arc<R>> {
    listing.get(place, name).and_then(|found| match found {
        Some(found) => Known::Yes(Arc::new(found.clone())),
        None => Unknown::not_recorded().into(),
    })
}
