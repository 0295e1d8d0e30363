//! What was uploaded for the latest release, in bundles (`bundles.rs`) or as single files:
//! GET /organizations/{organization}/releases/{version}/files/.

use std::collections::BTreeSet;

use futures::future::join_all;
use harden_collect::{Collect, Collected, Operation};
use harden_core::{Cause, FactError, Facts, Known, Unknown};
use serde::Deserialize;

use super::SentryProvider;
use super::api::Api;
use super::bundles::{bundles, without_release};
use super::field::Field;
use super::releases::{known_version, latest_version};
use crate::resources::{Artifacts, Bundle, Project, Releases};

const FILES: Operation = Operation::new(
    "GET /organizations/{organization}/releases/{version}/files/",
    "project:read",
);

#[derive(Deserialize)]
struct WireReleaseFile {
    #[serde(default)]
    name: Field<String>,
}

impl Collect<SentryProvider> for Artifacts {
    async fn collect(sentry: &SentryProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let api = &sentry.api(facts);
        let projects = facts.list::<Project>().await?;
        let releases = facts.list::<Releases>().await?;
        let mut collected = api.empty();
        collected.add_gaps_of(&releases.gaps);
        let front_ends: Vec<(&Releases, Known<bool>)> = releases
            .iter()
            .map(|(id, releases)| {
                let project = projects.get(&id.place, &releases.project);
                let front_end = project.and_then(|found| match found {
                    Some(project) => api.policy().is_front_end(project),
                    None => Known::Yes(true),
                });
                (releases, front_end)
            })
            .collect();
        // projects that are released together share a release, which is read once
        let read = front_ends.iter().filter(|(_, f)| *f != Known::Yes(false));
        let versions: BTreeSet<String> = read.filter_map(|(r, _)| known_version(r)).collect();
        let each = versions
            .into_iter()
            .map(async |version| (map_files(api, &version).await, version));
        let files = join_all(each).await;
        let each = front_ends
            .into_iter()
            .map(|(releases, front_end)| artifacts(api, releases, front_end, &files));
        collected.resources = join_all(each).await;
        Ok(collected)
    }
}

/// Why a fact was not read that the policy of the run does not need.
pub(super) fn no_front_end() -> Unknown {
    Unknown::new(
        Cause::NotRead,
        "the project is not a front end in the policy of this run",
    )
}

async fn artifacts(
    api: &Api<'_>,
    releases: &Releases,
    front_end: Known<bool>,
    files: &[(Known<u64>, String)],
) -> Artifacts {
    let version = latest_version(releases);
    let project = &releases.project;
    let (bundles, map_files) = match (&version, front_end) {
        (_, Known::Yes(false)) => (no_front_end().into(), no_front_end().into()),
        (Known::No(unknown), _) => (Known::No(unknown.clone()), Known::No(unknown.clone())),
        (Known::Yes(None), _) => (Known::Yes(Vec::new()), Known::Yes(0)),
        (Known::Yes(Some(version)), _) => {
            let of = files.iter().find(|(_, of)| of == version);
            let map_files = of.map_or_else(Known::default, |(files, _)| files.clone());
            (bundles(api, project, version).await, map_files)
        }
    };
    let maps_without_release = match (&bundles, &map_files) {
        (Known::Yes(bundles), Known::Yes(0)) if !bundles.iter().any(has_maps) => {
            without_release(api, releases).await
        }
        (Known::Yes(_), Known::Yes(_)) => {
            Unknown::new(Cause::NotRead, "the release has source maps of its own").into()
        }
        (Known::No(unknown), _) | (_, Known::No(unknown)) => Known::No(unknown.clone()),
    };
    Artifacts {
        organization: releases.organization.clone(),
        project: project.clone(),
        version,
        bundles,
        map_files,
        maps_without_release,
    }
}

fn has_maps(bundle: &Bundle) -> bool {
    bundle.source_maps.ok().is_some_and(|maps| *maps > 0)
}

async fn map_files(api: &Api<'_>, version: &str) -> Known<u64> {
    let params = [api.organization(), version];
    let query = [("query", ".map")];
    let found = api.get_all::<WireReleaseFile>(FILES, &params, &query).await;
    let wires = match found.into_result() {
        Ok(wires) => wires,
        Err(error) => return Unknown::from(error).into(),
    };
    let mut maps = 0;
    for wire in wires {
        let Some(name) = wire.name.ok() else {
            return FILES.missing_field("name").into();
        };
        maps += u64::from(
            name.split('?')
                .next()
                .is_some_and(|path| path.ends_with(".map")),
        );
    }
    Known::Yes(maps)
}
