//! GET /v10/projects/{idOrName}/env.

use harden_collect::rest::RestError;
use harden_collect::{Collect, Collected, read_pages};
use harden_core::{FactError, Facts, Known, Unknown};
use serde::Deserialize;

use super::VercelProvider;
use super::answers::{OneOrMany, Pagination};
use crate::operation::VARIABLES;
use crate::resources::{Project, ProjectVariables, Variable};

/// Any of the three shapes of the answer: one variable by itself, all, or all with the next page.
/// Neither this type nor [`Item`] has a field for the value.
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
    /// The variables, and the next page. An answer of an unknown shape becomes a variable without a
    /// name, which is then reported as missing.
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

impl Collect<VercelProvider> for ProjectVariables {
    async fn collect(vercel: &VercelProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let read = |project: Project| async {
            let variables = read_variables(vercel, facts, &project).await.into();
            Self {
                account: project.account,
                project: project.id,
                name: project.name,
                variables,
            }
        };
        vercel.for_each_project(facts, read).await
    }
}

/// All variables of a project. If a part of them could not be read, no variable is known to be
/// absent, so a part is not enough.
async fn read_variables(
    vercel: &VercelProvider,
    facts: &Facts,
    project: &Project,
) -> Result<Vec<Variable>, Unknown> {
    let pages = read_pages(VARIABLES, |until: Option<String>| async move {
        let query: Vec<_> = until.iter().map(|u| ("until", u.as_str())).collect();
        let answer: Answer = vercel.get(facts, VARIABLES, &[&project.id], &query).await?;
        Ok::<_, RestError>(answer.page())
    })
    .await;
    let items = pages.into_result()?;
    items.into_iter().map(variable).collect()
}

fn variable(item: Item) -> Result<Variable, Unknown> {
    let missing = |field| Unknown::missing(VARIABLES, field);
    // a variable only of custom environments has no target, others may have no ids
    let targets = match (item.target, item.custom_environment_ids) {
        (None, None) => missing("target").into(),
        (None, Some(ids)) if ids.is_empty() => missing("target").into(),
        (target, ids) => {
            let targets = target.into_iter().flat_map(Vec::from);
            Known::Yes(targets.chain(ids.into_iter().flatten()).collect())
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
