//! GET /projects/{organization}/{project}/files/artifact-bundles/ and …/artifact-bundles/{bundle}/files/,
//! GET /organizations/{organization}/releases/{version}/files/.

use std::collections::BTreeSet;

use futures::future::join_all;
use harden_core::{Cause, FactError, Known, Unknown};
use harden_rest::Gathered;
use jiff::Timestamp;
use serde::Deserialize;

use super::api::{PER_PAGE, next, refused};
use super::field::{Call, Field};
use super::project::copied;
use super::releases::{known_version, latest_version};
use super::{Live, Run};
use crate::resources::{Artifacts, Bundle, Project, Releases};

const BUNDLES: Call = Call::new(
    "GET /projects/{organization}/{project}/files/artifact-bundles/",
    "project:read",
);
const IN_BUNDLE: Call = Call::new(
    "GET /projects/{organization}/{project}/artifact-bundles/{bundle}/files/",
    "project:read",
);
const FILES: Call = Call::new(
    "GET /organizations/{organization}/releases/{version}/files/",
    "project:read",
);

/// Sentry's number for a source map among the types of files in a bundle.
const SOURCE_MAP: u64 = 3;

/// How many pages of a bundle's files are looked through for a first source map.
const MOST_PAGES: usize = 20;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireBundle {
    #[serde(default)]
    bundle_id: Field<String>,
    #[serde(default)]
    file_count: Field<u64>,
    #[serde(default)]
    associations: Field<Vec<Association>>,
    /// When it was uploaded.
    #[serde(default)]
    date: Field<Timestamp>,
}

#[derive(Deserialize)]
struct Association {
    #[serde(default)]
    release: Field<String>,
}

#[derive(Deserialize)]
struct WireFiles {
    #[serde(default)]
    files: Field<Vec<WireFile>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireFile {
    #[serde(default)]
    file_type: Field<u64>,
}

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

/// The source maps of the first bundle that is of no release, was uploaded since the release before
/// the latest, and has any. The newest bundles come first.
async fn without_release(run: &Run<'_>, releases: &Releases) -> Known<u64> {
    let before = releases.newest.as_ref().and_then(|newest| {
        match newest.get(1) {
            Some(release) => release.created_at.clone().map(Some),
            // without a latest one there is nothing to look for
            None if newest.is_empty() => Unknown::new(Cause::NotRead, "no release yet").into(),
            None => Known::Yes(None),
        }
    });
    let since = match before {
        Known::Yes(since) => since,
        Known::No(unknown) => return Known::No(unknown),
    };
    let project = releases.project.as_str();
    let params = [run.organization(), project];
    let mut cursor: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let mut query = vec![PER_PAGE];
        if let Some(cursor) = &cursor {
            query.push(("cursor", cursor));
        }
        let answer = match run.get::<Vec<WireBundle>>(BUNDLES, &params, &query).await {
            Ok(answer) => answer,
            Err(unknown) => return unknown.into(),
        };
        cursor = next(&answer);
        for wire in answer.body {
            let Field::Given(date) = wire.date else {
                return BUNDLES.missing("date").into();
            };
            if since.is_some_and(|since| date < since) {
                return Known::Yes(0);
            }
            match is_of_any(&wire) {
                Ok(false) => {}
                Ok(true) => continue,
                Err(unknown) => return unknown.into(),
            }
            let Some(id) = wire.bundle_id.ok() else {
                return BUNDLES.missing("bundleId").into();
            };
            match source_maps(run, project, &id).await {
                Known::Yes(0) => {}
                found => return found,
            }
        }
        if cursor.is_none() {
            return Known::Yes(0);
        }
    }
    Unknown::undetermined("none of the newest bundles that are of no release has a source map")
        .into()
}

async fn bundles(run: &Run<'_>, project: &str, version: &str) -> Known<Vec<Bundle>> {
    let params = [run.organization(), project];
    let query = [("query", version)];
    let found = run.all::<WireBundle>(BUNDLES, &params, &query).await;
    let wires = match found.complete() {
        Ok(wires) => wires,
        Err(error) => return refused(&error, BUNDLES).into(),
    };
    let mut bundles: Vec<Bundle> = Vec::new();
    for wire in wires {
        match is_of(&wire, version) {
            Ok(true) => {}
            Ok(false) => continue,
            Err(unknown) => return unknown.into(),
        }
        let Some(id) = wire.bundle_id.ok() else {
            return BUNDLES.missing("bundleId").into();
        };
        let files = wire.file_count.required(BUNDLES, "fileCount");
        let enough = bundles
            .iter()
            .any(|b| b.source_maps.ok().is_some_and(|n| *n > 0));
        let source_maps = match &files {
            Known::Yes(0) => Known::Yes(0),
            // one bundle with maps settles it
            _ if enough => Unknown::new(Cause::NotRead, "another bundle has source maps").into(),
            _ => source_maps(run, project, &id).await,
        };
        bundles.push(Bundle {
            id,
            files,
            source_maps,
        });
    }
    Known::Yes(bundles)
}

/// Whether a bundle is associated with the release. The query finds other things, too.
fn is_of(wire: &WireBundle, version: &str) -> Result<bool, Unknown> {
    associated(wire, |release| release == version)
}

/// Whether a bundle is associated with some release.
fn is_of_any(wire: &WireBundle) -> Result<bool, Unknown> {
    associated(wire, |release| !release.is_empty())
}

fn associated(wire: &WireBundle, with: impl Fn(&str) -> bool) -> Result<bool, Unknown> {
    let Field::Given(associations) = &wire.associations else {
        return Err(BUNDLES.missing("associations"));
    };
    let mut lacks = false;
    for association in associations {
        match &association.release {
            Field::Given(release) if with(release) => return Ok(true),
            Field::Given(_) | Field::Null => {}
            Field::Absent => lacks = true,
        }
    }
    if lacks {
        return Err(BUNDLES.missing("associations.release"));
    }
    Ok(false)
}

/// How many source maps the first page has that has any.
async fn source_maps(run: &Run<'_>, project: &str, bundle: &str) -> Known<u64> {
    let params = [run.organization(), project, bundle];
    let mut cursor: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let mut query = vec![PER_PAGE];
        if let Some(cursor) = &cursor {
            query.push(("cursor", cursor));
        }
        let answer = match run.get::<WireFiles>(IN_BUNDLE, &params, &query).await {
            Ok(answer) => answer,
            Err(unknown) => return unknown.into(),
        };
        let following = next(&answer);
        let Some(files) = answer.body.files.ok() else {
            return IN_BUNDLE.missing("files").into();
        };
        let mut maps = 0;
        for file in files {
            match file.file_type {
                Field::Given(SOURCE_MAP) => maps += 1,
                Field::Given(_) => {}
                Field::Absent | Field::Null => return IN_BUNDLE.missing("fileType").into(),
            }
        }
        if maps > 0 || following.is_none() {
            return Known::Yes(maps);
        }
        cursor = following;
    }
    Unknown::undetermined("no source map in the first pages of the bundle's files").into()
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
