//! GET /projects/{organization}/{project}/, GET /organizations/{organization}/projects/.

use futures::future::join_all;
use harden_collect::{Collect, Collected, Operation, Portion};
use harden_core::{Cause, DeniedBy, FactError, Facts, Known, Unknown, one_line};
use serde::Deserialize;

use super::SentryProvider;
use super::api::Api;
use super::field::{Field, Id};
use crate::resources::Project;

const ONE: Operation = Operation::new("GET /projects/{organization}/{project}/", "project:read");
const ALL: Operation = Operation::new("GET /organizations/{organization}/projects/", "org:read");

#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    slug: Field<String>,
    #[serde(default)]
    id: Field<Id>,
    #[serde(default)]
    platform: Field<String>,
}

impl Collect<SentryProvider> for Project {
    async fn collect(sentry: &SentryProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let api = &sentry.api(facts);
        let mut collected = api.empty();
        let named = &api.provider.projects;
        if named.is_empty() {
            let found = api.get_all::<Wire>(ALL, &[api.organization()], &[]).await;
            let read = Portion::from_pages(found, |wire| describe(api, wire, ALL));
            let sees_nothing = read.resources.is_empty() && read.gaps.is_empty();
            collected.add(&api.place(), read);
            if sees_nothing {
                collected.add_gap(api.place(), no_project());
            }
            return Ok(collected);
        }
        for read in join_all(named.iter().map(|slug| one(api, slug))).await {
            collected.add(&api.place(), read);
        }
        Ok(collected)
    }
}

/// Sentry lists the projects that the token can see, and does not state that there are others.
fn no_project() -> Unknown {
    Unknown {
        by: Some(DeniedBy::Unstated),
        ..Unknown::new(
            Cause::Denied,
            "the token sees no project of the organization: it may have none, or the token may not \
             see them",
        )
    }
    .during(ALL.permission())
}

async fn one(api: &Api<'_>, slug: &str) -> Portion<Project> {
    let found = api.get::<Wire>(ONE, &[api.organization(), slug], &[]).await;
    let project = match found {
        Ok(answer) => describe(api, answer.body, ONE),
        Err(error) => Err(error.into()),
    };
    project
        .map_err(|unknown| Unknown {
            message: format!("project {}: {}", one_line(slug, 60), unknown.message).into(),
            ..unknown
        })
        .into()
}

fn describe(api: &Api<'_>, wire: Wire, operation: Operation) -> Result<Project, Unknown> {
    Ok(Project {
        organization: api.organization().to_owned(),
        organization_as_named: Known::Yes(api.provider.organization_as_named.clone()),
        server: Known::Yes(api.provider.server.clone()),
        slug: wire
            .slug
            .ok()
            .ok_or_else(|| operation.missing_field("slug"))?,
        id: match wire.id.ok().and_then(Id::text) {
            Some(id) => Known::Yes(id),
            None => operation.missing_field("id").into(),
        },
        platform: wire.platform.nullable(operation, "platform"),
    })
}
