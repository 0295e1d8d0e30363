//! The status checks that were reported on a branch.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Place, Resource, Subject, Unknown};

use super::protection::ProtectedBranch;
use crate::operation::CHECK_RUNS;
use crate::resources::{Branch, BranchProtection, BranchRules, CommitContexts, ReportedContexts};

/// A protected branch with what was reported on its last pull requests and commits.
#[derive(Debug, Clone)]
pub(crate) struct ReportingBranch {
    pub(crate) branch: ProtectedBranch,
    pub(crate) commits: Known<Vec<CommitContexts>>,
}

#[async_trait]
impl Subject for ReportingBranch {
    const KINDS: &'static [&'static Kind] = &[
        Branch::KIND,
        BranchProtection::KIND,
        BranchRules::KIND,
        ReportedContexts::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let branches = cx.subjects::<ProtectedBranch>().await?;
        let reported = cx.list::<ReportedContexts>().await?;
        let join = |branch: &ProtectedBranch| {
            let place = Place::global(branch.repository.as_str());
            let found = reported.get(&place, &branch.branch);
            Self {
                branch: branch.clone(),
                commits: found.and_then(|found| match found {
                    Some(found) => found.commits.clone(),
                    None => Unknown::undetermined("the checks of the branch were not listed")
                        .during(CHECK_RUNS.name)
                        .into(),
                }),
            }
        };
        let items = branches
            .iter()
            .map(|(id, branch)| (Arc::clone(id), join(branch)))
            .collect();
        let gaps = branches.gaps.clone();
        Ok(Arc::new(Listing::new(items, branches.scope.clone(), gaps)))
    }
}
