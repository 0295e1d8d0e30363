//! GET /projects/{organization}/{project}/releases/,
//! GET /organizations/{organization}/releases/{version}/deploys/.

use std::collections::BTreeSet;

use futures::future::join_all;
use harden_collect::{Collect, Collected, Operation};
use harden_core::{FactError, Facts, Known, Unknown};
use jiff::Timestamp;
use serde::Deserialize;

use super::SentryProvider;
use super::api::Api;
use super::field::Field;
use crate::resources::{Deploy, Project, Release, ReleaseDeploys, Releases};

const RELEASES: Operation = Operation::new(
    "GET /projects/{organization}/{project}/releases/",
    "project:read",
);
const DEPLOYS: Operation = Operation::new(
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

impl Collect<SentryProvider> for Releases {
    async fn collect(sentry: &SentryProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let api = &sentry.api(facts);
        let projects = facts.list::<Project>().await?;
        let mut collected = api.empty();
        collected.add_gaps_of(&projects.gaps);
        let each = projects
            .iter()
            .map(|(_, project)| newest(api, &project.slug));
        collected.resources = join_all(each).await;
        Ok(collected)
    }
}

async fn newest(api: &Api<'_>, project: &str) -> Releases {
    let params = [api.organization(), project];
    let found = api.get_first::<WireRelease>(RELEASES, &params, &[]).await;
    let (newest, more) = match found {
        Ok((wires, more)) => (wires.into_iter().map(release).collect(), Ok(more)),
        Err(unknown) => (Err(unknown.clone()), Err(unknown)),
    };
    Releases {
        organization: api.organization().to_owned(),
        project: project.to_owned(),
        newest: Known::from(newest),
        more: more.into(),
    }
}

fn release(wire: WireRelease) -> Result<Release, Unknown> {
    let version = wire.version.ok();
    Ok(Release {
        version: version.ok_or_else(|| RELEASES.missing_field("version"))?,
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

impl Collect<SentryProvider> for ReleaseDeploys {
    async fn collect(sentry: &SentryProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let api = &sentry.api(facts);
        let releases = facts.list::<Releases>().await?;
        let mut collected = api.empty();
        collected.add_gaps_of(&releases.gaps);
        // projects that are released together share a release, which is read once
        let all = releases.iter().map(|(_, releases)| releases);
        let versions: BTreeSet<String> = all.filter_map(known_version).collect();
        let each = versions
            .into_iter()
            .map(async |version| (deploys(api, &version).await, version));
        let by_version = join_all(each).await;
        collected.resources = releases
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
        Ok(collected)
    }
}

async fn deploys(api: &Api<'_>, version: &str) -> Known<Vec<Deploy>> {
    let params = [api.organization(), version];
    let found = api.get_all::<WireDeploy>(DEPLOYS, &params, &[]).await;
    match found.into_result() {
        Ok(wires) => Known::Yes(wires.into_iter().map(deploy).collect()),
        Err(error) => Unknown::from(error).into(),
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

/// The version of the latest release of a project; none where it has no release yet.
pub(super) fn latest_version(releases: &Releases) -> Known<Option<String>> {
    releases
        .latest()
        .map(|latest| latest.map(|release| release.version.clone()))
}
