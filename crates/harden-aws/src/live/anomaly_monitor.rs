//! ce:GetAnomalyMonitors.

use harden_core::{FactError, Known, Unknown};

use super::at::At;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::AnomalyMonitor;

const GET: &str = "ce:GetAnomalyMonitors";

impl Live for AnomalyMonitor {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run.in_accounts(read).await)
    }
}

async fn read(at: At) -> Read<AnomalyMonitor> {
    let client = aws_sdk_costexplorer::Client::new(&at.config);
    let at = &at;
    let found = pages(GET, |token| {
        let request = client
            .get_anomaly_monitors()
            .max_results(100)
            .set_next_page_token(token);
        async move {
            let answer = at.call(GET, request.send()).await?;
            Ok((answer.anomaly_monitors, answer.next_page_token))
        }
    })
    .await;
    Read::of(found, |monitor| {
        Ok(AnomalyMonitor {
            account: at.account().to_owned(),
            arn: monitor
                .monitor_arn
                .ok_or_else(|| Unknown::missing(GET, "MonitorArn"))?,
            name: monitor.monitor_name,
            monitor_type: monitor.monitor_type.as_str().to_owned(),
            dimension: Known::Yes(monitor.monitor_dimension.map(|by| by.as_str().to_owned())),
        })
    })
}
