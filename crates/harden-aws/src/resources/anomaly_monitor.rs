//! What Cost Anomaly Detection watches.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

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
    /// `DIMENSIONAL` (each value of a dimension) or `CUSTOM` (what its expression says).
    pub monitor_type: String,
    /// The dimension whose values it watches (MonitorDimension): `SERVICE`, `LINKED_ACCOUNT`,
    /// `TAG` or `COST_CATEGORY`; none where it is `CUSTOM`.
    #[serde(default)]
    pub dimension: Known<Option<String>>,
}

impl Resource for AnomalyMonitor {
    const KIND: &'static Kind =
        &Kind::new("aws/anomaly-monitor").permissions(&["ce:GetAnomalyMonitors"]);

    fn id(&self) -> ResourceId {
        ResourceId::new(Self::KIND.name, Place::global(&*self.account), &self.arn)
    }
}
