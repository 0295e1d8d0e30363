//! CloudWatch dashboards.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::Dimensions;

/// The metrics of a CloudWatch dashboard. Dashboards are global to the account. Source:
/// cloudwatch:ListDashboards, cloudwatch:GetDashboard. Nothing else of the body is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Dashboard {
    /// The account.
    pub account: String,
    /// The name.
    pub name: String,
    /// The metrics that it shows, without duplicates.
    #[serde(default)]
    pub shows: Known<Vec<Shown>>,
}

/// Metrics that a dashboard shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Shown {
    /// The metrics.
    #[serde(flatten)]
    pub what: ShownMetrics,
    /// The region of the metrics; `*` where a variable of the dashboard sets it. Alarms have none:
    /// their ARN contains the region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The account of the metrics, where it is not the dashboard's account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

/// How a widget selects metrics.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ShownMetrics {
    /// By namespace and dimensions. A value that a variable of the dashboard sets is `*`.
    Metric {
        /// `AWS/ECS`.
        namespace: String,
        /// The dimensions.
        #[serde(default)]
        dimensions: Dimensions,
    },
    /// By a SEARCH expression or a Metrics Insights query.
    Search(String),
    /// The metric of an alarm, by the alarm's ARN.
    Alarm(String),
    /// By the tags of resources of a type: `AWS::ECS::Service`.
    Explorer(String),
}

impl Resource for Dashboard {
    const KIND: &'static Kind = &Kind::new("aws/dashboard")
        .permissions(&["cloudwatch:GetDashboard", "cloudwatch:ListDashboards"]);

    fn id(&self) -> ResourceId {
        let place = Place::global(&*self.account);
        ResourceId::new(Self::KIND.name, place, &self.name)
    }
}
