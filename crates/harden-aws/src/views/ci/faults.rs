//! The faults of the statements of a CI role's policies.

use std::collections::BTreeSet;
use std::sync::Arc;

use harden_core::{Evidence, Known, Unknown};
use harden_iam::Policy;
use harden_iam::lint::{Finding, Linter, PolicyType};

use super::role::{CiRole, ROLE_SOURCE, policy_name};
use super::trust::describe_finding;
use crate::resources::RolePolicy;
use crate::text::join_first;

/// The faults that a check looks for.
pub(crate) struct Faults {
    /// The indexes of the policies with faults, among the policies of the role.
    pub(crate) policies: BTreeSet<usize>,
    /// The faults as text.
    pub(crate) descriptions: Vec<String>,
    /// What to write instead.
    pub(crate) suggestions: Vec<String>,
    /// Why a policy could not be parsed.
    pub(crate) unknown: Option<Arc<Unknown>>,
    /// The number of policies.
    pub(crate) count: usize,
}

/// Finds the faults of a role's policies that `is_relevant` selects.
pub(crate) fn find_faults(
    role: &CiRole,
    is_relevant: impl Fn(&RolePolicy, &Policy, &Finding) -> bool,
) -> Result<Faults, Arc<Unknown>> {
    let documents = role.documents()?;
    let mut linter = Linter::default();
    let mut faults = Faults {
        policies: BTreeSet::new(),
        descriptions: Vec::new(),
        suggestions: Vec::new(),
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
            if !is_relevant(held, &policy, &finding) {
                continue;
            }
            faults.policies.insert(at);
            let description = format!("{}, {}", policy_name(held), describe_finding(&finding));
            faults.descriptions.push(description);
            let instead = finding.instead.as_deref();
            let instead = instead.map(|text| text.trim_end_matches('.').to_owned());
            if let Some(instead) = instead
                && !faults.suggestions.contains(&instead)
            {
                faults.suggestions.push(instead);
            }
        }
    }
    Ok(faults)
}

impl Faults {
    /// The evidence for the faults.
    pub(crate) fn evidence(&self, expected: &'static str) -> Evidence {
        const SHOWN: usize = 6;
        let nothing = |found: String| Evidence::of("PolicyDocument", found, ROLE_SOURCE);
        let evidence = match (self.descriptions.as_slice(), self.count) {
            ([], 1) => nothing("no such statement in its policy".to_owned()),
            ([], n) => nothing(format!("no such statement in its {n} policies")),
            // one item for each: a report cuts a long line in the middle
            (all, _) => all
                .iter()
                .take(SHOWN)
                .fold(Evidence::default(), |all, one| {
                    all.and("PolicyDocument", one, ROLE_SOURCE)
                }),
        };
        let evidence = evidence.expected(expected);
        let evidence = match self.descriptions.len().checked_sub(SHOWN) {
            Some(more) if more > 0 => evidence.note(format!("and {more} more")),
            _ => evidence,
        };
        if self.suggestions.is_empty() {
            return evidence;
        }
        evidence.note(join_first(&self.suggestions))
    }

    /// The faults that remain after a remediation, as text.
    pub(crate) fn remaining(of: Result<Self, Arc<Unknown>>) -> Option<String> {
        match of {
            Ok(faults) if faults.descriptions.is_empty() => None,
            Ok(faults) => Some(join_first(&faults.descriptions)),
            Err(unknown) => Some(unknown.message.clone().into_owned()),
        }
    }
}
