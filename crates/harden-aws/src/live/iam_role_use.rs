//! iam:GenerateServiceLastAccessedDetails, and iam:GetServiceLastAccessedDetails until IAM has
//! worked it out; for CI roles alone.

use std::time::Duration;

use aws_sdk_iam::Client;
use aws_sdk_iam::types::{JobStatusType, ServiceLastAccessed};
use futures::future::join_all;
use harden_core::{Cause, FactError, Known, Unknown};

use super::at::{At, timestamp};
use super::failure::Failure;
use super::gather::{Gathered, Read, copied};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::{IamRole, IamRoleUse, ServiceUse};

const GENERATE: &str = "iam:GenerateServiceLastAccessedDetails";
const GET: &str = "iam:GetServiceLastAccessedDetails";

/// How often it is asked for before it is given up, and how long is waited in between.
const ASKED: u32 = 40;
const PAUSE: Duration = Duration::from_millis(750);

impl Live for IamRoleUse {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let roles = run.facts.list::<IamRole>().await?;
        let mut gathered = run
            .in_accounts(|at| {
                let own = roles.at(&at.place).map(|(_, role)| role);
                let is_ci = |role: &&IamRole| {
                    role.trusts_github.ok() != Some(&false) || at.policy.ci.names(&role.arn)
                };
                let own: Vec<_> = own.filter(is_ci).map(|role| role.arn.clone()).collect();
                read(at, own)
            })
            .await;
        gathered.gaps.extend(copied(&roles.gaps));
        Ok(gathered)
    }
}

async fn read(at: At, roles: Vec<String>) -> Read<IamRoleUse> {
    let client = Client::new(&at.config);
    let uses = roles.into_iter().map(|role| role_use(&at, &client, role));
    Read::full(join_all(uses).await)
}

async fn role_use(at: &At, client: &Client, role: String) -> IamRoleUse {
    let services = match job(at, client, &role).await {
        Ok(job) => services(at, client, &job).await,
        Err(failure) => Unknown::from(failure).into(),
    };
    IamRoleUse { role, services }
}

/// Has IAM work it out.
async fn job(at: &At, client: &Client, role: &str) -> Result<String, Failure> {
    let request = client.generate_service_last_accessed_details().arn(role);
    let answer = at.call(GENERATE, request.send()).await?;
    answer.job_id.ok_or_else(|| Failure {
        code: None,
        unknown: Unknown::missing(GENERATE, "JobId"),
    })
}

async fn services(at: &At, client: &Client, job: &str) -> Known<Vec<ServiceUse>> {
    let found = pages(GET, |token| async move {
        for asked in 0..ASKED {
            if asked > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            let request = client
                .get_service_last_accessed_details()
                .job_id(job)
                .max_items(1000)
                .set_marker(token.clone());
            let answer = at.call(GET, request.send()).await?;
            match answer.job_status {
                JobStatusType::Completed => {
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
    match found.await.complete() {
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
