//! GET /repos/{owner}/{repo}/rules/branches/{branch}.

use std::sync::Arc;

use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known};

use super::GithubProvider;
use super::answers::{ReviewersAnswer, RuleAnswer};
use super::branch_protection::required;
use super::failure::Said;
use super::repository_api::{RepositoryApi, known, left_out, missing, present};
use crate::operation::BRANCH_RULES as SOURCE;
use crate::path::segment;
use crate::resources::{Branch, BranchRules, EffectiveRule, Offered, RequiredReviewers};

impl Collect<GithubProvider> for BranchRules {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        github.for_each(facts, read).await
    }
}

async fn read(api: RepositoryApi, branch: Arc<Branch>) -> Portion<BranchRules> {
    if branch.exists == Known::Yes(false) {
        return Portion::default();
    }
    let path = format!("/rules/branches/{}?per_page=100", segment(&branch.branch));
    let pages = api.get_pages::<Vec<RuleAnswer>>(SOURCE, &path).await;
    let rules = match pages.into_result() {
        Err(failure) if failure.said == Said::NotOffered => Known::Yes(Offered::NotOffered),
        result => known(result.map(|rules| Offered::Is(rules.into_iter().map(rule).collect()))),
    };
    Portion::one(BranchRules {
        repository: branch.repository.clone(),
        branch: branch.branch.clone(),
        rules,
    })
}

fn rule(answer: RuleAnswer) -> EffectiveRule {
    let kind = answer.kind;
    // a parameter that its type has, and that is missing, is unknown: see `parameter`
    let parameters = left_out(
        answer.parameters,
        "Get rules for a branch, parameters: only of types that have some",
    );
    let is = |wanted: &str| kind.as_deref() == Some(wanted);
    const REVIEWS: &str = "pull_request";
    const CHECKS: &str = "required_status_checks";
    EffectiveRule {
        ruleset: present(answer.ruleset_id, SOURCE, "ruleset_id"),
        source: present(answer.ruleset_source, SOURCE, "ruleset_source"),
        reviews: parameter(
            parameters.required_approving_review_count,
            is(REVIEWS),
            "required_approving_review_count",
        ),
        code_owners: parameter(
            parameters.require_code_owner_review,
            is(REVIEWS),
            "require_code_owner_review",
        ),
        last_push: parameter(
            parameters.require_last_push_approval,
            is(REVIEWS),
            "require_last_push_approval",
        ),
        // GitHub omits it where no team is named
        reviewers: Known::Yes(is(REVIEWS).then(|| {
            let all = left_out(
                parameters.required_reviewers,
                "Get rules for a branch, pull_request, required_reviewers: not required",
            );
            all.into_iter().map(reviewers).collect()
        })),
        contexts: parameter(
            parameters.required_status_checks,
            is(CHECKS),
            "required_status_checks",
        )
        .and_then(|checks| match checks {
            Some(checks) => required(checks, SOURCE).map(Some),
            None => Known::Yes(None),
        }),
        strict: parameter(
            parameters.strict_required_status_checks_policy,
            is(CHECKS),
            "strict_required_status_checks_policy",
        ),
        kind: present(kind, SOURCE, "type"),
    }
}

/// A parameter of a rule. It belongs to one type of rule, and a rule of that type must have it.
fn parameter<T>(value: Option<T>, belongs: bool, name: &str) -> Known<Option<T>> {
    if belongs && value.is_none() {
        return missing(SOURCE, &format!("parameters.{name}"))
            .unknown
            .into();
    }
    Known::Yes(value)
}

fn reviewers(answer: ReviewersAnswer) -> RequiredReviewers {
    let field = |name: &str| format!("parameters.required_reviewers.{name}");
    RequiredReviewers {
        approvals: present(
            answer.minimum_approvals,
            SOURCE,
            &field("minimum_approvals"),
        ),
        patterns: present(answer.file_patterns, SOURCE, &field("file_patterns")),
    }
}
