//! backup:ListRestoreJobs.

use aws_sdk_backup::types::RestoreJobsListMember;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known};

use super::AwsProvider;
use super::failure::Failure;
use super::place_api::{PlaceApi, date_time, read_pages, timestamp};
use super::sent::Sent as _;
use crate::resources::{RestoreJob, RestoreJobs};

const LIST: &str = "backup:ListRestoreJobs";

/// As far back as CloudTrail's history goes, at least.
const DAYS: u32 = 90;

impl Collect<AwsProvider> for RestoreJobs {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws
            .in_regions(facts, |api| async move { Portion::from(read(api).await) })
            .await)
    }
}

async fn read(api: PlaceApi) -> Result<RestoreJobs, Failure> {
    let client = aws_sdk_backup::Client::new(&api.config);
    let since = api.days_ago(DAYS.max(api.policy.backups.restore_drill_days));
    let api = &api;
    let found = read_pages(LIST, |token| {
        let request = client
            .list_restore_jobs()
            .by_created_after(date_time(since))
            .set_next_token(token);
        async move {
            let answer = api.call(LIST, request.send()).await?;
            Ok((
                answer.restore_jobs.sent(LIST, "RestoreJobs")?,
                answer.next_token,
            ))
        }
    })
    .await
    .into_result()?;
    let mut jobs = Vec::new();
    for found in found {
        jobs.extend(job(found)?);
    }
    jobs.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    Ok(RestoreJobs {
        account: api.account().to_owned(),
        region: api.region().to_owned(),
        since,
        jobs,
    })
}

/// A job that restored a database. A job has no type until its recovery point was looked at, so
/// its ARNs tell as well.
fn job(job: RestoreJobsListMember) -> Result<Option<RestoreJob>, Failure> {
    let rds = |arn: &Option<String>| arn.as_deref().is_some_and(|a| a.contains(":rds:"));
    let resource_type = match job.resource_type {
        Some(kind) if kind == "RDS" || kind == "Aurora" => kind,
        None if rds(&job.recovery_point_arn) || rds(&job.source_resource_arn) => "RDS".to_owned(),
        _ => return Ok(None),
    };
    let created_at = job.creation_date.as_ref().and_then(timestamp);
    Ok(Some(RestoreJob {
        id: job.restore_job_id.sent(LIST, "RestoreJobId")?,
        created_at: created_at.sent(LIST, "CreationDate")?,
        status: job.status.sent(LIST, "Status")?.as_str().to_owned(),
        validation: Known::Yes(job.validation_status.map(|s| s.as_str().to_owned())),
        resource_type,
        recovery_point_arn: job.recovery_point_arn,
        source_arn: job.source_resource_arn,
        created_arn: job.created_resource_arn,
    }))
}
