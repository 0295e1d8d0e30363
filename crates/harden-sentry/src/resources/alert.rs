//! Alerts, of both of Sentry's models in one form.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Condition, Detector, Group, Logic, Monitor};

/// An alert: what it watches, when it goes off, and whom it tells.
///
/// A workflow with the detectors that it is connected to is one alert, an issue rule and a metric
/// rule are one each, and so is a metric monitor that no workflow is connected to. Source:
/// GET /organizations/{organization}/workflows/ with …/detectors/, and
/// GET /projects/{organization}/{project}/rules/ with
/// GET /organizations/{organization}/alert-rules/.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Alert {
    /// The slug of the organization.
    pub organization: String,
    /// Which of Sentry's models it is of.
    pub model: Model,
    /// Its number in that model.
    pub number: String,
    /// Its name.
    #[serde(default)]
    pub name: Known<String>,
    /// Whether it is switched on.
    #[serde(default)]
    pub enabled: Known<bool>,
    /// Whether it is muted for everybody (snooze). Workflows can't be muted, only disabled.
    #[serde(default)]
    pub muted: Known<bool>,
    /// The environment that it is about; none for all.
    #[serde(default)]
    pub environment: Known<Option<String>>,
    /// How many minutes lie at least between two notices of one issue; none for a metric rule,
    /// which tells each change of its state.
    #[serde(default)]
    pub frequency_minutes: Known<Option<u64>>,
    /// What it watches in the audited projects.
    #[serde(default)]
    pub monitors: Known<Vec<Monitor>>,
    /// What sets it off.
    #[serde(default)]
    pub triggers: Known<Group>,
    /// What must hold besides, and what is done then. Each is tried by itself.
    #[serde(default)]
    pub filters: Known<Vec<Filter>>,
}

/// Which of Sentry's models an alert is of.
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
    /// A workflow, which Sentry's pages call an alert.
    Workflow,
}

impl Model {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IssueRule => "issue rule",
            Self::MetricRule => "metric rule",
            Self::Monitor => "monitor",
            Self::Workflow => "workflow",
        }
    }

    /// The operation that told of it.
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

/// Conditions, and what is done when they hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Filter {
    /// How the conditions are joined.
    pub logic: Logic,
    /// The conditions; without any the actions are always taken.
    pub conditions: Vec<Condition>,
    /// What is done.
    pub actions: Vec<Action>,
}

/// What an alert does. Of its configuration only what says whom it tells is kept: addresses of
/// webhooks and fields of tickets may hold secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Action {
    /// How it tells: `email`, `slack`, `pagerduty`, `jira`, `webhook`, …
    pub how: String,
    /// The number of the integration that it goes through.
    #[serde(default)]
    pub integration: Known<Option<String>>,
    /// Whom it tells.
    #[serde(default)]
    pub target: Known<Target>,
    /// Whether the action is switched on (status).
    #[serde(default)]
    pub active: Known<bool>,
}

/// Whom an action tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "kebab-case", tag = "type")]
pub enum Target {
    /// A member.
    User {
        /// The user's number.
        id: String,
    },
    /// A team.
    Team {
        /// Its number.
        id: String,
    },
    /// The owners of the issue.
    IssueOwners {
        /// Whom it tells where the issue has none (fallthroughType).
        #[serde(default)]
        fallthrough: Known<Fallthrough>,
    },
    /// What the integration knows: a channel, a service, a project of a tracker.
    Integration,
}

/// Whom an email to the owners of an issue tells where the issue has none.
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
