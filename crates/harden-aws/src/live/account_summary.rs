//! iam:GetAccountSummary.

use aws_sdk_iam::types::SummaryKeyType;
use harden_core::{FactError, Known, Unknown};

use super::at::At;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use crate::resources::AccountSummary;

const SUMMARY: &str = "iam:GetAccountSummary";

impl Live for AccountSummary {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run.in_accounts(read).await)
    }
}

async fn read(at: At) -> Read<AccountSummary> {
    let client = aws_sdk_iam::Client::new(&at.config);
    let account = at.account().to_owned();
    let answer = at.call(SUMMARY, client.get_account_summary().send());
    let summary = match answer.await {
        Ok(answer) => {
            let map = answer.summary_map.unwrap_or_default();
            let flag = |key: SummaryKeyType| {
                let count = map.get(&key).map(|count| *count > 0);
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
    Read::full(vec![summary])
}
