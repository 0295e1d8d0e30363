//! Who may bypass the protection of a branch.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Place, Resource, Subject, Unknown};

use super::protection::ProtectedBranch;
use crate::operation::RULESETS;
use crate::resources::{Branch, BranchProtection, BranchRules, Offered, Ruleset};

/// A protected branch with the rulesets that are in force on it.
#[derive(Debug, Clone)]
pub(crate) struct BypassableBranch {
    pub(crate) branch: ProtectedBranch,
    /// The rulesets, sorted by number.
    pub(crate) rulesets: Vec<RulesetInForce>,
}

/// A ruleset that has a rule in force on the branch.
#[derive(Debug, Clone)]
pub(crate) struct RulesetInForce {
    pub(crate) number: u64,
    pub(crate) ruleset: Known<Ruleset>,
}

impl BypassableBranch {
    fn join(branch: ProtectedBranch, rulesets: &Listing<Ruleset>) -> Self {
        let place = Place::global(branch.repository.as_str());
        let mut numbers: Vec<u64> = match &branch.rules {
            Known::Yes(Offered::Is(rules)) => rules
                .iter()
                .filter_map(|r| r.ruleset.ok().copied())
                .collect(),
            _ => Vec::new(),
        };
        // several rules can come from one ruleset, and bypass actors belong to the ruleset
        numbers.sort_unstable();
        numbers.dedup();
        let in_force = |number: u64| {
            let found = rulesets.get(&place, &number.to_string());
            RulesetInForce {
                number,
                ruleset: found.and_then(|found| match found {
                    Some(ruleset) => Known::Yes(ruleset.clone()),
                    None => Unknown::undetermined(format!(
                        "ruleset {number} is in force, but GitHub did not list it"
                    ))
                    .during(RULESETS.name)
                    .into(),
                }),
            }
        };
        Self {
            rulesets: numbers.into_iter().map(in_force).collect(),
            branch,
        }
    }
}

#[async_trait]
impl Subject for BypassableBranch {
    const KINDS: &'static [&'static Kind] = &[
        Branch::KIND,
        BranchProtection::KIND,
        BranchRules::KIND,
        Ruleset::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let branches = cx.subjects::<ProtectedBranch>().await?;
        let rulesets = cx.list::<Ruleset>().await?;
        let items = branches
            .iter()
            .map(|(id, branch)| (Arc::clone(id), Self::join(branch.clone(), &rulesets)))
            .collect();
        let gaps = branches.gaps.clone();
        Ok(Arc::new(Listing::new(items, branches.scope.clone(), gaps)))
    }
}
