//! GET /repos/{owner}/{repo}, and GET /orgs/{org}/repos where the policy names an organization.

use harden_collect::{Collect, Collected, Portion};
use harden_core::{
    Cause, DeniedBy, FactError, Facts, Known, Place, Scope, Unknown, glob_matches_any,
};

use super::GithubProvider;
use super::answers::{RepositoryAnswer, Security, Status};
use super::repository_api::{RepositoryApi, missing, present};
use crate::OrganizationPolicy;
use crate::operation::{ORGANIZATION_REPOSITORIES, REPOSITORY};
use crate::path::segment;
use crate::resources::{Repository, SecurityFeatures};

impl Collect<GithubProvider> for Repository {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let mut names = github.repositories.clone();
        let mut gap = None;
        if let Some(organization) = &github.policy.organization {
            let found;
            (found, gap) = of_organization(github, facts, organization).await;
            names.extend(found);
        }
        // GitHub ignores case in names
        names.sort_by_key(|name| name.to_ascii_lowercase());
        names.dedup_by(|b, a| a.eq_ignore_ascii_case(b));
        let scope = Scope::Places(names.iter().map(|n| Place::global(n.as_str())).collect());
        let apis = names.iter().map(|name| {
            let api = github.repository_api(facts, name, None);
            (api.place(), api)
        });
        let mut collected = Collected::from_each(scope, apis, read).await;
        if let Some((place, unknown)) = gap {
            collected.add_gap(place, unknown);
        }
        Ok(collected)
    }
}

/// The repositories of an organization that the policy selects, and why they may not be all.
async fn of_organization(
    github: &GithubProvider,
    facts: &Facts,
    organization: &OrganizationPolicy,
) -> (Vec<String>, Option<(Place, Unknown)>) {
    let all = RepositoryApi {
        path: format!("/orgs/{}", segment(&organization.name)).into(),
        ..github.repository_api(facts, &format!("{}/*", organization.name), None)
    };
    let path = "/repos?type=all&per_page=100";
    let pages = all
        .get_pages::<Vec<RepositoryAnswer>>(ORGANIZATION_REPOSITORIES, path)
        .await;
    let is_selected = |repository: &RepositoryAnswer| {
        let Some(name) = repository.full_name.as_deref() else {
            return false;
        };
        let name = name.split_once('/').map_or(name, |(_, name)| name);
        glob_matches_any(&organization.include, name)
            && !glob_matches_any(&organization.exclude, name)
            && (organization.archived || repository.archived != Some(true))
            && (organization.forks || repository.fork != Some(true))
    };
    // whether the policy selects a repository without a name is not known
    let nameless = pages.items.iter().any(|r| r.full_name.is_none());
    let nameless = nameless.then(|| missing(ORGANIZATION_REPOSITORIES, "full_name"));
    // GitHub lists the repositories that the token can see, and does not state that there are others
    let sees_nothing = pages.items.is_empty().then(|| Unknown {
        by: Some(DeniedBy::Unstated),
        ..Unknown::new(
            Cause::Denied,
            "the token sees no repository of the organization: it may have none, or the token may not \
             see them",
        )
        .during("metadata=read")
    });
    let names = pages.items.into_iter().filter(is_selected);
    let names = names.filter_map(|repository| repository.full_name);
    let gap = pages.failed.or(nameless);
    let gap = gap.map(|failure| failure.unknown).or(sees_nothing);
    (names.collect(), gap.map(|unknown| (all.place(), unknown)))
}

async fn read(api: RepositoryApi) -> Portion<Repository> {
    let mut read = Portion::default();
    let answer = api.get::<RepositoryAnswer>(REPOSITORY, "").await;
    read.push(answer.map(|answer| describe(&api.repository, answer)));
    read
}

fn describe(asked: &str, answer: RepositoryAnswer) -> Repository {
    let name = present(answer.full_name, REPOSITORY, "full_name");
    Repository {
        repository: asked.to_owned(),
        renamed_to: name.map(|name| Some(name).filter(|n| !n.eq_ignore_ascii_case(asked))),
        default_branch: present(answer.default_branch, REPOSITORY, "default_branch"),
        private: present(answer.private, REPOSITORY, "private"),
        security: match answer.security_and_analysis {
            Some(security) => Known::Yes(features(security)),
            None => Unknown {
                by: Some(DeniedBy::Unstated),
                ..Unknown::new(
                    Cause::Denied,
                    "GitHub shows security_and_analysis only to administrators and security \
                     managers",
                )
            }
            .during("administration=read")
            .into(),
        },
    }
}

fn features(security: Security) -> SecurityFeatures {
    SecurityFeatures {
        secret_scanning: enabled(security.secret_scanning, "secret_scanning"),
        push_protection: enabled(
            security.secret_scanning_push_protection,
            "secret_scanning_push_protection",
        ),
    }
}

fn enabled(feature: Option<Status>, field: &str) -> Known<bool> {
    let status = feature.and_then(|feature| feature.status);
    match status.as_deref() {
        Some("enabled") => Known::Yes(true),
        Some("disabled") => Known::Yes(false),
        Some(_) => Unknown::undetermined(format!("{field} is neither enabled nor disabled"))
            .during(REPOSITORY.name)
            .into(),
        None => present(None, REPOSITORY, &format!("{field}.status")),
    }
}
