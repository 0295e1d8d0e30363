//! GET /projects/{organization}/{project}/releases/,
//! GET /organizations/{organization}/releases/{version}/deploys/.

use std::collections::BTreeSet;

use futures::future::join_all;
use harden_collect::Gathered;
use harden_core::{FactError, Known, Unknown};
use jiff::Timestamp;
use serde::Deserialize;

use super::api::refused;
use super::field::{Call, Field};
use super::project::copied;
use super::{Live, Run};
use crate::resources::{Deploy, Project, Release, ReleaseDeploys, Releases};

const RELEASES: Call = Call::new(
    "GET /projects/{organization}/{project}/releases/",
    "project:read",
);
const DEPLOYS: Call = Call::new(
    "GET /organizations/{organization}/releases/{version}/deploys/",
    "project:read",
);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRelease {
    #[serde(default)]
    version: Field<String>,
    #[serde(default)]
    date_created: Field<Timestamp>,
    #[serde(default)]
    date_released: Field<Timestamp>,
    #[serde(default)]
    commit_count: Field<u64>,
}

impl Live for Releases {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let projects = run.facts.list::<Project>().await?;
        let mut gathered = run.over();
        gathered.gaps.extend(copied(&projects));
        let each = projects
            .iter()
            .map(|(_, project)| newest(run, &project.slug));
        gathered.resources = join_all(each).await;
        Ok(gathered)
    }
}

async fn newest(run: &Run<'_>, project: &str) -> Releases {
    let params = [run.organization(), project];
    let found = run.first::<WireRelease>(RELEASES, &params, &[]).await;
    let (newest, more) = match found {
        Ok((wires, more)) => (wires.into_iter().map(release).collect(), Ok(more)),
        Err(unknown) => (Err(unknown.clone()), Err(unknown)),
    };
    Releases {
        organization: run.organization().to_owned(),
        project: project.to_owned(),
        newest: Known::from(newest),
        more: more.into(),
    }
}

fn release(wire: WireRelease) -> Result<Release, Unknown> {
    let version = wire.version.ok();
    Ok(Release {
        version: version.ok_or_else(|| RELEASES.missing("version"))?,
        created_at: wire.date_created.required(RELEASES, "dateCreated"),
        released_at: wire.date_released.nullable(RELEASES, "dateReleased"),
        commit_count: wire.commit_count.required(RELEASES, "commitCount"),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireDeploy {
    #[serde(default)]
    environment: Field<String>,
    #[serde(default)]
    date_finished: Field<Timestamp>,
}

impl Live for ReleaseDeploys {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let releases = run.facts.list::<Releases>().await?;
        let mut gathered = run.over();
        gathered.gaps.extend(copied(&releases));
        // projects that are released together have one release in common
        let all = releases.iter().map(|(_, releases)| releases);
        let versions: BTreeSet<String> = all.filter_map(known_version).collect();
        let each = versions
            .into_iter()
            .map(async |version| (deploys(run, &version).await, version));
        let by_version = join_all(each).await;
        gathered.resources = releases
            .iter()
            .map(|(_, releases)| {
                let version = latest_version(releases);
                let deploys = version.as_ref().and_then(|version| match version {
                    None => Known::Yes(Vec::new()),
                    Some(version) => {
                        let mut all = by_version.iter();
                        let found = all.find(|(_, of)| of == version);
                        found.map_or_else(Known::default, |(deploys, _)| deploys.clone())
                    }
                });
                Self {
                    organization: releases.organization.clone(),
                    project: releases.project.clone(),
                    version,
                    deploys,
                }
            })
            .collect();
        Ok(gathered)
    }
}

async fn deploys(run: &Run<'_>, version: &str) -> Known<Vec<Deploy>> {
    let params = [run.organization(), version];
    let found = run.all::<WireDeploy>(DEPLOYS, &params, &[]).await;
    match found.complete() {
        Ok(wires) => Known::Yes(wires.into_iter().map(deploy).collect()),
        Err(error) => refused(&error, DEPLOYS).into(),
    }
}

/// The version of the latest release, if there is one and it is known.
pub(super) fn known_version(releases: &Releases) -> Option<String> {
    latest_version(releases).ok().cloned().flatten()
}

fn deploy(wire: WireDeploy) -> Deploy {
    Deploy {
        environment: wire.environment.required(DEPLOYS, "environment"),
        finished_at: wire.date_finished.nullable(DEPLOYS, "dateFinished"),
    }
}

/// The version of the latest release of a project; none where there is none yet.
pub(super) fn latest_version(releases: &Releases) -> Known<Option<String>> {
    releases
        .latest()
        .map(|latest| latest.map(|release| release.version.clone()))
}
