//! Commands that show metrics.

use harden_core::Step;
use serde_json::json;

use crate::remediations::cli::aws;
use crate::resources::BalancerMetrics;
use crate::views::{BalancerWithMetrics, METRICS};

/// Shows an hourly metric of each target group of a load balancer, over the window of the judged
/// metrics.
pub(crate) fn by_target_group(
    title: &'static str,
    balancer: &BalancerWithMetrics,
    window: &BalancerMetrics,
    metric: &str,
    statistic: &str,
) -> Step {
    let search = format!(
        "SEARCH('{{AWS/ApplicationELB,LoadBalancer,TargetGroup}} MetricName=\"{metric}\" \
         LoadBalancer=\"{}\"', '{statistic}', 3600)",
        balancer.dimension
    );
    aws("cloudwatch", "get-metric-data")
        .json(&json!({
            "MetricDataQueries": [{"Id": "groups", "Expression": search}],
            "StartTime": window.from,
            "EndTime": window.until,
        }))
        .region(&balancer.place.region)
        .step(title, &[METRICS])
}
