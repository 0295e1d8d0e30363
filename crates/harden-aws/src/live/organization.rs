//! organizations:DescribeOrganization.

use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::PlaceApi;
use crate::resources::Organization;

const DESCRIBE: &str = "organizations:DescribeOrganization";

impl Collect<AwsProvider> for Organization {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_accounts(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<Organization> {
    let client = aws_sdk_organizations::Client::new(&api.config);
    let answer = api.call(DESCRIBE, client.describe_organization().send());
    let management_account = match answer.await {
        Ok(answer) => Known::present(
            answer.organization.and_then(|o| o.master_account_id),
            DESCRIBE,
            "MasterAccountId",
        )
        .map(Some),
        Err(failure) if failure.is("AWSOrganizationsNotInUseException") => Known::Yes(None),
        Err(failure) => Unknown::from(failure).into(),
    };
    Portion::complete(vec![Organization {
        account: api.account().to_owned(),
        management_account,
    }])
}
