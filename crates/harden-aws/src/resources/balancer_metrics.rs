//! The recent responses of application load balancers.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::LoadBalancer;
use crate::arn::id_of;

/// The requests, the 5xx responses and the response times of an application load balancer. Source:
/// cloudwatch:GetMetricData on AWS/ApplicationELB, five metrics for each load balancer: hourly
/// sums, and percentiles over the whole window as one period, since percentiles cannot be averaged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BalancerMetrics {
    /// The load balancer's ARN.
    pub arn: String,
    /// The start of the window.
    pub from: Timestamp,
    /// The end of the window.
    pub until: Timestamp,
    /// RequestCount: the requests for which a target could be chosen.
    #[serde(default)]
    pub requests: Known<f64>,
    /// HTTPCode_Target_5XX_Count: the 5xx responses of targets.
    #[serde(default)]
    pub target_5xx: Known<f64>,
    /// HTTPCode_ELB_5XX_Count: the 5xx responses of the load balancer itself.
    #[serde(default)]
    pub elb_5xx: Known<f64>,
    /// The hours with 5xx responses, earliest first.
    #[serde(default)]
    pub error_hours: Known<Vec<ErrorHour>>,
    /// TargetResponseTime. One period, unless CloudWatch divided the window; empty without a request.
    #[serde(default)]
    pub response_times: Known<Vec<ResponseTime>>,
}

/// An hour with 5xx responses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorHour {
    /// Its start.
    pub at: Timestamp,
    /// The 5xx responses of targets and of the load balancer.
    pub errors: f64,
}

/// The response times of a period, in seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ResponseTime {
    /// The start of the period.
    pub at: Timestamp,
    /// The time that 95 % of the requests did not exceed.
    pub p95: f64,
    /// The time that 99 % of the requests did not exceed.
    pub p99: f64,
}

impl Resource for BalancerMetrics {
    const KIND: &'static Kind = &Kind::new("aws/load-balancer-metrics")
        .permissions(&["cloudwatch:GetMetricData"])
        .starts_from(&[LoadBalancer::KIND]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.arn)
    }
}
