//! A project with the artifacts of its latest release.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Resource, Subject, Unknown};

use crate::resources::{Artifacts, Project, SourceMapDebug};

/// A project, and the two facts that show whether its stack traces can be read.
#[derive(Debug)]
pub(crate) struct FrontEnd {
    pub(crate) project: Project,
    pub(crate) artifacts: Known<Arc<Artifacts>>,
    pub(crate) debug: Known<Arc<SourceMapDebug>>,
}

#[async_trait]
impl Subject for FrontEnd {
    const KINDS: &'static [&'static Kind] = &[Project::KIND, Artifacts::KIND, SourceMapDebug::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let projects = cx.list::<Project>().await?;
        let artifacts = cx.list::<Artifacts>().await?;
        let debugs = cx.list::<SourceMapDebug>().await?;
        let items = projects.iter().map(|(id, project)| {
            let subject = Self {
                project: project.clone(),
                artifacts: find_of_project(&artifacts, project),
                debug: find_of_project(&debugs, project),
            };
            (Arc::clone(id), subject)
        });
        Ok(Arc::new(Listing::new(
            items.collect(),
            projects.scope.clone(),
            projects.gaps.clone(),
        )))
    }
}

/// The resource of a kind of which each project has one. Where the project was read and this was
/// not, it is unknown.
fn find_of_project<R: Resource + Clone>(listing: &Listing<R>, project: &Project) -> Known<Arc<R>> {
    let place = project.id().place;
    listing
        .get(&place, &project.slug)
        .and_then(|found| match found {
            Some(found) => Known::Yes(Arc::new(found.clone())),
            None => Unknown::not_recorded().into(),
        })
}
