//! GET /repos/{owner}/{repo}/rulesets, and of each for branches GET
//! /repos/{owner}/{repo}/rulesets/{ruleset_id}.

use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{Cause, DeniedBy, FactError, Facts, Known, Unknown};

use super::GithubProvider;
use super::answers::{ActorAnswer, RulesetAnswer};
use super::failure::{Failure, Said};
use super::repository_api::{RepositoryApi, missing, present};
use crate::operation::{RULESET, RULESETS};
use crate::resources::{BypassActor, Ruleset};

impl Collect<GithubProvider> for Ruleset {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        github.in_repositories(facts, read).await
    }
}

async fn read(api: RepositoryApi) -> Portion<Ruleset> {
    let path = "/rulesets?includes_parents=true&per_page=100";
    let pages = api.get_pages::<Vec<RulesetAnswer>>(RULESETS, path).await;
    let mut read = Portion::default();
    match pages.failed {
        // a plan without rulesets has no rulesets
        Some(failure) if failure.said == Said::NotOffered => {}
        failed => read.gaps.extend(failed.map(Unknown::from)),
    }
    // a ruleset for tags or pushes is not for branches; one without a target may be
    let of_branches = |r: &RulesetAnswer| r.target.as_deref().is_none_or(|t| t == "branch");
    let each = pages.items.into_iter().filter(of_branches);
    for ruleset in join_all(each.map(|listed| detailed(&api, listed))).await {
        read.push(ruleset);
    }
    read
}

/// A ruleset with who may bypass it. If its details cannot be read, what the list has of it stays.
async fn detailed(api: &RepositoryApi, listed: RulesetAnswer) -> Result<Ruleset, Failure> {
    let number = listed.id.ok_or_else(|| missing(RULESETS, "id"))?;
    let path = format!("/rulesets/{number}?includes_parents=true");
    let bypass_actors = match api.get::<RulesetAnswer>(RULESET, &path).await {
        Ok(RulesetAnswer {
            bypass_actors: Some(actors),
            ..
        }) => Known::Yes(actors.into_iter().map(actor).collect()),
        Ok(_) => Unknown {
            by: Some(DeniedBy::Unstated),
            ..Unknown::new(
                Cause::Denied,
                "GitHub shows who may bypass a ruleset only to those who may edit it",
            )
        }
        .during("administration=write")
        .into(),
        Err(failure) => failure.unknown.into(),
    };
    Ok(Ruleset {
        repository: api.repository.to_string(),
        number,
        source_type: present(listed.source_type, RULESETS, "source_type"),
        source: present(listed.source, RULESETS, "source"),
        bypass_actors,
    })
}

fn actor(answer: ActorAnswer) -> BypassActor {
    BypassActor {
        kind: present(answer.actor_type, RULESET, "bypass_actors.actor_type"),
        id: Known::Yes(answer.actor_id),
        mode: present(answer.bypass_mode, RULESET, "bypass_actors.bypass_mode"),
    }
}
