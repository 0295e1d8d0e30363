//! Alerts: Sentry's two alert models in one type.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Condition, Detector, Group, Logic, Monitor};

/// An alert: what it covers, what triggers it, and whom it notifies.
///
/// A workflow, together with the detectors that it is connected to, is one alert. So is each issue
/// rule, each metric rule, and each metric monitor that no workflow is connected to. Source: GET
/// /organizations/{organization}/workflows/ with …/detectors/, and GET
/// /projects/{organization}/{project}/rules/ with GET /organizations/{organization}/alert-rules/.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Alert {
    /// The slug of the organization.
    pub organization: String,
    /// The model that it belongs to.
    pub model: Model,
    /// Its id in that model.
    pub number: String,
    /// Its name.
    #[serde(default)]
    pub name: Known<String>,
    /// Whether it is enabled.
    #[serde(default)]
    pub enabled: Known<bool>,
    /// Whether it is muted for everyone (snooze). Workflows cannot be muted, only disabled.
    #[serde(default)]
    pub muted: Known<bool>,
    /// The environment that it covers; `None` for all environments.
    #[serde(default)]
    pub environment: Known<Option<String>>,
    /// The least number of minutes between two notifications about one issue; `None` for a metric
    /// rule, which notifies about each change of its state.
    #[serde(default)]
    pub frequency_minutes: Known<Option<u64>>,
    /// Its monitors in the audited projects.
    #[serde(default)]
    pub monitors: Known<Vec<Monitor>>,
    /// What triggers it.
    #[serde(default)]
    pub triggers: Known<Group>,
    /// The conditions that must hold too, and the actions that are taken then. Each filter is
    /// evaluated separately.
    #[serde(default)]
    pub filters: Known<Vec<Filter>>,
}

/// The model that an alert belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// An issue alert rule.
    IssueRule,
    /// A metric alert rule.
    MetricRule,
    /// A metric monitor that no workflow is connected to.
    Monitor,
    /// A workflow. Sentry's user interface calls it an alert.
    Workflow,
}

impl Model {
    /// The model as text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IssueRule => "issue rule",
            Self::MetricRule => "metric rule",
            Self::Monitor => "monitor",
            Self::Workflow => "workflow",
        }
    }

    /// The API operation that lists it.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            Self::IssueRule => "GET /projects/{organization}/{project}/rules/",
            Self::MetricRule => "GET /organizations/{organization}/alert-rules/",
            Self::Monitor => "GET /organizations/{organization}/detectors/",
            Self::Workflow => "GET /organizations/{organization}/workflows/",
        }
    }
}

/// Conditions, and the actions that are taken when they hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Filter {
    /// How the conditions are combined.
    pub logic: Logic,
    /// The conditions. Without conditions the actions are always taken.
    pub conditions: Vec<Condition>,
    /// The actions.
    pub actions: Vec<Action>,
}

/// An action of an alert. Of its configuration only the recipient is recorded: addresses of
/// webhooks and fields of tickets can hold secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Action {
    /// The channel: `email`, `slack`, `pagerduty`, `jira`, `webhook`, …
    pub how: String,
    /// The id of the integration that it goes through; `None` for a channel without one.
    #[serde(default)]
    pub integration: Known<Option<String>>,
    /// Its recipient.
    #[serde(default)]
    pub target: Known<Target>,
    /// Whether the action is active (status).
    #[serde(default)]
    pub active: Known<bool>,
}

/// The recipient of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "kebab-case", tag = "type")]
pub enum Target {
    /// A member.
    User {
        /// The id of the user.
        id: String,
    },
    /// A team.
    Team {
        /// Its id.
        id: String,
    },
    /// The owners of the issue.
    IssueOwners {
        /// Who is notified where the issue has no owner (fallthroughType).
        #[serde(default)]
        fallthrough: Known<Fallthrough>,
    },
    /// A recipient inside the integration: a channel, a service, a project of an issue tracker.
    Integration,
}

/// Who is notified by an email to the owners of an issue where the issue has no owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "kebab-case")]
pub enum Fallthrough {
    /// The members of the project who were active most recently.
    ActiveMembers,
    /// All members of the project.
    AllMembers,
    /// Nobody.
    NoOne,
}

impl Resource for Alert {
    const KIND: &'static Kind = &Kind::new("sentry/alert")
        .permissions(&["alerts:read"])
        .starts_from(&[Detector::KIND]);

    fn id(&self) -> ResourceId {
        let name = format!("{} {}", self.model.as_str(), self.number);
        let id = ResourceId::new(Self::KIND.name, Place::global(&*self.organization), &name);
        match self.name.ok() {
            Some(called) => id.shown_as(&format!("{}/{name} “{called}”", self.organization)),
            None => id.shown_as(&format!("{}/{name}", self.organization)),
        }
    }
}
