//! GET /projects/{organization}/{project}/files/artifact-bundles/ and …/artifact-bundles/{bundle}/files/.

use harden_collect::Operation;
use harden_core::{Cause, Known, Unknown};
use jiff::Timestamp;
use serde::Deserialize;

use super::api::Api;
use super::field::Field;
use crate::resources::{Bundle, Releases};

const BUNDLES: Operation = Operation::new(
    "GET /projects/{organization}/{project}/files/artifact-bundles/",
    "project:read",
);
const IN_BUNDLE: Operation = Operation::new(
    "GET /projects/{organization}/{project}/artifact-bundles/{bundle}/files/",
    "project:read",
);
/// Sentry's number for a source map among the types of files in a bundle.
const SOURCE_MAP: u64 = 3;

/// How many pages are searched for the first source map.
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

/// The number of source maps in the newest bundle that has any, belongs to no release, and was
/// uploaded since the release before the latest. Sentry returns the newest bundles first.
pub(super) async fn without_release(api: &Api<'_>, releases: &Releases) -> Known<u64> {
    let before = releases.newest.as_ref().and_then(|newest| {
        match newest.get(1) {
            Some(release) => release.created_at.clone().map(Some),
            // without a latest release there is nothing to search
            None if newest.is_empty() => Unknown::new(Cause::NotRead, "no release yet").into(),
            None => Known::Yes(None),
        }
    });
    let since = match before {
        Known::Yes(since) => since,
        Known::No(unknown) => return Known::No(unknown),
    };
    let project = releases.project.as_str();
    let params = [api.organization(), project];
    let mut cursor: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let page = api.get_page(BUNDLES, &params, &[], cursor.as_deref()).await;
        let (wires, next): (Vec<WireBundle>, _) = match page {
            Ok(page) => page,
            Err(error) => return Unknown::from(error).into(),
        };
        cursor = next;
        for wire in wires {
            let Field::Given(date) = wire.date else {
                return BUNDLES.missing_field("date").into();
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
                return BUNDLES.missing_field("bundleId").into();
            };
            match source_maps(api, project, &id).await {
                Known::Yes(0) => {}
                found => return found,
            }
        }
        if cursor.is_none() {
            return Known::Yes(0);
        }
    }
    Unknown::undetermined("the newest bundles that belong to no release have no source map, and there are more bundles")
        .into()
}

/// The bundles of a release.
pub(super) async fn bundles(api: &Api<'_>, project: &str, version: &str) -> Known<Vec<Bundle>> {
    let params = [api.organization(), project];
    let query = [("query", version)];
    let found = api.get_all::<WireBundle>(BUNDLES, &params, &query).await;
    let wires = match found.into_result() {
        Ok(wires) => wires,
        Err(error) => return Unknown::from(error).into(),
    };
    let mut bundles: Vec<Bundle> = Vec::new();
    for wire in wires {
        match is_of(&wire, version) {
            Ok(true) => {}
            Ok(false) => continue,
            Err(unknown) => return unknown.into(),
        }
        let Some(id) = wire.bundle_id.ok() else {
            return BUNDLES.missing_field("bundleId").into();
        };
        let files = wire.file_count.required(BUNDLES, "fileCount");
        let has_maps = bundles
            .iter()
            .any(|b| b.source_maps.ok().is_some_and(|n| *n > 0));
        let source_maps = match &files {
            Known::Yes(0) => Known::Yes(0),
            // one bundle with source maps answers the question, so the others are not read
            _ if has_maps => Unknown::new(Cause::NotRead, "another bundle has source maps").into(),
            _ => source_maps(api, project, &id).await,
        };
        bundles.push(Bundle {
            id,
            files,
            source_maps,
        });
    }
    Known::Yes(bundles)
}

/// Whether a bundle is associated with the release. The query also matches names of bundles.
fn is_of(wire: &WireBundle, version: &str) -> Result<bool, Unknown> {
    is_associated(wire, |release| release == version)
}

/// Whether a bundle is associated with some release.
fn is_of_any(wire: &WireBundle) -> Result<bool, Unknown> {
    is_associated(wire, |release| !release.is_empty())
}

fn is_associated(wire: &WireBundle, with: impl Fn(&str) -> bool) -> Result<bool, Unknown> {
    let Field::Given(associations) = &wire.associations else {
        return Err(BUNDLES.missing_field("associations"));
    };
    let mut is_missing = false;
    for association in associations {
        match &association.release {
            Field::Given(release) if with(release) => return Ok(true),
            Field::Given(_) | Field::Null => {}
            Field::Absent => is_missing = true,
        }
    }
    if is_missing {
        return Err(BUNDLES.missing_field("associations.release"));
    }
    Ok(false)
}

/// The number of source maps on the first page that has any.
async fn source_maps(api: &Api<'_>, project: &str, bundle: &str) -> Known<u64> {
    let params = [api.organization(), project, bundle];
    let mut cursor: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let page = api
            .get_page(IN_BUNDLE, &params, &[], cursor.as_deref())
            .await;
        let (page, next): (WireFiles, _) = match page {
            Ok(page) => page,
            Err(error) => return Unknown::from(error).into(),
        };
        let Some(files) = page.files.ok() else {
            return IN_BUNDLE.missing_field("files").into();
        };
        let mut maps = 0;
        for file in files {
            match file.file_type {
                Field::Given(SOURCE_MAP) => maps += 1,
                Field::Given(_) => {}
                Field::Absent | Field::Null => return IN_BUNDLE.missing_field("fileType").into(),
            }
        }
        if maps > 0 || next.is_none() {
            return Known::Yes(maps);
        }
        cursor = next;
    }
    Unknown::undetermined(
        "the first pages of the bundle's files have no source map, and there are more pages",
    )
    .into()
}
