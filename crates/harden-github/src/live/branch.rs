//! GET /repos/{owner}/{repo}/branches/{branch}.

use std::sync::Arc;

use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known};

use super::GithubProvider;
use super::answers::BranchAnswer;
use super::failure::Said;
use super::repository_api::{RepositoryApi, present};
use crate::operation::BRANCH;
use crate::path::segment;
use crate::resources::{Branch, Repository};

impl Collect<GithubProvider> for Branch {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        github.for_each(facts, read).await
    }
}

async fn read(api: RepositoryApi, repository: Arc<Repository>) -> Portion<Branch> {
    let mut read = Portion::default();
    let default = &repository.default_branch;
    let mut names = api.policy.protection.branches.clone();
    if names.is_empty() {
        match default {
            Known::Yes(default) => names.push(default.clone()),
            Known::No(unknown) => read.gaps.push((**unknown).clone()),
        }
    }
    names.sort();
    names.dedup();
    let branches = names.into_iter().map(|name| {
        let is_default = default.as_ref().map(|default| *default == name);
        branch(&api, name, is_default)
    });
    read.resources = join_all(branches).await;
    read
}

async fn branch(api: &RepositoryApi, branch: String, is_default: Known<bool>) -> Branch {
    let path = format!("/branches/{}", segment(&branch));
    let answer = api.get::<BranchAnswer>(BRANCH, &path).await;
    let (exists, protected) = match answer {
        Ok(answer) => (
            Known::Yes(true),
            present(answer.protected, BRANCH, "protected"),
        ),
        Err(failure) if failure.said == Said::BranchNotFound => {
            (Known::Yes(false), Known::Yes(false))
        }
        Err(failure) => {
            let unknown = failure.unknown;
            (unknown.clone().into(), unknown.into())
        }
    };
    Branch {
        repository: api.repository.to_string(),
        branch,
        is_default,
        exists,
        protected,
    }
}
