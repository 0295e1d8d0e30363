//! GET /repos/{owner}/{repo}/branches/{branch}/protection.

use std::sync::Arc;

use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known};

use super::GithubProvider;
use super::answers::{
    CheckAnswer, ChecksAnswer, Enabled, PeopleAnswer, ProtectionAnswer, ReviewsAnswer,
};
use super::failure::Said;
use super::repository_api::{RepositoryApi, missing, present};
use crate::operation::BRANCH_PROTECTION as SOURCE;
use crate::path::segment;
use crate::resources::{
    Branch, BranchProtection, Classic, ClassicRules, People, RequiredChecks, RequiredContext,
    RequiredReviews,
};

impl Collect<GithubProvider> for BranchProtection {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        github.for_each(facts, read).await
    }
}

async fn read(api: RepositoryApi, branch: Arc<Branch>) -> Portion<BranchProtection> {
    if branch.exists == Known::Yes(false) {
        return Portion::default();
    }
    let path = format!("/branches/{}/protection", segment(&branch.branch));
    let classic = match api.get::<ProtectionAnswer>(SOURCE, &path).await {
        // GitHub leaves out rules that are not set, and never this one
        Ok(answer) if answer.enforce_admins.is_none() => {
            missing(SOURCE, "enforce_admins").unknown.into()
        }
        Ok(answer) => Known::Yes(Classic::Rules(Box::new(rules(answer)))),
        Err(failure) => match failure.said {
            Said::BranchNotProtected => Known::Yes(Classic::None),
            Said::NotOffered => Known::Yes(Classic::NotOffered),
            _ => failure.unknown.into(),
        },
    };
    Portion::one(BranchProtection {
        repository: branch.repository.clone(),
        branch: branch.branch.clone(),
        classic,
    })
}

/// What is not there is not required: GitHub leaves out required_status_checks,
/// required_pull_request_reviews and restrictions where they are off. Its description has no other
/// word for "off": the three are objects that may be absent and not null, and answers that people
/// publish leave them out (gitpod-io/gitpod, issue 21553, has no restrictions).
fn rules(answer: ProtectionAnswer) -> ClassicRules {
    let flag = |field: Option<Enabled>, name: &str| {
        let enabled = field.and_then(|field| field.enabled);
        present(enabled, SOURCE, &format!("{name}.enabled"))
    };
    ClassicRules {
        checks: Known::Yes(answer.required_status_checks.map(checks)),
        reviews: Known::Yes(answer.required_pull_request_reviews.map(reviews)),
        restricts_pushes: Known::Yes(answer.restrictions.is_some()),
        enforce_admins: flag(answer.enforce_admins, "enforce_admins"),
        signatures: flag(answer.required_signatures, "required_signatures"),
        force_pushes: flag(answer.allow_force_pushes, "allow_force_pushes"),
        deletions: flag(answer.allow_deletions, "allow_deletions"),
        locked: Known::Yes(answer.lock_branch.and_then(|lock| lock.enabled)),
    }
}

fn checks(answer: ChecksAnswer) -> RequiredChecks {
    let contexts = match (answer.checks, answer.contexts) {
        (Some(checks), _) => required(checks, SOURCE),
        // servers older than the field `checks`
        (None, Some(contexts)) => Known::Yes(
            contexts
                .into_iter()
                .map(|context| RequiredContext {
                    context,
                    app_id: None,
                })
                .collect(),
        ),
        (None, None) => missing(SOURCE, "required_status_checks.checks")
            .unknown
            .into(),
    };
    RequiredChecks {
        strict: present(answer.strict, SOURCE, "required_status_checks.strict"),
        contexts,
    }
}

/// Required checks. An App of -1 means any App, as null does.
pub(super) fn required(
    checks: Vec<CheckAnswer>,
    operation: crate::operation::Operation,
) -> Known<Vec<RequiredContext>> {
    let named = checks.into_iter().map(|check| {
        Some(RequiredContext {
            context: check.context?,
            app_id: check.app_id.filter(|id| *id >= 0),
        })
    });
    present(named.collect(), operation, "context of a required check")
}

fn reviews(answer: ReviewsAnswer) -> RequiredReviews {
    RequiredReviews {
        count: present(
            answer.required_approving_review_count,
            SOURCE,
            "required_pull_request_reviews.required_approving_review_count",
        ),
        code_owners: present(
            answer.require_code_owner_reviews,
            SOURCE,
            "required_pull_request_reviews.require_code_owner_reviews",
        ),
        last_push: Known::Yes(answer.require_last_push_approval),
        // left out where no one is named: see the published answers above
        bypass: answer
            .bypass_pull_request_allowances
            .map_or_else(|| Known::Yes(People::default()), people),
    }
}

/// If one of the lists is missing, the people are known only where another list names someone.
fn people(answer: PeopleAnswer) -> Known<People> {
    let whole = answer.users.is_some() && answer.teams.is_some() && answer.apps.is_some();
    let users = answer.users.into_iter().flatten();
    let teams = answer.teams.into_iter().flatten();
    let apps = answer.apps.into_iter().flatten();
    let people = People {
        users: users.map(|user| user.login).collect(),
        teams: teams.map(|team| team.slug).collect(),
        apps: apps.map(|app| app.slug).collect(),
    };
    if whole || !people.is_empty() {
        return Known::Yes(people);
    }
    missing(SOURCE, "bypass_pull_request_allowances")
        .unknown
        .into()
}
