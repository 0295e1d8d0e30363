//! backup:ListRestoreJobs.

use aws_sdk_backup::types::RestoreJobsListMember;
use harden_core::FactError;

use super::at::{At, date_time, timestamp};
use super::failure::Failure;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::{RestoreJob, RestoreJobs};

const LIST: &str = "backup:ListRestoreJobs";

/// As far back as CloudTrail's history goes, at least.
const DAYS: u32 = 90;

impl Live for RestoreJobs {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run
            .in_regions(|at| async move { Read::from(read(at).await) })
            .await)
    }
}

async fn read(at: At) -> Result<RestoreJobs, Failure> {
    let client = aws_sdk_backup::Client::new(&at.config);
    let since = at.days_ago(DAYS.max(at.policy.backups.restore_drill_days));
    let at = &at;
    let found = pages(LIST, |token| {
        let request = client
            .list_restore_jobs()
            .by_created_after(date_time(since))
            .set_next_token(token);
        async move {
            let answer = at.call(LIST, request.send()).await?;
            Ok((answer.restore_jobs.unwrap_or_default(), answer.next_token))
        }
    })
    .await
    .complete()?;
    let mut jobs: Vec<_> = found.into_iter().filter_map(job).collect();
    jobs.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    Ok(RestoreJobs {
        account: at.account().to_owned(),
        region: at.region().to_owned(),
        since,
        jobs,
    })
}

/// A job that restored a database. A job has no type until its recovery point was looked at, so
/// its ARNs tell as well.
fn job(job: RestoreJobsListMember) -> Option<RestoreJob> {
    let rds = |arn: &Option<String>| arn.as_deref().is_some_and(|a| a.contains(":rds:"));
    let resource_type = match job.resource_type {
        Some(kind) if kind == "RDS" || kind == "Aurora" => kind,
        None if rds(&job.recovery_point_arn) || rds(&job.source_resource_arn) => "RDS".to_owned(),
        _ => return None,
    };
    Some(RestoreJob {
        id: job.restore_job_id?,
        created_at: job.creation_date.as_ref().and_then(timestamp)?,
        status: job.status.map(|s| s.as_str().to_owned())?,
        resource_type,
        recovery_point_arn: job.recovery_point_arn,
        source_arn: job.source_resource_arn,
        created_arn: job.created_resource_arn,
    })
}
