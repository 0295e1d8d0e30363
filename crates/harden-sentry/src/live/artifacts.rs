//! What was uploaded for the latest release, in bundles (`bundles.rs`) or as single files:
//! GET /organizations/{organization}/releases/{version}/files/.

use std::collections::BTreeSet;

use futures::future::join_all;
use harden_collect::Gathered;
use harden_core::{Cause, FactError, Known, Unknown};
use serde::Deserialize;

use super::api::refused;
use super::bundles::{bundles, without_release};
use super::field::{Call, Field};
use super::project::copied;
use super::releases::{known_version, latest_version};
use super::{Live, Run};
use crate::resources::{Artifacts, Bundle, Project, Releases};

const FILES: Call = Call::new(
    "GET /organizations/{organization}/releases/{version}/files/",
    "project:read",
);

#[derive(Deserialize)]
struct WireReleaseFile {
    #[serde(default)]
    name: Field<String>,
}

impl Live for Artifacts {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let projects = run.facts.list::<Project>().await?;
        let releases = run.facts.list::<Releases>().await?;
        let mut gathered = run.over();
        gathered.gaps.extend(copied(&releases));
        let front_ends: Vec<(&Releases, Known<bool>)> = releases
            .iter()
            .map(|(id, releases)| {
                let project = projects.get(&id.place, &releases.project);
                let front_end = project.and_then(|found| match found {
                    Some(project) => run.policy().is_front_end(project),
                    None => Known::Yes(true),
                });
                (releases, front_end)
            })
            .collect();
        // projects that are released together have one release in common
        let read = front_ends.iter().filter(|(_, f)| *f != Known::Yes(false));
        let versions: BTreeSet<String> = read.filter_map(|(r, _)| known_version(r)).collect();
        let each = versions
            .into_iter()
            .map(async |version| (map_files(run, &version).await, version));
        let files = join_all(each).await;
        let each = front_ends
            .into_iter()
            .map(|(releases, front_end)| artifacts(run, releases, front_end, &files));
        gathered.resources = join_all(each).await;
        Ok(gathered)
    }
}

/// What was not asked for, since the policy of the run has no use for it.
pub(super) fn no_front_end() -> Unknown {
    Unknown::new(
        Cause::NotRead,
        "the project is no front end by the policy of the run",
    )
}

async fn artifacts(
    run: &Run<'_>,
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
            (bundles(run, project, version).await, map_files)
        }
    };
    let maps_without_release = match (&bundles, &map_files) {
        (Known::Yes(bundles), Known::Yes(0)) if !bundles.iter().any(has_maps) => {
            without_release(run, releases).await
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

async fn map_files(run: &Run<'_>, version: &str) -> Known<u64> {
    let params = [run.organization(), version];
    let query = [("query", ".map")];
    let found = run.all::<WireReleaseFile>(FILES, &params, &query).await;
    let wires = match found.complete() {
        Ok(wires) => wires,
        Err(error) => return refused(&error, FILES).into(),
    };
    let mut maps = 0;
    for wire in wires {
        let Some(name) = wire.name.ok() else {
            return FILES.missing("name").into();
        };
        maps += u64::from(
            name.split('?')
                .next()
                .is_some_and(|path| path.ends_with(".map")),
        );
    }
    Known::Yes(maps)
}
