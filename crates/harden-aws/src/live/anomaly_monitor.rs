//! ce:GetAnomalyMonitors.

use aws_sdk_costexplorer::types::Expression;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::budget::one_of;
use super::place_api::{PlaceApi, read_pages};
use super::raw::Body;
use super::sent::Sent as _;
use crate::resources::{AnomalyMonitor, CostDimension, CostExpression};

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
            specification: match monitor.monitor_specification {
                Some(expression) => Known::from(expression_of(expression)).map(Some),
                None => Known::Yes(None),
            },
        })
    })
}

/// An expression without a part that this version does not know.
fn expression_of(expression: Expression) -> Result<CostExpression, Unknown> {
    let all = |parts: Vec<Expression>| -> Result<Vec<CostExpression>, Unknown> {
        parts.into_iter().map(expression_of).collect()
    };
    let by = |what: &str, key: Option<String>| {
        CostExpression::Other(format!("{what} {}", key.as_deref().unwrap_or("")))
    };
    let mut found = Vec::new();
    if let Some(parts) = expression.or {
        found.push(CostExpression::Or(all(parts)?));
    }
    if let Some(parts) = expression.and {
        found.push(CostExpression::And(all(parts)?));
    }
    if let Some(part) = expression.not {
        found.push(CostExpression::Not(Box::new(expression_of(*part)?)));
    }
    if let Some(dimension) = expression.dimensions {
        let key = dimension.key.map(|key| key.as_str().to_owned());
        let options = dimension.match_options.left_out_if_empty(
            "DimensionValues and ExpressionDimensionValues, MatchOptions, required: no",
        );
        found.push(CostExpression::Dimension(CostDimension {
            key: key.ok_or_else(|| Unknown::missing(GET, "Key"))?,
            values: dimension
                .values
                .ok_or_else(|| Unknown::missing(GET, "Values"))?,
            match_options: options.iter().map(|o| o.as_str().to_owned()).collect(),
        }));
    }
    if let Some(tag) = expression.tags {
        found.push(by("the tag", tag.key));
    }
    if let Some(category) = expression.cost_categories {
        found.push(by("the cost category", category.key));
    }
    if expression.product_attributes.is_some() {
        found.push(CostExpression::Other("product attributes".to_owned()));
    }
    one_of(found, GET)
}
