//! ecr:GetRegistryScanningConfiguration, in regions with repositories.

use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::PlaceApi;
use crate::resources::{EcrRegistry, EcrRepository, ScanningRule};

const GET: &str = "ecr:GetRegistryScanningConfiguration";

impl Collect<AwsProvider> for EcrRegistry {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let repositories = facts.list::<EcrRepository>().await?;
        let mut collected = aws
            .in_regions(facts, |api| {
                let any = repositories.at(&api.place).next().is_some();
                async move {
                    if any {
                        read(api).await
                    } else {
                        Portion::default()
                    }
                }
            })
            .await;
        collected.add_gaps_of(&repositories.gaps);
        Ok(collected)
    }
}

async fn read(api: PlaceApi) -> Portion<EcrRegistry> {
    let client = aws_sdk_ecr::Client::new(&api.config);
    let request = client.get_registry_scanning_configuration();
    let (scan_type, rules) = match api.call(GET, request.send()).await {
        Ok(answer) => {
            let found = answer.scanning_configuration;
            let kind = found.as_ref().and_then(|c| c.scan_type.as_ref());
            let kind = kind.map(|kind| kind.as_str().to_owned());
            let rules = found.and_then(|c| c.rules);
            let rules = Known::present(rules, GET, "rules of scanningConfiguration");
            let rule = |rule: aws_sdk_ecr::types::RegistryScanningRule| ScanningRule {
                frequency: rule.scan_frequency.as_str().to_owned(),
                filters: rule
                    .repository_filters
                    .into_iter()
                    .map(|filter| filter.filter)
                    .collect(),
            };
            (
                Known::present(kind, GET, "scanType"),
                rules.map(|rules| rules.into_iter().map(rule).collect()),
            )
        }
        Err(failure) => {
            let unknown = Unknown::from(failure);
            (unknown.clone().into(), unknown.into())
        }
    };
    Portion::complete(vec![EcrRegistry {
        account: api.account().to_owned(),
        region: api.region().to_owned(),
        scan_type,
        rules,
    }])
}
