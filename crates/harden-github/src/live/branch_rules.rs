//! GET /repos/{owner}/{repo}/rules/branches/{branch}.

use std::sync::Arc;

use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known};

use super::GithubProvider;
use super::answers::RuleAnswer;
use super::branch_protection::required;
use super::failure::Said;
use super::repository_api::{RepositoryApi, known, missing, present};
use crate::operation::BRANCH_RULES as SOURCE;
use crate::path::segment;
use crate::resources::{Branch, BranchRules, EffectiveRule, Offered};

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
    let parameters = answer.parameters;
    let is = |wanted: &str| kind.as_deref() == Some(wanted);
    let of = |wanted: &str, parameter: &str| {
        is(wanted).then(|| missing(SOURCE, &format!("parameters.{parameter}")).unknown)
    };
    let (reviews, contexts, strict) = match parameters {
        Some(p) => (
            p.required_approving_review_count,
            p.required_status_checks,
            p.strict_required_status_checks_policy,
        ),
        None => (None, None, None),
    };
    // a parameter belongs to one type of rule; that one must have it
    let reviews = match (
        reviews,
        of("pull_request", "required_approving_review_count"),
    ) {
        (None, Some(unknown)) => unknown.into(),
        (reviews, _) => Known::Yes(reviews),
    };
    let contexts = match (
        contexts,
        of("required_status_checks", "required_status_checks"),
    ) {
        (None, Some(unknown)) => unknown.into(),
        (None, None) => Known::Yes(None),
        (Some(checks), _) => required(checks, SOURCE).map(Some),
    };
    let strict = match (
        strict,
        of(
            "required_status_checks",
            "strict_required_status_checks_policy",
        ),
    ) {
        (None, Some(unknown)) => unknown.into(),
        (strict, _) => Known::Yes(strict),
    };
    EffectiveRule {
        ruleset: present(answer.ruleset_id, SOURCE, "ruleset_id"),
        source: present(answer.ruleset_source, SOURCE, "ruleset_source"),
        reviews,
        contexts,
        strict,
        kind: present(kind, SOURCE, "type"),
    }
}
