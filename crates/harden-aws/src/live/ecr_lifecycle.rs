//! ecr:GetLifecyclePolicy, for each repository.

use aws_sdk_ecr::Client;
use harden_collect::{Collect, Collected, Portion, read_each};
use harden_core::{Cause, FactError, Facts, Known, Unknown};
use serde_json::Value;

use super::AwsProvider;
use super::place_api::PlaceApi;
use crate::resources::{EcrLifecycle, EcrRepository};

const GET: &str = "ecr:GetLifecyclePolicy";

impl Collect<AwsProvider> for EcrLifecycle {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let repositories = facts.list::<EcrRepository>().await?;
        let mut collected = aws
            .in_regions(facts, |api| {
                let here = repositories.at(&api.place);
                let here: Vec<_> = here
                    .map(|(id, r)| (r.arn.clone(), id.name.to_string()))
                    .collect();
                read(api, here)
            })
            .await;
        collected.add_gaps_of(&repositories.gaps);
        Ok(collected)
    }
}

async fn read(api: PlaceApi, repositories: Vec<(String, String)>) -> Portion<EcrLifecycle> {
    let client = Client::new(&api.config);
    let (api, client) = (&api, &client);
    let found = read_each(repositories, |(arn, name)| policy(api, client, arn, name)).await;
    Portion::complete(found.into_iter().flatten().collect())
}

/// The policy of a repository; none if the repository was deleted after it was listed.
async fn policy(
    api: &PlaceApi,
    client: &Client,
    arn: String,
    name: String,
) -> Option<EcrLifecycle> {
    let request = client.get_lifecycle_policy().repository_name(name);
    let rules = match api.call(GET, request.send()).await {
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
