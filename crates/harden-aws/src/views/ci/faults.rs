//! What is wrong with the statements of a CI role's policies, one by one.

use std::collections::BTreeSet;
use std::sync::Arc;

use harden_core::{Evidence, Known, Unknown};
use harden_iam::Policy;
use harden_iam::lint::{Finding, Linter, PolicyType};

use super::role::{CiRole, ROLE_SOURCE, policy_name};
use super::trust::in_words;
use crate::resources::RolePolicy;
use crate::text::join_first;

/// Faults of some sort.
pub(crate) struct Faults {
    /// The places of the policies at fault, among the role's.
    pub(crate) policies: BTreeSet<usize>,
    /// What is wrong, in words.
    pub(crate) told: Vec<String>,
    /// What to write instead.
    pub(crate) instead: Vec<String>,
    /// Why a policy could not be looked at.
    pub(crate) unknown: Option<Arc<Unknown>>,
    /// How many policies there are.
    pub(crate) count: usize,
}

/// The findings on a role's policies that are wanted.
pub(crate) fn faults(
    role: &CiRole,
    is_wanted: impl Fn(&RolePolicy, &Policy, &Finding) -> bool,
) -> Result<Faults, Arc<Unknown>> {
    let documents = role.documents()?;
    let mut linter = Linter::default();
    let mut faults = Faults {
        policies: BTreeSet::new(),
        told: Vec::new(),
        instead: Vec::new(),
        unknown: None,
        count: documents.len(),
    };
    for (at, (held, document)) in documents.into_iter().enumerate() {
        let policy = match document {
            Known::Yes(policy) => policy,
            Known::No(unknown) => {
                faults.unknown.get_or_insert(unknown);
                continue;
            }
        };
        for finding in linter.lint(&policy, PolicyType::Identity) {
            if !is_wanted(held, &policy, &finding) {
                continue;
            }
            faults.policies.insert(at);
            let told = format!("{}, {}", policy_name(held), in_words(&finding));
            faults.told.push(told);
            let instead = finding.instead.as_deref();
            let instead = instead.map(|text| text.trim_end_matches('.').to_owned());
            if let Some(instead) = instead
                && !faults.instead.contains(&instead)
            {
                faults.instead.push(instead);
            }
        }
    }
    Ok(faults)
}

impl Faults {
    /// The evidence for what was found.
    pub(crate) fn evidence(&self, wanted: &'static str) -> Evidence {
        const SHOWN: usize = 6;
        let nothing = |found: String| Evidence::of("PolicyDocument", found, ROLE_SOURCE);
        let evidence = match (self.told.as_slice(), self.count) {
            ([], 1) => nothing("nothing of the kind in its one policy".to_owned()),
            ([], n) => nothing(format!("nothing of the kind in its {n} policies")),
            // each by itself: one long line would be cut in the middle
            (told, _) => told
                .iter()
                .take(SHOWN)
                .fold(Evidence::default(), |all, one| {
                    all.and("PolicyDocument", one, ROLE_SOURCE)
                }),
        };
        let evidence = evidence.expected(wanted);
        let evidence = match self.told.len().checked_sub(SHOWN) {
            Some(more) if more > 0 => evidence.note(format!("and {more} more")),
            _ => evidence,
        };
        if self.instead.is_empty() {
            return evidence;
        }
        evidence.note(join_first(&self.instead))
    }

    /// What is left of them in words, for a role that was mended.
    pub(crate) fn left(of: Result<Self, Arc<Unknown>>) -> Option<String> {
        match of {
            Ok(faults) if faults.told.is_empty() => None,
            Ok(faults) => Some(join_first(&faults.told)),
            Err(unknown) => Some(unknown.message.clone().into_owned()),
        }
    }
}
