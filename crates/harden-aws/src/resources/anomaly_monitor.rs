//! The monitors of Cost Anomaly Detection.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::CostExpression;

/// A monitor of Cost Anomaly Detection. Source: ce:GetAnomalyMonitors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AnomalyMonitor {
    /// The account.
    pub account: String,
    /// The monitor's ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// `DIMENSIONAL` (each value of a dimension) or `CUSTOM` (an expression).
    pub monitor_type: String,
    /// The monitored dimension (MonitorDimension): `SERVICE`, `LINKED_ACCOUNT`, `TAG` or
    /// `COST_CATEGORY`. `None` for a `CUSTOM` monitor.
    #[serde(default)]
    pub dimension: Known<Option<String>>,
    /// The expression that selects its costs (MonitorSpecification), or `None`.
    #[serde(default)]
    pub specification: Known<Option<CostExpression>>,
}

impl Resource for AnomalyMonitor {
    const KIND: &'static Kind =
        &Kind::new("aws/anomaly-monitor").permissions(&["ce:GetAnomalyMonitors"]);

    fn id(&self) -> ResourceId {
        ResourceId::new(Self::KIND.name, Place::global(&*self.account), &self.arn)
    }
}
