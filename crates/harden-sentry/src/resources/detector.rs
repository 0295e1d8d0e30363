//! Monitors of projects, whether or not an alert is connected to them.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Monitor, Project};

/// A monitor (detector) of an audited project, or of all projects of the organization. Sentry's
/// built-in monitors are among them. Servers that have only alert rules have no monitors. Source:
/// GET /organizations/{organization}/detectors/.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Detector {
    /// The slug of the organization.
    pub organization: String,
    /// What it monitors.
    #[serde(flatten)]
    pub monitor: Monitor,
    /// Its name.
    #[serde(default)]
    pub name: Known<String>,
    /// Its type (type): `error`, `issue_stream`, `metric_issue`, …
    #[serde(default)]
    pub kind: Known<String>,
}

impl Resource for Detector {
    const KIND: &'static Kind = &Kind::new("sentry/detector")
        .permissions(&["alerts:read"])
        .starts_from(&[Project::KIND]);

    fn id(&self) -> ResourceId {
        let place = Place::global(&*self.organization);
        ResourceId::new(Self::KIND.name, place, &self.monitor.id).shown_as(&format!(
            "{}/monitor {}",
            self.organization, self.monitor.id
        ))
    }
}
