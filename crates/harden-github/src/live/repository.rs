//! GET /repos/{owner}/{repo}, and GET /orgs/{org}/repos where the policy names an organization.

use harden_core::{
    Cause, DeniedBy, FactError, Known, Place, RawGap, Scope, Unknown, glob_matches_any,
};

use super::answers::{RepositoryAnswer, Security, Status};
use super::at::{At, missing, present};
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use crate::OrganizationPolicy;
use crate::operation::{ORGANIZATION_REPOSITORIES, REPOSITORY};
use crate::path::segment;
use crate::resources::{Repository, SecurityFeatures};

impl Live for Repository {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let mut names = run.provider.repositories.clone();
        let mut gaps = Vec::new();
        if let Some(organization) = &run.provider.policy.organization {
            let (found, gap) = of_organization(run, organization).await;
            names.extend(found);
            gaps.extend(gap);
        }
        // GitHub tells names apart without regard to case
        names.sort_by_key(|name| name.to_ascii_lowercase());
        names.dedup_by(|b, a| a.eq_ignore_ascii_case(b));
        let scope = Scope::Places(names.iter().map(|n| Place::global(n.as_str())).collect());
        let starts = names.iter().map(|name| {
            let at = run.at(name, None);
            (at.place(), at)
        });
        Ok(Gathered::each(starts, scope, gaps, read).await)
    }
}

/// The repositories of an organization that the policy asks for.
async fn of_organization(
    run: &Run<'_>,
    organization: &OrganizationPolicy,
) -> (Vec<String>, Option<RawGap>) {
    let all = At {
        path: format!("/orgs/{}", segment(&organization.name)).into(),
        ..run.at(&format!("{}/*", organization.name), None)
    };
    let path = "/repos?type=all&per_page=100";
    let pages = all
        .pages::<Vec<RepositoryAnswer>>(ORGANIZATION_REPOSITORIES, path)
        .await;
    let wanted = |repository: &RepositoryAnswer| {
        let name = repository.full_name.as_deref().unwrap_or_default();
        let name = name.split_once('/').map_or(name, |(_, name)| name);
        glob_matches_any(&organization.include, name)
            && !glob_matches_any(&organization.exclude, name)
            && (organization.archived || repository.archived != Some(true))
            && (organization.forks || repository.fork != Some(true))
    };
    // one without its name is one that nobody knows whether to read
    let nameless = pages.items.iter().any(|r| r.full_name.is_none());
    let nameless = nameless.then(|| missing(ORGANIZATION_REPOSITORIES, "full_name"));
    let names = pages.items.into_iter().filter(wanted);
    let names = names.filter_map(|repository| repository.full_name);
    let gap = pages.failed.or(nameless).map(|failure| RawGap {
        place: all.place(),
        unknown: failure.unknown,
    });
    (names.collect(), gap)
}

async fn read(at: At) -> Read<Repository> {
    let mut read = Read::default();
    let answer = at.get::<RepositoryAnswer>(REPOSITORY, "").await;
    read.push(answer.map(|answer| described(&at.repository, answer)));
    read
}

fn described(asked: &str, answer: RepositoryAnswer) -> Repository {
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
                    "GitHub shows security_and_analysis to administrators and security managers \
                     only",
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
