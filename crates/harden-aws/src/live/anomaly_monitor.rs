//! ce:GetAnomalyMonitors.

use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages};
use super::raw::Body;
use crate::resources::AnomalyMonitor;

const GET: &str = "ce:GetAnomalyMonitors";

impl Collect<AwsProvider> for AnomalyMonitor {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_accounts(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<AnomalyMonitor> {
    let client = aws_sdk_costexplorer::Client::new(&api.config);
    let api = &api;
    let found = read_pages(GET, |token| {
        let request = client
            .get_anomaly_monitors()
            .max_results(100)
            .set_next_page_token(token);
        async move {
            let body = Body::default();
            let request = request.customize().interceptor(body.clone());
            let answer = api.call(GET, request.send()).await?;
            body.sent(GET, "AnomalyMonitors")?;
            Ok((answer.anomaly_monitors, answer.next_page_token))
        }
    })
    .await;
    Portion::from_pages(found, |monitor| {
        Ok(AnomalyMonitor {
            account: api.account().to_owned(),
            arn: monitor
                .monitor_arn
                .ok_or_else(|| Unknown::missing(GET, "MonitorArn"))?,
            name: monitor.monitor_name,
            monitor_type: monitor.monitor_type.as_str().to_owned(),
            dimension: Known::Yes(monitor.monitor_dimension.map(|by| by.as_str().to_owned())),
        })
    })
}
