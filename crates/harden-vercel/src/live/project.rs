//! GET /v9/projects/{idOrName}.

use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Place, Scope, Unknown, one_line};
use serde::Deserialize;

use super::VercelProvider;
use crate::operation::PROJECT;
use crate::resources::{CustomEnvironment, Project};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    id: Option<String>,
    name: Option<String>,
    account_id: Option<String>,
    link: Option<Link>,
    /// Null where none is set; absent is another thing.
    #[serde(default, deserialize_with = "nullable")]
    framework: Option<Option<String>>,
    custom_environments: Option<Vec<CustomEnvironment>>,
}

/// A field that is there, and may be null.
fn nullable<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// The connected repository. One on GitHub has `org` and `repo`.
#[derive(Deserialize)]
struct Link {
    r#type: Option<String>,
    org: Option<String>,
    repo: Option<String>,
}

impl Collect<VercelProvider> for Project {
    async fn collect(vercel: &VercelProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let names = vercel.projects.iter().map(|name| {
            // a project that cannot be read is a separate gap, as a region of an account would be
            (Place::new(vercel.account(), one_line(name, 60)), name)
        });
        let scope = Scope::Places(vec![vercel.place()]);
        let read = async |name: &String| Portion::from(read(vercel, facts, name).await);
        Ok(Collected::from_each(scope, names, read).await)
    }
}

async fn read(vercel: &VercelProvider, facts: &Facts, name: &str) -> Result<Project, Unknown> {
    let answer: Answer = vercel.get(facts, PROJECT, &[name], &[]).await?;
    let repository = match answer.link {
        Some(link) => repository(link),
        None => Known::Yes(None),
    };
    Ok(Project {
        account: vercel.account().to_owned(),
        id: answer.id.ok_or_else(|| Unknown::missing(PROJECT, "id"))?,
        name: answer
            .name
            .ok_or_else(|| Unknown::missing(PROJECT, "name"))?,
        owner: Known::present(answer.account_id, PROJECT, "accountId"),
        repository,
        framework: Known::present(answer.framework, PROJECT, "framework"),
        custom_environments: Known::present(
            answer.custom_environments,
            PROJECT,
            "customEnvironments",
        ),
    })
}

/// The GitHub repository of a link; none where the link is to another host.
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
