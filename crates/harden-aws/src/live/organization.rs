//! organizations:DescribeOrganization.

use harden_core::{FactError, Known, Unknown};

use super::at::At;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use crate::resources::Organization;

const DESCRIBE: &str = "organizations:DescribeOrganization";

impl Live for Organization {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run.in_accounts(read).await)
    }
}

async fn read(at: At) -> Read<Organization> {
    let client = aws_sdk_organizations::Client::new(&at.config);
    let answer = at.call(DESCRIBE, client.describe_organization().send());
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
    Read::full(vec![Organization {
        account: at.account().to_owned(),
        management_account,
    }])
}
