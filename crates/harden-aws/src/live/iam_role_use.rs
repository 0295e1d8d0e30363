//! iam:GenerateServiceLastAccessedDetails, and iam:GetServiceLastAccessedDetails until IAM has
//! worked it out; for CI roles alone.

use std::time::Duration;

use aws_sdk_iam::Client;
use aws_sdk_iam::types::{JobStatusType, ServiceLastAccessed};
use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{Cause, FactError, Facts, Known, Unknown};
use jiff::SignedDuration;

use super::AwsProvider;
use super::failure::Failure;
use super::place_api::{PlaceApi, read_pages, timestamp};
use super::raw::Body;
use crate::resources::{IamRole, IamRoleUse, ServiceUse};

const GENERATE: &str = "iam:GenerateServiceLastAccessedDetails";
const GET: &str = "iam:GetServiceLastAccessedDetails";

/// How often the result is read before the audit gives up, and the wait between two reads.
const ASKED: u32 = 40;
const PAUSE: Duration = Duration::from_millis(750);

impl Collect<AwsProvider> for IamRoleUse {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let roles = facts.list::<IamRole>().await?;
        let mut collected = aws
            .in_accounts(facts, |api| {
                let own = roles.at(&api.place).map(|(_, role)| role);
                let is_ci = |role: &&IamRole| {
                    role.trusts_github.ok() != Some(&false) || api.policy.ci.names(&role.arn)
                };
                // A role that is younger than the period has no verdict about its use, so IAM need not
                // work it out.
                let days = i64::from(api.policy.ci.unused_days);
                let since = api.now.checked_sub(SignedDuration::from_hours(days * 24));
                let is_old = |role: &&IamRole| match (role.created_at.ok(), &since) {
                    (Some(created), Ok(since)) => created <= since,
                    _ => true,
                };
                let own = own.filter(is_ci).filter(is_old);
                let own: Vec<_> = own.map(|role| role.arn.clone()).collect();
                read(api, own)
            })
            .await;
        collected.add_gaps_of(&roles.gaps);
        Ok(collected)
    }
}

async fn read(api: PlaceApi, roles: Vec<String>) -> Portion<IamRoleUse> {
    let client = Client::new(&api.config);
    let uses = roles.into_iter().map(|role| role_use(&api, &client, role));
    Portion::complete(join_all(uses).await)
}

async fn role_use(api: &PlaceApi, client: &Client, role: String) -> IamRoleUse {
    let services = match job(api, client, &role).await {
        Ok(job) => services(api, client, &job).await,
        Err(failure) => Unknown::from(failure).into(),
    };
    IamRoleUse { role, services }
}

/// Has IAM work it out.
async fn job(api: &PlaceApi, client: &Client, role: &str) -> Result<String, Failure> {
    let request = client.generate_service_last_accessed_details().arn(role);
    let answer = api.call(GENERATE, request.send()).await?;
    answer.job_id.ok_or_else(|| Failure {
        code: None,
        unknown: Unknown::missing(GENERATE, "JobId"),
    })
}

async fn services(api: &PlaceApi, client: &Client, job: &str) -> Known<Vec<ServiceUse>> {
    let found = read_pages(GET, |token| async move {
        for asked in 0..ASKED {
            if asked > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            let request = client
                .get_service_last_accessed_details()
                .job_id(job)
                .max_items(1000)
                .set_marker(token.clone());
            let body = Body::default();
            let request = request.customize().interceptor(body.clone());
            let answer = api.call(GET, request.send()).await?;
            match answer.job_status {
                JobStatusType::Completed => {
                    body.sent(GET, "ServicesLastAccessed")?;
                    let next = answer.marker;
                    return Ok((answer.services_last_accessed, next));
                }
                JobStatusType::InProgress => {}
                _ => return Err(failed("IAM could not work out what the role was used for")),
            }
        }
        Err(failed(
            "IAM did not work out in time what the role was used for",
        ))
    });
    match found.await.into_result() {
        Ok(found) => {
            let mut services: Vec<_> = found.into_iter().map(used).collect();
            services.sort_by(|a, b| a.service.cmp(&b.service));
            Known::Yes(services)
        }
        Err(failure) => Unknown::from(failure).into(),
    }
}

fn failed(message: &'static str) -> Failure {
    Failure {
        code: None,
        unknown: Unknown::new(Cause::Failed, message).during(GET),
    }
}

fn used(service: ServiceLastAccessed) -> ServiceUse {
    ServiceUse {
        last_used: service.last_authenticated.as_ref().and_then(timestamp),
        service: service.service_namespace,
    }
}
