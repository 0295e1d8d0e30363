//! GET /v1/env.

use harden_core::{FactError, Known, Unknown};
use harden_rest::{Gathered, Read, pages};
use serde::Deserialize;

use super::answers::{OneOrMany, Pagination};
use super::connect::Owner;
use super::run::{Live, Run, unknown};
use crate::operation::SHARED;
use crate::resources::{SharedVariable, SharedVariables};

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
            Owner::User(_) => Known::Yes(Vec::new()),
        };
        let mut all = Read::default();
        all.push(Ok(Self {
            account: run.account().to_owned(),
            variables,
        }));
        Ok(run.gathered(all))
    }
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
            all.push(variable(item)?);
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
