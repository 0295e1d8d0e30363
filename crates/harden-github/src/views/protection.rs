//! The protection in force on a branch: classic protection and the rules of all active rulesets.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cx, FactError, Kind, Known, Listing, Place, Resource, Subject, Unknown, Verdict,
};

use crate::operation::{BRANCH_PROTECTION, BRANCH_RULES};
use crate::resources::{
    Branch, BranchProtection, BranchRules, Classic, ClassicRules, EffectiveRule, Offered,
    RequiredContext,
};

/// A branch with the protection in force on it.
///
/// A demand is in force where classic protection or any active ruleset makes it; so one part that
/// certainly makes it is enough, and that none does takes all parts known.
#[derive(Debug, Clone)]
pub(crate) struct ProtectedBranch {
    pub(crate) repository: String,
    pub(crate) branch: String,
    pub(crate) is_default: Known<bool>,
    pub(crate) exists: Known<bool>,
    pub(crate) protected: Known<bool>,
    pub(crate) classic: Known<Classic>,
    pub(crate) rules: Known<Offered<Vec<EffectiveRule>>>,
}

/// A part of what is in force.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part<'a> {
    Classic(&'a ClassicRules),
    Rule(&'a EffectiveRule),
}

impl<'a> Part<'a> {
    /// Whose demand it is: `classic protection`, `ruleset 7 of acme`.
    pub(crate) fn whose(self) -> String {
        match self {
            Self::Classic(_) => "classic protection".to_owned(),
            Self::Rule(rule) => match (rule.ruleset.ok(), rule.source.ok()) {
                (Some(number), Some(source)) => format!("ruleset {number} of {source}"),
                (Some(number), None) => format!("ruleset {number}"),
                _ => "a ruleset".to_owned(),
            },
        }
    }

    /// The operation that told.
    pub(crate) fn source(self) -> &'static str {
        match self {
            Self::Classic(_) => BRANCH_PROTECTION.name,
            Self::Rule(_) => BRANCH_RULES.name,
        }
    }

    /// Whether it is a rule of a type.
    pub(crate) fn is_rule(self, kind: &str) -> Known<bool> {
        match self {
            Self::Classic(_) => Known::Yes(false),
            Self::Rule(rule) => rule.kind.as_ref().map(|k| k == kind),
        }
    }

    /// How many approvals it demands; none where it demands no pull request.
    pub(crate) fn reviews(self) -> Known<Option<u32>> {
        match self {
            Self::Classic(rules) => match &rules.reviews {
                Known::Yes(Some(reviews)) => reviews.count.clone().map(Some),
                Known::Yes(None) => Known::Yes(None),
                Known::No(unknown) => Known::No(unknown.clone()),
            },
            Self::Rule(rule) => self.is_rule("pull_request").and_then(|is| match is {
                true => rule.reviews.clone(),
                false => Known::Yes(None),
            }),
        }
    }

    /// The status checks that it demands.
    pub(crate) fn contexts(self) -> Known<&'a [RequiredContext]> {
        const NONE: &[RequiredContext] = &[];
        match self {
            Self::Classic(rules) => rules.checks.as_ref().and_then(|checks| match checks {
                Some(checks) => checks.contexts.as_ref().map(Vec::as_slice),
                None => Known::Yes(NONE),
            }),
            Self::Rule(rule) => self
                .is_rule("required_status_checks")
                .and_then(|is| match is {
                    true => rule
                        .contexts
                        .as_ref()
                        .map(|contexts| contexts.as_deref().unwrap_or(NONE)),
                    false => Known::Yes(NONE),
                }),
        }
    }

    /// Whether its status checks must have passed on what will be merged: the branch is up to date.
    pub(crate) fn is_strict(self) -> Known<bool> {
        match self {
            Self::Classic(rules) => rules.checks.as_ref().and_then(|checks| match checks {
                Some(checks) => checks.strict.clone(),
                None => Known::Yes(false),
            }),
            Self::Rule(rule) => Known::any([
                self.is_rule("merge_queue"),
                self.is_rule("required_status_checks")
                    .and_then(|is| match is {
                        true => rule.strict.clone().map(|strict| strict == Some(true)),
                        false => Known::Yes(false),
                    }),
            ]),
        }
    }
}

impl ProtectedBranch {
    /// Joins a branch with its protection.
    pub(crate) fn join(
        branch: &Branch,
        classic: &Listing<BranchProtection>,
        rules: &Listing<BranchRules>,
    ) -> Self {
        let place = Place::global(branch.repository.as_str());
        let found = classic.get(&place, &branch.branch);
        let classic = found.and_then(|found| match found {
            Some(found) => found.classic.clone(),
            None => lost(BRANCH_PROTECTION.name),
        });
        // GitHub says of a branch that nothing protects it to everybody who may read it
        let classic = match (classic, &branch.protected) {
            (Known::No(_), Known::Yes(false)) => Known::Yes(Classic::None),
            (classic, _) => classic,
        };
        let rules = rules.get(&place, &branch.branch);
        let rules = rules.and_then(|found| match found {
            Some(found) => found.rules.clone(),
            None => lost(BRANCH_RULES.name),
        });
        Self {
            repository: branch.repository.clone(),
            branch: branch.branch.clone(),
            is_default: branch.is_default.clone(),
            exists: branch.exists.clone(),
            protected: branch.protected.clone(),
            classic,
            rules,
        }
    }

    /// Why the branch is not to be judged: it does not exist.
    pub(crate) fn not_there(&self) -> Result<Option<Verdict>, Unknown> {
        if *self.exists.get()? {
            return Ok(None);
        }
        if *self.is_default.get()? {
            return Ok(Some(Verdict::not_applicable(
                "the repository has no commits: its default branch does not exist yet",
            )));
        }
        Err(Unknown::undetermined(format!(
            "the policy names the branch {}, and {} has none of that name",
            self.branch, self.repository
        )))
    }

    /// What is known to be in force, and why more is not known.
    pub(crate) fn parts(&self) -> (Vec<Part<'_>>, Option<Unknown>) {
        let mut parts = Vec::new();
        let mut unknown = None;
        match &self.classic {
            Known::Yes(Classic::Rules(rules)) => parts.push(Part::Classic(rules)),
            Known::Yes(Classic::None | Classic::NotOffered) => {}
            Known::No(reason) => unknown = Some((**reason).clone()),
        }
        match &self.rules {
            Known::Yes(Offered::Is(rules)) => parts.extend(rules.iter().map(Part::Rule)),
            Known::Yes(Offered::NotOffered) => {}
            Known::No(reason) => {
                unknown.get_or_insert((**reason).clone());
            }
        }
        (parts, unknown)
    }

    /// The first part that certainly has a property; that none has it takes all parts known.
    pub(crate) fn any<'a>(
        &'a self,
        has: impl Fn(Part<'a>) -> Known<bool>,
    ) -> Known<Option<Part<'a>>> {
        let (parts, mut unknown) = self.parts();
        for part in parts {
            match has(part) {
                Known::Yes(true) => return Known::Yes(Some(part)),
                Known::Yes(false) => {}
                Known::No(reason) => {
                    unknown.get_or_insert(reason.into());
                }
            }
        }
        unknown.map_or(Known::Yes(None), Known::from)
    }

    /// Whether the plan offers neither classic protection nor rulesets for the repository.
    pub(crate) fn is_not_offered(&self) -> bool {
        self.classic == Known::Yes(Classic::NotOffered)
            || self.rules == Known::Yes(Offered::NotOffered)
    }

    /// All of them.
    pub(crate) async fn all(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let branches = cx.list::<Branch>().await?;
        let classic = cx.list::<BranchProtection>().await?;
        let rules = cx.list::<BranchRules>().await?;
        let items = branches
            .iter()
            .map(|(id, branch)| (Arc::clone(id), Self::join(branch, &classic, &rules)))
            .collect();
        let gaps = branches.gaps.clone();
        Ok(Arc::new(Listing::new(items, branches.scope.clone(), gaps)))
    }
}

/// A branch whose protection was listed without it.
fn lost<T>(operation: &'static str) -> Known<T> {
    Unknown::undetermined("the branch was listed, and its protection was not")
        .during(operation)
        .into()
}

#[async_trait]
impl Subject for ProtectedBranch {
    const KINDS: &'static [&'static Kind] =
        &[Branch::KIND, BranchProtection::KIND, BranchRules::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        Self::all(cx).await
    }
}
