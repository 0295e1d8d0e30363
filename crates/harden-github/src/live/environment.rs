//! GET /repos/{owner}/{repo}/environments.

use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::GithubProvider;
use super::answers::{BranchPolicy, EnvironmentAnswer, Environments, ProtectionRule};
use super::failure::Failure;
use super::repository_api::{RepositoryApi, missing, present};
use crate::operation::ENVIRONMENTS as SOURCE;
use crate::resources::{DeploymentBranches, Environment};

impl Collect<GithubProvider> for Environment {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        github.in_repositories(facts, read).await
    }
}

async fn read(api: RepositoryApi) -> Portion<Environment> {
    let pages = api
        .get_pages::<Environments>(SOURCE, "/environments?per_page=100")
        .await;
    let mut read = Portion::default();
    for answer in pages.items {
        read.push(described(&api, answer));
    }
    read.gaps.extend(pages.failed.map(Unknown::from));
    read
}

fn described(api: &RepositoryApi, answer: EnvironmentAnswer) -> Result<Environment, Failure> {
    Ok(Environment {
        repository: api.repository.to_string(),
        name: answer.name.ok_or_else(|| missing(SOURCE, "name"))?,
        app_rules: app_rules(answer.protection_rules.as_deref()),
        reviewers: reviewers(answer.protection_rules),
        branches: match answer.deployment_branch_policy {
            None => missing(SOURCE, "deployment_branch_policy").unknown.into(),
            Some(None) => Known::Yes(DeploymentBranches::Any),
            Some(Some(policy)) => branches(&policy),
        },
    })
}

fn reviewers(rules: Option<Vec<ProtectionRule>>) -> Known<u32> {
    let Some(rules) = rules else {
        return missing(SOURCE, "protection_rules").unknown.into();
    };
    let mut count = 0;
    for rule in rules {
        match (rule.kind.as_deref(), rule.reviewers) {
            (None, _) => return missing(SOURCE, "protection_rules.type").unknown.into(),
            (Some("required_reviewers"), None) => {
                return missing(SOURCE, "protection_rules.reviewers").unknown.into();
            }
            (Some("required_reviewers"), Some(all)) => {
                count += u32::try_from(all.len()).unwrap_or(u32::MAX);
            }
            _ => {}
        }
    }
    Known::Yes(count)
}

/// The custom deployment protection rules. The description of the API lists the built-in rules only;
/// the App's rules have the type of <https://docs.github.com/en/rest/deployments/protection-rules> in
/// published answers, and there `enabled`. A rule of another type may be one, so it is unknown.
fn app_rules(rules: Option<&[ProtectionRule]>) -> Known<u32> {
    let Some(rules) = rules else {
        return missing(SOURCE, "protection_rules").unknown.into();
    };
    let mut count = 0;
    for rule in rules {
        match (rule.kind.as_deref(), rule.enabled) {
            (Some("required_reviewers" | "wait_timer" | "branch_policy"), _) => {}
            (Some("custom_deployment_protection_rule"), Some(enabled)) => {
                count += u32::from(enabled);
            }
            (Some("custom_deployment_protection_rule"), None) => {
                return missing(SOURCE, "protection_rules.enabled").unknown.into();
            }
            (Some(other), _) => {
                let other = harden_core::one_line(other, 60);
                let message =
                    format!("this program does not know protection rules of type {other}");
                return Unknown::undetermined(message).during(SOURCE.name).into();
            }
            (None, _) => return missing(SOURCE, "protection_rules.type").unknown.into(),
        }
    }
    Known::Yes(count)
}

fn branches(policy: &BranchPolicy) -> Known<DeploymentBranches> {
    match (policy.protected_branches, policy.custom_branch_policies) {
        (Some(true), _) => Known::Yes(DeploymentBranches::Protected),
        (_, Some(true)) => Known::Yes(DeploymentBranches::Custom),
        (Some(false), Some(false)) => Known::Yes(DeploymentBranches::Any),
        (protected, custom) => {
            let field = protected.map_or("protected_branches", |_| "custom_branch_policies");
            present(
                custom.and(None),
                SOURCE,
                &format!("deployment_branch_policy.{field}"),
            )
        }
    }
}
