//! GET /v9/projects/{idOrName}.

use futures::future::join_all;
use harden_collect::{Gathered, Read};
use harden_core::{FactError, Known, Place, Unknown};
use serde::Deserialize;

use super::run::{Live, Run, unknown};
use crate::operation::PROJECT;
use crate::resources::{CustomEnvironment, Project};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    id: Option<String>,
    name: Option<String>,
    account_id: Option<String>,
    link: Option<Link>,
    custom_environments: Option<Vec<CustomEnvironment>>,
}

/// The connected repository; of GitHub's it has `org` and `repo`.
#[derive(Deserialize)]
struct Link {
    r#type: Option<String>,
    org: Option<String>,
    repo: Option<String>,
}

impl Live for Project {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let mut gathered = run.gathered(Read::default());
        let reads = run.provider.projects.iter().map(async |name| {
            // a project that refuses is a gap of its own, as a region of an account would be
            let place = Place::new(run.account(), harden_core::one_line(name, 60));
            (place, read(run, name).await)
        });
        for (place, project) in join_all(reads).await {
            gathered.add(&place, project.into());
        }
        Ok(gathered)
    }
}

async fn read(run: &Run<'_>, name: &str) -> Result<Project, Unknown> {
    let answer: Answer = run
        .get(PROJECT, &[name], &[])
        .await
        .map_err(unknown(PROJECT))?;
    let repository = match answer.link {
        Some(link) => repository(link),
        None => Known::Yes(None),
    };
    Ok(Project {
        account: run.account().to_owned(),
        id: answer.id.ok_or_else(|| Unknown::missing(PROJECT, "id"))?,
        name: answer
            .name
            .ok_or_else(|| Unknown::missing(PROJECT, "name"))?,
        owner: Known::present(answer.account_id, PROJECT, "accountId"),
        repository,
        custom_environments: Known::present(
            answer.custom_environments,
            PROJECT,
            "customEnvironments",
        ),
    })
}

/// The repository of a link; none of GitHub's where it is of another host.
fn repository(link: Link) -> Known<Option<String>> {
    match link.r#type.as_deref() {
        Some("github" | "github-limited" | "github-custom-host") => match (link.org, link.repo) {
            (Some(org), Some(repo)) => Known::Yes(Some(format!("{org}/{repo}"))),
            _ => Unknown::missing(PROJECT, "link.repo").into(),
        },
        Some(_) => Known::Yes(None),
        None => Unknown::missing(PROJECT, "link.type").into(),
    }
}
