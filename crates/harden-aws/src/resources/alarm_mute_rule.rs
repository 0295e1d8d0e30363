//! Rules that mute alarms.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::arn::id_of;

/// A rule that mutes the actions of alarms at certain times. Expired rules are left out. Source:
/// cloudwatch:ListAlarmMuteRules, and cloudwatch:GetAlarmMuteRule for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AlarmMuteRule {
    /// The rule's ARN.
    pub arn: String,
    /// `ACTIVE` (it mutes now) or `SCHEDULED`.
    #[serde(default)]
    pub status: Known<String>,
    /// The names of the muted alarms (MuteTargets).
    #[serde(default)]
    pub alarms: Known<Vec<String>>,
    /// `cron(minutes hours day-of-month month day-of-week)` or `at(yyyy-MM-ddThh:mm)`.
    #[serde(default)]
    pub schedule: Known<String>,
    /// The length of each muted time, as an ISO 8601 duration: `PT4H`.
    #[serde(default)]
    pub duration: Known<String>,
    /// The time zone of the schedule; UTC without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The time from which the rule is evaluated, or `None` from its creation on.
    #[serde(default)]
    pub starts_at: Known<Option<Timestamp>>,
    /// The time until which the rule is evaluated, or `None` without an end.
    #[serde(default)]
    pub expires_at: Known<Option<Timestamp>>,
}

impl Resource for AlarmMuteRule {
    const KIND: &'static Kind = &Kind::new("aws/alarm-mute-rule").permissions(&[
        "cloudwatch:ListAlarmMuteRules",
        "cloudwatch:GetAlarmMuteRule",
    ]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.arn)
    }
}
