//! rds:DescribeExportTasks.

use harden_core::{FactError, Known, Unknown};

use super::at::{At, timestamp};
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::DbExportTask;

const DESCRIBE: &str = "rds:DescribeExportTasks";

impl Live for DbExportTask {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run.in_regions(read).await)
    }
}

async fn read(at: At) -> Read<DbExportTask> {
    let client = aws_sdk_rds::Client::new(&at.config);
    let at = &at;
    let found = pages(DESCRIBE, |token| {
        let request = client
            .describe_export_tasks()
            .max_records(100)
            .set_marker(token);
        async move {
            let answer = at.call(DESCRIBE, request.send()).await?;
            Ok((answer.export_tasks.unwrap_or_default(), answer.marker))
        }
    })
    .await;
    Read::of(found, |task| {
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
