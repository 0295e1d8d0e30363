//! iam:GetAccountSummary.

use aws_sdk_iam::types::SummaryKeyType;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::PlaceApi;
use crate::resources::AccountSummary;

const SUMMARY: &str = "iam:GetAccountSummary";

impl Collect<AwsProvider> for AccountSummary {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_accounts(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<AccountSummary> {
    let client = aws_sdk_iam::Client::new(&api.config);
    let account = api.account().to_owned();
    let answer = api.call(SUMMARY, client.get_account_summary().send());
    let summary = match answer.await {
        Ok(answer) => {
            let map = answer.summary_map.as_ref();
            let flag = |key: SummaryKeyType| {
                let count = map.and_then(|map| map.get(&key)).map(|count| *count > 0);
                Known::present(count, SUMMARY, key.as_str())
            };
            AccountSummary {
                account,
                root_access_key: flag(SummaryKeyType::AccountAccessKeysPresent),
                root_mfa: flag(SummaryKeyType::AccountMfaEnabled),
                root_password: flag(SummaryKeyType::AccountPasswordPresent),
            }
        }
        Err(failure) => {
            let unknown = Unknown::from(failure);
            AccountSummary {
                account,
                root_access_key: unknown.clone().into(),
                root_mfa: unknown.clone().into(),
                root_password: unknown.into(),
            }
        }
    };
    Portion::complete(vec![summary])
}
