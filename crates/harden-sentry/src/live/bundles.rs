//! GET /projects/{organization}/{project}/files/artifact-bundles/ and …/artifact-bundles/{bundle}/files/.

use harden_core::{Cause, Known, Unknown};
use jiff::Timestamp;
use serde::Deserialize;

use super::Run;
use super::api::{PER_PAGE, next, refused};
use super::field::{Call, Field};
use crate::resources::{Bundle, Releases};

const BUNDLES: Call = Call::new(
    "GET /projects/{organization}/{project}/files/artifact-bundles/",
    "project:read",
);
const IN_BUNDLE: Call = Call::new(
    "GET /projects/{organization}/{project}/artifact-bundles/{bundle}/files/",
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
/// The source maps of the first bundle that is of no release, was uploaded since the release before
/// the latest, and has any. The newest bundles come first.
pub(super) async fn without_release(run: &Run<'_>, releases: &Releases) -> Known<u64> {
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
        cursor = match next(BUNDLES, &answer) {
            Ok(cursor) => cursor,
            Err(error) => return refused(&error, BUNDLES).into(),
        };
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

pub(super) async fn bundles(run: &Run<'_>, project: &str, version: &str) -> Known<Vec<Bundle>> {
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
        let following = match next(IN_BUNDLE, &answer) {
            Ok(following) => following,
            Err(error) => return refused(&error, IN_BUNDLE).into(),
        };
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
