//! CloudWatch dashboards.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::Dimensions;

/// A CloudWatch dashboard: which metrics it shows. Dashboards are global to the account. Source:
/// cloudwatch:ListDashboards, cloudwatch:GetDashboard; of the body only this is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Dashboard {
    /// The account.
    pub account: String,
    /// The name.
    pub name: String,
    /// What it shows, each once.
    #[serde(default)]
    pub shows: Known<Vec<Shown>>,
}

/// Metrics that a dashboard shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Shown {
    /// Which.
    #[serde(flatten)]
    pub what: ShownMetrics,
    /// The region of the metrics; none where the widget does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The account of the metrics, where it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

/// Which metrics.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ShownMetrics {
    /// Those of a namespace with these dimensions. A value that a variable of the dashboard stands
    /// in for is `*`.
    Metric {
        /// `AWS/ECS`.
        namespace: String,
        /// The dimensions.
        #[serde(default)]
        dimensions: Dimensions,
    },
    /// Those that a SEARCH expression or a Metrics Insights query finds.
    Search(String),
    /// The metric of an alarm, by the alarm's ARN.
    Alarm(String),
    /// Those of the resources of a type that have certain tags: `AWS::ECS::Service`.
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
