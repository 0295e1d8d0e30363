//! GET /v10/projects/{idOrName}/env.

use harden_collect::{Gathered, pages};
use harden_core::{FactError, Known, Unknown};
use serde::Deserialize;

use super::answers::{OneOrMany, Pagination};
use super::run::{Live, Run, unknown};
use crate::operation::VARIABLES;
use crate::resources::{Project, ProjectVariables, Variable};

/// Any of the three shapes of the answer: one variable by itself, all, or all with the next page.
/// Without a field for the value, here and in what follows.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    envs: Option<Vec<Item>>,
    pagination: Option<Pagination>,
    id: Option<String>,
    key: Option<String>,
    r#type: Option<String>,
    target: Option<OneOrMany>,
    custom_environment_ids: Option<Vec<String>>,
    git_branch: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: Option<String>,
    key: Option<String>,
    r#type: Option<String>,
    target: Option<OneOrMany>,
    custom_environment_ids: Option<Vec<String>>,
    git_branch: Option<String>,
}

impl Answer {
    /// The variables, and the next page. An answer of no known shape is a variable without a name.
    fn page(self) -> (Vec<Item>, Option<String>) {
        if let Some(items) = self.envs {
            return (items, self.pagination.and_then(Pagination::until));
        }
        let one = Item {
            id: self.id,
            key: self.key,
            r#type: self.r#type,
            target: self.target,
            custom_environment_ids: self.custom_environment_ids,
            git_branch: self.git_branch,
        };
        (vec![one], None)
    }
}

impl Live for ProjectVariables {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        run.of_projects(|project| async {
            let variables = read(run, &project).await.into();
            Self {
                account: project.account,
                project: project.id,
                name: project.name,
                variables,
            }
        })
        .await
    }
}

/// All variables of a project: without a part of them, none is known to be absent.
async fn read(run: &Run<'_>, project: &Project) -> Result<Vec<Variable>, Unknown> {
    let found = pages(VARIABLES, |until| async move {
        let query: Vec<_> = until.iter().map(|u| ("until", u.as_str())).collect();
        let answer: Answer = run.get(VARIABLES, &[&project.id], &query).await?;
        Ok(answer.page())
    })
    .await;
    let items = found.complete().map_err(unknown(VARIABLES))?;
    items.into_iter().map(variable).collect()
}

fn variable(item: Item) -> Result<Variable, Unknown> {
    let missing = |field| Unknown::missing(VARIABLES, field);
    // a variable of custom environments only has no target, others may have no ids
    let targets = match (item.target, item.custom_environment_ids) {
        (None, None) => missing("target").into(),
        (None, Some(ids)) if ids.is_empty() => missing("target").into(),
        (target, ids) => {
            let mut targets = target.map(Vec::from).unwrap_or_default();
            targets.extend(ids.unwrap_or_default());
            Known::Yes(targets)
        }
    };
    Ok(Variable {
        id: item.id.ok_or_else(|| missing("id"))?,
        key: item.key.ok_or_else(|| missing("key"))?,
        kind: Known::present(item.r#type, VARIABLES, "type"),
        targets,
        git_branch: Known::Yes(item.git_branch.filter(|branch| !branch.is_empty())),
    })
}
