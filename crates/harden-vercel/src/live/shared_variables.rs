//! GET /v1/env.

use harden_collect::rest::RestError;
use harden_collect::{Collect, Collected, Portion, read_pages};
use harden_core::{Cause, FactError, Facts, Known, Listing, Unknown, one_line};
use serde::Deserialize;

use super::VercelProvider;
use super::answers::{OneOrMany, Pagination};
use super::connect::Owner;
use crate::operation::SHARED;
use crate::resources::{Project, SharedVariable, SharedVariables};

/// A shared variable. The type has no field for the value.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: Option<String>,
    key: Option<String>,
    r#type: Option<String>,
    target: Option<OneOrMany>,
    apply_to_all_custom_environments: Option<bool>,
    project_id: Option<OneOrMany>,
    deleted_at: Option<serde_json::Number>,
}

#[derive(Deserialize)]
struct Answer {
    data: Option<Vec<Item>>,
    pagination: Option<Pagination>,
}

impl Collect<VercelProvider> for SharedVariables {
    async fn collect(vercel: &VercelProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let variables = match vercel.owner {
            Owner::Team(_) => read(vercel, facts).await.into(),
            Owner::User(_) => without_team(&*facts.list::<Project>().await?),
        };
        Ok(vercel.collected(Portion::one(Self {
            account: vercel.account().to_owned(),
            variables,
        })))
    }
}

/// What is shared with the projects where no team is named. Nothing is shared with the projects of a
/// user. What a team shares with its projects is unknown.
fn without_team(projects: &Listing<Project>) -> Known<Vec<SharedVariable>> {
    let owners = projects.iter().map(|(_, project)| project.owner.as_ref());
    let teams = owners.map(|owner| owner.map(|id| id.starts_with("team_").then_some(id)));
    for team in teams {
        match team {
            Known::Yes(None) => {}
            Known::Yes(Some(team)) => {
                let message = format!(
                    "a project belongs to {}, whose shared variables were not read: name it as `team` in \
                     [vercel], or in VERCEL_ORG_ID",
                    one_line(team, 60)
                );
                return Unknown::new(Cause::NotRead, message).during(SHARED).into();
            }
            Known::No(why) => return Known::No(why),
        }
    }
    Known::Yes(Vec::new())
}

/// All shared variables. If a part of them could not be read, no variable is known to be absent, so a
/// part is not enough.
async fn read(vercel: &VercelProvider, facts: &Facts) -> Result<Vec<SharedVariable>, Unknown> {
    let pages = read_pages(SHARED, |until: Option<String>| async move {
        let query: Vec<_> = until.iter().map(|u| ("until", u.as_str())).collect();
        let answer: Answer = vercel.get(facts, SHARED, &[], &query).await?;
        Ok::<_, RestError>((
            vec![answer.data],
            answer.pagination.and_then(Pagination::until),
        ))
    })
    .await;
    let mut all = Vec::new();
    for page in pages.into_result()? {
        let page = page.ok_or_else(|| Unknown::missing(SHARED, "data"))?;
        for item in page {
            if item.deleted_at.is_none() {
                all.push(variable(item)?);
            }
        }
    }
    Ok(all)
}

fn variable(item: Item) -> Result<SharedVariable, Unknown> {
    let missing = |field| Unknown::missing(SHARED, field);
    Ok(SharedVariable {
        id: item.id.ok_or_else(|| missing("id"))?,
        key: item.key.ok_or_else(|| missing("key"))?,
        kind: Known::present(item.r#type, SHARED, "type"),
        targets: Known::present(item.target.map(Vec::from), SHARED, "target"),
        in_custom_environments: Known::present(
            item.apply_to_all_custom_environments,
            SHARED,
            "applyToAllCustomEnvironments",
        ),
        projects: Known::present(item.project_id.map(Vec::from), SHARED, "projectId"),
    })
}
