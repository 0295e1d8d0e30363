//! rds:DescribeExportTasks.

use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages, timestamp};
use super::sent::Sent as _;
use crate::resources::DbExportTask;

const DESCRIBE: &str = "rds:DescribeExportTasks";

impl Collect<AwsProvider> for DbExportTask {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_regions(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<DbExportTask> {
    let client = aws_sdk_rds::Client::new(&api.config);
    let api = &api;
    let found = read_pages(DESCRIBE, |token| {
        let request = client
            .describe_export_tasks()
            .max_records(100)
            .set_marker(token);
        async move {
            let answer = api.call(DESCRIBE, request.send()).await?;
            Ok((
                answer.export_tasks.sent(DESCRIBE, "ExportTasks")?,
                answer.marker,
            ))
        }
    })
    .await;
    Portion::from_pages(found, |task| {
        Ok(DbExportTask {
            id: task
                .export_task_identifier
                .ok_or_else(|| Unknown::missing(DESCRIBE, "ExportTaskIdentifier"))?,
            source_arn: task
                .source_arn
                .ok_or_else(|| Unknown::missing(DESCRIBE, "SourceArn"))?,
            status: Known::present(task.status, DESCRIBE, "Status"),
            ended_at: Known::Yes(task.task_end_time.as_ref().and_then(timestamp)),
        })
    })
}
