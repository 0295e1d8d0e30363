//! GET /repos/{owner}/{repo}/branches/{branch}.

use std::sync::Arc;

use futures::future::join_all;
use harden_core::{FactError, Known};

use super::answers::BranchAnswer;
use super::at::{At, present};
use super::failure::Said;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use crate::operation::BRANCH;
use crate::path::segment;
use crate::resources::{Branch, Repository};

impl Live for Branch {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        run.from(read).await
    }
}

async fn read(at: At, repository: Arc<Repository>) -> Read<Branch> {
    let mut read = Read::default();
    let default = &repository.default_branch;
    let mut names = at.policy.protection.branches.clone();
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
        branch(&at, name, is_default)
    });
    read.resources = join_all(branches).await;
    read
}

async fn branch(at: &At, branch: String, is_default: Known<bool>) -> Branch {
    let path = format!("/branches/{}", segment(&branch));
    let answer = at.get::<BranchAnswer>(BRANCH, &path).await;
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
        repository: at.repository.to_string(),
        branch,
        is_default,
        exists,
        protected,
    }
}
