//! The protection in force on a branch: classic protection and the rules of all active rulesets.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cx, FactError, Kind, Known, Listing, Place, Resource, Subject, Unknown, Verdict,
};

use crate::operation::{BRANCH_PROTECTION, BRANCH_RULES};
use crate::resources::{
    Branch, BranchProtection, BranchRules, Classic, ClassicRules, EffectiveRule, Offered,
    RequiredContext, RequiredReviewers,
};

/// A branch with the protection in force on it.
///
/// GitHub adds up classic protection and all active rulesets, and the most restrictive of them applies
/// (<https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/about-rulesets#about-rule-layering>).
/// So a requirement is in force if one part certainly has it. It is missing only if all parts are known
/// and no part has it.
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

/// A part of the protection in force.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part<'a> {
    Classic(&'a ClassicRules),
    Rule(&'a EffectiveRule),
}

impl<'a> Part<'a> {
    /// Where the part comes from: `classic protection`, `ruleset 7 of acme`.
    pub(crate) fn origin(self) -> String {
        match self {
            Self::Classic(_) => "classic protection".to_owned(),
            Self::Rule(rule) => match (rule.ruleset.ok(), rule.source.ok()) {
                (Some(number), Some(source)) => format!("ruleset {number} of {source}"),
                (Some(number), None) => format!("ruleset {number}"),
                _ => "a ruleset".to_owned(),
            },
        }
    }

    /// The API operation that returned it.
    pub(crate) fn source(self) -> &'static str {
        match self {
            Self::Classic(_) => BRANCH_PROTECTION.name,
            Self::Rule(_) => BRANCH_RULES.name,
        }
    }

    /// Whether it is a rule of this type.
    pub(crate) fn is_rule(self, kind: &str) -> Known<bool> {
        match self {
            Self::Classic(_) => Known::Yes(false),
            Self::Rule(rule) => rule.kind.as_ref().map(|k| k == kind),
        }
    }

    /// The number of approvals that it requires; `None` if it does not require a pull request.
    pub(crate) fn reviews(self) -> Known<Option<u32>> {
        match self {
            Self::Classic(rules) => match &rules.reviews {
                Known::Yes(Some(reviews)) => reviews.count.clone().map(Some),
                Known::Yes(None) => Known::Yes(None),
                Known::No(unknown) => Known::No(unknown.clone()),
            },
            // a rule of an unknown type may be the one that requires reviews, so it is unknown too
            Self::Rule(rule) => self.is_rule("pull_request").and_then(|is| match is {
                true => rule.reviews.clone(),
                false => Known::Yes(None),
            }),
        }
    }

    /// Whether it requires this number of approvals of every pull request, by whatever setting.
    ///
    /// Beside the number, three settings require approvals. The teams of `required_reviewers` must
    /// approve changes of some files, which are all files for `**`. An owner must approve changes of
    /// files that have one, and which have one is not read. The approval of the last push is an
    /// approval, but GitHub does not document what it means together with a number of 0.
    /// <https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets#require-a-pull-request-before-merging>
    pub(crate) fn requires_reviews(self, number: u32) -> Known<bool> {
        let by_number = self.reviews().map(|count| count.unwrap_or(0) >= number);
        if by_number != Known::Yes(false) {
            return by_number;
        }
        match self {
            Self::Classic(rules) => match &rules.reviews {
                Known::Yes(Some(reviews)) => other_approvals(
                    number,
                    reviews.code_owners.clone(),
                    reviews.last_push.clone().map(|last| last == Some(true)),
                ),
                _ => by_number,
            },
            Self::Rule(rule) => match self.is_rule("pull_request") {
                Known::Yes(true) => Known::any([
                    rule.reviewers.as_ref().and_then(|all| {
                        let all = all.as_deref().unwrap_or_default();
                        Known::any(all.iter().map(|reviewers| by_team(reviewers, number)))
                    }),
                    other_approvals(
                        number,
                        rule.code_owners.clone().map(|own| own == Some(true)),
                        rule.last_push.clone().map(|last| last == Some(true)),
                    ),
                ]),
                _ => by_number,
            },
        }
    }

    /// The status checks that it requires.
    pub(crate) fn contexts(self) -> Known<&'a [RequiredContext]> {
        const NO_CHECKS: &[RequiredContext] = &[];
        match self {
            Self::Classic(rules) => rules.checks.as_ref().and_then(|checks| match checks {
                Some(checks) => checks.contexts.as_ref().map(Vec::as_slice),
                None => Known::Yes(NO_CHECKS),
            }),
            Self::Rule(rule) => self
                .is_rule("required_status_checks")
                .and_then(|is| match is {
                    true => rule.contexts.as_ref().and_then(|contexts| {
                        let contexts = contexts.as_deref();
                        Known::present(contexts, BRANCH_RULES.name, "required_status_checks")
                    }),
                    false => Known::Yes(NO_CHECKS),
                }),
        }
    }

    /// Whether a pull request must be up to date with the branch. A merge queue tests the merged result,
    /// and so has the same effect.
    pub(crate) fn is_strict(self) -> Known<bool> {
        match self {
            Self::Classic(rules) => rules.checks.as_ref().and_then(|checks| match checks {
                Some(checks) => checks.strict.clone(),
                None => Known::Yes(false),
            }),
            // `strict` is null for rules of other types, and GitHub omits it where it is off
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

/// Whether the approvals of code owners and of the last push suffice: never for certain.
fn other_approvals(number: u32, code_owners: Known<bool>, last_push: Known<bool>) -> Known<bool> {
    let unless = |required: Known<bool>, why: &'static str| {
        required.and_then(|required| match required {
            true => Unknown::undetermined(why).into(),
            false => Known::Yes(false),
        })
    };
    let owners = unless(
        code_owners,
        "the number of required approvals is too small, but code owners must approve changes of \
         their files, and CODEOWNERS is not read: require the number too",
    );
    // the last push needs one approval, never more
    if number > 1 {
        return owners;
    }
    let last = unless(
        last_push,
        "the number of required approvals is 0, but the last push must be approved, and GitHub does \
         not document what applies then: require 1 approval",
    );
    Known::any([owners, last])
}

/// Whether a team must approve every pull request this number of times.
fn by_team(reviewers: &RequiredReviewers, number: u32) -> Known<bool> {
    let enough = reviewers.approvals.clone().map(|count| count >= number);
    let all_files = reviewers.patterns.as_ref().and_then(|patterns| {
        // a pattern with `!` takes files away again
        let excludes = patterns.iter().any(|pattern| pattern.starts_with('!'));
        let whole = |pattern: &String| matches!(&**pattern, "**" | "**/*");
        let open = |pattern: &String| pattern.starts_with(['*', '?', '[', '{']);
        match (patterns.iter().any(whole), patterns.iter().any(open)) {
            (true, _) if !excludes => Known::Yes(true),
            (false, false) => Known::Yes(false),
            _ => Unknown::undetermined(format!(
                "a team must approve changes of the files {}, and it is not known whether these are \
                 all files: require a number of approvals too",
                harden_core::one_line(&patterns.join(", "), 100)
            ))
            .into(),
        }
    });
    Known::all([enough, all_files])
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
            None => not_listed(BRANCH_PROTECTION.name),
        });
        // Classic protection is readable only for administrators. But `protected` is readable for
        // everyone, and false there means that the branch has no classic protection either.
        let classic = match (classic, &branch.protected) {
            (Known::No(_), Known::Yes(false)) => Known::Yes(Classic::None),
            (classic, _) => classic,
        };
        let rules = rules.get(&place, &branch.branch);
        let rules = rules.and_then(|found| match found {
            Some(found) => found.rules.clone(),
            None => not_listed(BRANCH_RULES.name),
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

    /// The verdict for a branch that does not exist; `None` if it exists.
    pub(crate) fn verdict_if_missing(&self) -> Result<Option<Verdict>, Unknown> {
        if *self.exists.get()? {
            return Ok(None);
        }
        // the default branch of an empty repository is expected to be missing; a branch that the policy
        // names is not, and may be misspelled
        if *self.is_default.get()? {
            return Ok(Some(Verdict::not_applicable(
                "the repository has no commits: its default branch does not exist yet",
            )));
        }
        Err(Unknown::undetermined(format!(
            "the policy names the branch {}, which {} does not have",
            self.branch, self.repository
        )))
    }

    /// The parts that are known to be in force, and why there may be more.
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

    /// The first part that certainly has a property; `None` only if all parts are known and no part has
    /// it.
    pub(crate) fn any<'a>(
        &'a self,
        has: impl Fn(Part<'a>) -> Known<bool>,
    ) -> Known<Option<Part<'a>>> {
        // a certain part is looked for first, because it outweighs every unknown part
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

    /// All judged branches.
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

/// The protection of a branch that has no entry in a listing. The listing is incomplete, so the
/// protection is unknown, and not missing.
fn not_listed<T>(operation: &'static str) -> Known<T> {
    Unknown::undetermined("the branch was listed, but its protection was not")
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
