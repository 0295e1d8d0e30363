//! Retention periods of log groups.

use harden_core::Step;
use serde_json::json;

use super::cli::aws;

/// The retention periods that CloudWatch Logs supports, in days:
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>.
const SUPPORTED: [u32; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

/// The longest retention that CloudWatch Logs supports, up to a number of days.
pub(crate) fn supported(limit: u32) -> u32 {
    let fitting = SUPPORTED.into_iter().take_while(|days| *days <= limit);
    fitting.last().unwrap_or(1)
}

/// Sets the retention period of a new log group.
pub(crate) fn retention(group: &str, region: &str, limit: u32) -> Step {
    aws("logs", "put-retention-policy")
        .json(&json!({"logGroupName": group, "retentionInDays": supported(limit)}))
        .region(region)
        .step(
            "Set the retention period of the log group",
            &["logs:PutRetentionPolicy"],
        )
}
