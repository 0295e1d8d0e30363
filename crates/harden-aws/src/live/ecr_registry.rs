//! ecr:GetRegistryScanningConfiguration, in regions with repositories.

use harden_core::{FactError, Known, Unknown};

use super::at::At;
use super::gather::{Gathered, Read, copied};
use super::listers::{Live, Run};
use crate::resources::{EcrRegistry, EcrRepository, ScanningRule};

const GET: &str = "ecr:GetRegistryScanningConfiguration";

impl Live for EcrRegistry {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let repositories = run.facts.list::<EcrRepository>().await?;
        let mut gathered = run
            .in_regions(|at| {
                let any = repositories.at(&at.place).next().is_some();
                async move { if any { read(at).await } else { Read::default() } }
            })
            .await;
        gathered.gaps.extend(copied(&repositories.gaps));
        Ok(gathered)
    }
}

async fn read(at: At) -> Read<EcrRegistry> {
    let client = aws_sdk_ecr::Client::new(&at.config);
    let request = client.get_registry_scanning_configuration();
    let (scan_type, rules) = match at.call(GET, request.send()).await {
        Ok(answer) => {
            let found = answer.scanning_configuration;
            let kind = found.as_ref().and_then(|c| c.scan_type.as_ref());
            let kind = kind.map(|kind| kind.as_str().to_owned());
            let rules = found.map(|c| c.rules.unwrap_or_default());
            let rules = Known::present(rules, GET, "scanningConfiguration");
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
    Read::full(vec![EcrRegistry {
        account: at.account().to_owned(),
        region: at.region().to_owned(),
        scan_type,
        rules,
    }])
}
