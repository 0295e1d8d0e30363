//! GET /v1/env.

use harden_collect::{Gathered, Read, pages};
use harden_core::{Cause, FactError, Known, Listing, Unknown, one_line};
use serde::Deserialize;

use super::answers::{OneOrMany, Pagination};
use super::connect::Owner;
use super::run::{Live, Run, unknown};
use crate::operation::SHARED;
use crate::resources::{Project, SharedVariable, SharedVariables};

/// Without a field for the value.
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

impl Live for SharedVariables {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let variables = match run.provider.owner {
            Owner::Team(_) => read(run).await.into(),
            Owner::User(_) => of_no_team(&*run.facts.list::<Project>().await?),
        };
        let mut all = Read::default();
        all.push(Ok(Self {
            account: run.account().to_owned(),
            variables,
        }));
        Ok(run.gathered(all))
    }
}

/// What is shared where the run is told of no team: nothing with projects of a user, and with those
/// of a team what the team has.
fn of_no_team(projects: &Listing<Project>) -> Known<Vec<SharedVariable>> {
    let owners = projects.iter().map(|(_, project)| project.owner.as_ref());
    let of_team = owners.map(|owner| owner.map(|id| id.starts_with("team_").then_some(id)));
    for team in of_team {
        match team {
            Known::Yes(None) => {}
            Known::Yes(Some(team)) => {
                let message = format!(
                    "a project belongs to {}, whose shared variables were not asked for: name it as \
                     `team` in [vercel], or in VERCEL_ORG_ID",
                    one_line(team, 60)
                );
                return Unknown::new(Cause::NotRead, message).during(SHARED).into();
            }
            Known::No(why) => return Known::No(why),
        }
    }
    Known::Yes(Vec::new())
}

/// All shared variables: without a part of them, none is known to be absent.
async fn read(run: &Run<'_>) -> Result<Vec<SharedVariable>, Unknown> {
    let found = pages(SHARED, |until| async move {
        let query: Vec<_> = until.iter().map(|u| ("until", u.as_str())).collect();
        let answer: Answer = run.get(SHARED, &[], &query).await?;
        Ok((
            vec![answer.data],
            answer.pagination.and_then(Pagination::until),
        ))
    })
    .await;
    let mut all = Vec::new();
    for page in found.complete().map_err(unknown(SHARED))? {
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
