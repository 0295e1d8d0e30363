//! ecr:GetLifecyclePolicy, for each repository.

use aws_sdk_ecr::Client;
use harden_core::{Cause, FactError, Known, Unknown};
use serde_json::Value;

use super::at::At;
use super::gather::{Gathered, Read, copied, some_at_a_time};
use super::listers::{Live, Run};
use crate::resources::{EcrLifecycle, EcrRepository};

const GET: &str = "ecr:GetLifecyclePolicy";

impl Live for EcrLifecycle {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let repositories = run.facts.list::<EcrRepository>().await?;
        let mut gathered = run
            .in_regions(|at| {
                let here = repositories.at(&at.place);
                let here: Vec<_> = here
                    .map(|(id, r)| (r.arn.clone(), id.name.to_string()))
                    .collect();
                read(at, here)
            })
            .await;
        gathered.gaps.extend(copied(&repositories.gaps));
        Ok(gathered)
    }
}

async fn read(at: At, repositories: Vec<(String, String)>) -> Read<EcrLifecycle> {
    let client = Client::new(&at.config);
    let (at, client) = (&at, &client);
    let found = some_at_a_time(repositories, |(arn, name)| policy(at, client, arn, name)).await;
    Read::full(found.into_iter().flatten().collect())
}

/// A repository's policy; none if the repository was deleted since it was listed.
async fn policy(at: &At, client: &Client, arn: String, name: String) -> Option<EcrLifecycle> {
    let request = client.get_lifecycle_policy().repository_name(name);
    let rules = match at.call(GET, request.send()).await {
        Ok(answer) => Known::present(answer.lifecycle_policy_text, GET, "lifecyclePolicyText")
            .and_then(|text| count(&text).map(Some)),
        Err(failure) if failure.is("LifecyclePolicyNotFoundException") => Known::Yes(None),
        Err(failure) if failure.is("RepositoryNotFoundException") => return None,
        Err(failure) => Unknown::from(failure).into(),
    };
    Some(EcrLifecycle {
        repository_arn: arn,
        rules,
    })
}

/// How many rules a policy has.
fn count(text: &str) -> Known<u32> {
    let policy: Option<Value> = serde_json::from_str(text).ok();
    let rules = policy.as_ref().and_then(|p| p.get("rules")?.as_array());
    match rules.map(|rules| u32::try_from(rules.len())) {
        Some(Ok(count)) => Known::Yes(count),
        _ => Unknown::new(Cause::Failed, "the lifecycle policy could not be read")
            .during(GET)
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::count;
    use harden_core::Known;

    #[test]
    fn rules_are_counted() {
        assert_eq!(count(r#"{"rules": [{}, {}]}"#), Known::Yes(2));
        assert_eq!(count(r#"{"rules": []}"#), Known::Yes(0));
        for bad in ["", "[]", "{}", r#"{"rules": 1}"#] {
            assert!(!count(bad).is_known(), "{bad}");
        }
    }
}
