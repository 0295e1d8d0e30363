//! GET /projects/{organization}/{project}/, GET /organizations/{organization}/projects/.

use futures::future::join_all;
use harden_collect::{Gathered, Read};
use harden_core::{FactError, Known, Listing, RawGap, Unknown, one_line};
use serde::Deserialize;

use super::field::{Call, Field, Id};
use super::{Live, Run};
use crate::resources::Project;

const ONE: Call = Call::new("GET /projects/{organization}/{project}/", "project:read");
const ALL: Call = Call::new("GET /organizations/{organization}/projects/", "org:read");

#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    slug: Field<String>,
    #[serde(default)]
    id: Field<Id>,
    #[serde(default)]
    platform: Field<String>,
}

impl Live for Project {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let mut gathered = run.over();
        let named = &run.provider.projects;
        if named.is_empty() {
            let found = run.all::<Wire>(ALL, &[run.organization()], &[]).await;
            let read = Read::of(found, ALL.scope, |wire| described(run, wire, ALL));
            gathered.add(&run.place(), read);
            return Ok(gathered);
        }
        for read in join_all(named.iter().map(|slug| one(run, slug))).await {
            gathered.add(&run.place(), read);
        }
        Ok(gathered)
    }
}

async fn one(run: &Run<'_>, slug: &str) -> Read<Project> {
    let found = run.get::<Wire>(ONE, &[run.organization(), slug], &[]).await;
    let project = match found {
        Ok(answer) => described(run, answer.body, ONE),
        Err(unknown) => Err(unknown),
    };
    project
        .map_err(|unknown| Unknown {
            message: format!("project {}: {}", one_line(slug, 60), unknown.message).into(),
            ..unknown
        })
        .into()
}

fn described(run: &Run<'_>, wire: Wire, call: Call) -> Result<Project, Unknown> {
    Ok(Project {
        organization: run.organization().to_owned(),
        server: Known::Yes(run.provider.server.clone()),
        slug: wire.slug.ok().ok_or_else(|| call.missing("slug"))?,
        id: match wire.id.ok().and_then(Id::text) {
            Some(id) => Known::Yes(id),
            None => call.missing("id").into(),
        },
        platform: wire.platform.nullable(call, "platform"),
    })
}

/// The gaps of a kind that there is one of in each project: where the projects have some.
pub(super) fn copied<R>(listing: &Listing<R>) -> impl Iterator<Item = RawGap> {
    listing.gaps.iter().map(|gap| RawGap {
        place: gap.place.clone(),
        unknown: (*gap.unknown).clone(),
    })
}
