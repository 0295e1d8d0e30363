//! The `[aws]` table of `harden.toml`. Every default is the guide's value.

mod ci;
mod costs;
mod edge;
mod metrics;
mod nonproduction;
mod secrets;

use harden_core::Policy;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

pub(crate) use ci::is_role;
pub use ci::{CiPolicy, DeploymentKind, DeploymentPolicy};
pub use costs::CostPolicy;
pub use edge::EdgePolicy;
pub use metrics::MetricPolicy;
pub use nonproduction::NonproductionPolicy;
pub use secrets::{SecretClass, SecretPattern, SecretPolicy};

/// Requirements for the AWS part of an estate.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct AwsPolicy {
    /// The regions to audit: region codes, or `["all"]` for all regions that the account has enabled.
    /// Default: the region of the profile or of AWS_REGION.
    pub regions: Vec<String>,
    /// The accounts to audit. Default: the account of the credentials.
    pub accounts: Vec<AccountPolicy>,
    /// Which resources are not production.
    pub nonproduction: NonproductionPolicy,
    /// Requirements for the recipients of alerts.
    pub alerts: AlertPolicy,
    /// Requirements for alarms.
    pub alarms: AlarmPolicy,
    /// Requirements for the history of metrics.
    pub metrics: MetricPolicy,
    /// Requirements for backups and restores.
    pub backups: BackupPolicy,
    /// Requirements for budgets.
    pub budgets: BudgetPolicy,
    /// Limits of costs and of retention.
    pub costs: CostPolicy,
    /// The maximum age of secrets.
    pub secrets: SecretPolicy,
    /// Requirements for the web ACLs of load balancers.
    pub edge: EdgePolicy,
    /// Requirements for the roles that CI assumes, and for long-lived access keys.
    pub ci: CiPolicy,
}

impl Policy for AwsPolicy {
    const TABLE: &'static str = "aws";
}

/// An account to audit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AccountPolicy {
    /// The account id, 12 digits.
    #[serde(deserialize_with = "account_id")]
    pub id: String,
    /// The role to assume in the account. Without a role, the credentials of the run must belong to this
    /// account.
    #[serde(default)]
    pub role_arn: Option<String>,
    /// The external id that the trust policy of the role requires.
    #[serde(default)]
    pub external_id: Option<String>,
    /// The regions to audit in this account. Default: those of `[aws]`.
    #[serde(default)]
    pub regions: Vec<String>,
}

/// Requirements for the recipients of alerts (guide §2).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct AlertPolicy {
    /// The alert topics, by name (in every audited region) or by ARN. Default: every topic that an alarm
    /// or a budget notifies.
    pub topics: Vec<String>,
    /// Email addresses that must be confirmed subscribers of each alert topic.
    pub emails: Vec<String>,
    /// The lowest number of confirmed email subscriptions of an alert topic.
    pub min_emails: u32,
    /// Whether an alert topic must also notify a chat.
    pub chat: bool,
}

impl Default for AlertPolicy {
    fn default() -> Self {
        Self {
            topics: Vec::new(),
            emails: Vec::new(),
            min_emails: 1,
            chat: false,
        }
    }
}

/// Requirements for alarms (guide §3).
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct AlarmPolicy {
    /// The highest threshold of an ECS service's CPUUtilization, in percent.
    #[serde(deserialize_with = "percent")]
    pub ecs_cpu_percent: f64,
    /// The highest threshold of an ECS service's MemoryUtilization, in percent.
    #[serde(deserialize_with = "percent")]
    pub ecs_memory_percent: f64,
    /// The highest number of 5xx responses of a load balancer in 300 seconds.
    #[serde(deserialize_with = "positive")]
    pub alb_5xx_count: f64,
    /// The highest threshold of a load balancer's TargetResponseTime, in seconds.
    #[serde(deserialize_with = "positive")]
    pub alb_latency_seconds: f64,
    /// The longest breach before the alarm goes into ALARM (datapoints to alarm × period), in seconds.
    #[serde(deserialize_with = "positive")]
    pub max_delay_seconds: f64,
    /// How long mute rules or a suppressor alarm may silence an alarm without an interruption, in hours.
    pub max_mute_hours: u32,
    /// How long an alarm on a resource that does not exist may be in INSUFFICIENT_DATA, in hours.
    pub dead_after_hours: u32,
    /// The highest number of changes to ALARM within `flapping_days`.
    pub flapping_changes: u32,
    /// The number of days over which changes to ALARM are counted. CloudWatch keeps 30 days.
    #[serde(deserialize_with = "history_days")]
    pub flapping_days: u32,
}

impl Default for AlarmPolicy {
    fn default() -> Self {
        Self {
            ecs_cpu_percent: 85.0,
            ecs_memory_percent: 90.0,
            alb_5xx_count: 10.0,
            alb_latency_seconds: 2.0,
            max_delay_seconds: 900.0,
            max_mute_hours: 24,
            dead_after_hours: 24,
            flapping_changes: 10,
            flapping_days: 14,
        }
    }
}

/// Requirements for backups and restores (guide §4).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct BackupPolicy {
    /// The shortest retention of automated backups, in days. The maximum in RDS is 35.
    #[serde(deserialize_with = "retention")]
    pub retention_days: u32,
    /// The backup window in UTC, `HH:MM-HH:MM`. Without it, any window is accepted.
    #[serde(deserialize_with = "window")]
    pub window: Option<String>,
    /// The maximum age of the latest restorable time, in minutes.
    pub stale_minutes: u32,
    /// The longest time between two restore drills of a database, in days.
    pub restore_drill_days: u32,
    /// Names of the instances that drills create, with `*` as a wildcard.
    pub drill_instances: Vec<String>,
    /// The maximum age of an instance of a drill, in days.
    pub drill_leftover_days: u32,
    /// The retention of manual snapshots by name. The first match counts; a snapshot without a match is
    /// not judged.
    pub snapshots: Vec<SnapshotClass>,
    /// The maximum age of a snapshot before a change of its database, in hours.
    pub pre_change_hours: u32,
    /// The longest time between two exports of a database to S3, in days. Without it, exports are not
    /// required.
    pub export_days: Option<u32>,
    /// Engines of other services in the RDS API that are judged too: `neptune`, `docdb`.
    pub include_engines: Vec<String>,
}

impl Default for BackupPolicy {
    fn default() -> Self {
        let class = |pattern: &str, keep_days| SnapshotClass {
            pattern: pattern.to_owned(),
            keep_days,
        };
        Self {
            retention_days: 7,
            window: None,
            stale_minutes: 60,
            restore_drill_days: 92,
            drill_instances: vec!["*-dr-test-*".to_owned()],
            drill_leftover_days: 2,
            snapshots: vec![
                class("pre-change-*", 30),
                class("pre-migration-*", 30),
                class("quarterly-drill-*", 90),
            ],
            pre_change_hours: 24,
            export_days: None,
            include_engines: Vec::new(),
        }
    }
}

/// The retention of manual snapshots with a name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SnapshotClass {
    /// Names of snapshots, with `*` as a wildcard: `pre-change-*`.
    pub pattern: String,
    /// The retention in days.
    pub keep_days: u32,
}

/// Requirements for budgets (guide §6).
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct BudgetPolicy {
    /// The name of the account's monthly budget. Without it, any name is accepted.
    pub name: Option<String>,
    /// The highest limit of that budget, in the currency of the account. Without it, any limit is
    /// accepted.
    #[serde(deserialize_with = "optional_positive")]
    pub limit: Option<f64>,
    /// The first threshold, a warning by email, in percent of the limit.
    #[serde(deserialize_with = "percent")]
    pub warning_percent: f64,
    /// The second threshold, email and SNS, in percent of the limit.
    #[serde(deserialize_with = "percent")]
    pub critical_percent: f64,
    /// The third threshold, SNS or a budget action, in percent of the limit.
    #[serde(deserialize_with = "percent")]
    pub investigate_percent: f64,
}

impl Default for BudgetPolicy {
    fn default() -> Self {
        Self {
            name: None,
            limit: None,
            warning_percent: 80.0,
            critical_percent: 100.0,
            investigate_percent: 120.0,
        }
    }
}

fn account_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let id = String::deserialize(deserializer)?;
    if id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(id);
    }
    Err(D::Error::custom("expected an account id of 12 digits"))
}

fn positive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let value = f64::deserialize(deserializer)?;
    if value.is_finite() && value > 0.0 {
        return Ok(value);
    }
    Err(D::Error::custom("must be greater than 0"))
}

fn optional_positive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    positive(deserializer).map(Some)
}

fn percent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let value = f64::deserialize(deserializer)?;
    if value > 1.0 && value <= 1000.0 {
        return Ok(value);
    }
    Err(D::Error::custom(
        "must be a percentage above 1 and at most 1000: write 85 for 85 %",
    ))
}

fn history_days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let days = u32::deserialize(deserializer)?;
    if (1..=30).contains(&days) {
        return Ok(days);
    }
    Err(D::Error::custom(
        "must be from 1 to 30 days: CloudWatch keeps the history of alarms for 30 days",
    ))
}

fn retention<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let days = u32::deserialize(deserializer)?;
    if (1..=35).contains(&days) {
        return Ok(days);
    }
    Err(D::Error::custom(
        "must be from 1 to 35 days: RDS keeps automated backups for at most 35 days",
    ))
}

fn window<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let time = |t: &str| {
        t.split_once(':').is_some_and(|(h, m)| {
            let number = |s: &str, below| s.len() == 2 && s.parse::<u8>().is_ok_and(|n| n < below);
            number(h, 24) && number(m, 60)
        })
    };
    match text.split_once('-') {
        Some((from, to)) if time(from) && time(to) => Ok(Some(text)),
        _ => Err(D::Error::custom(
            "expected a backup window as HH:MM-HH:MM, in UTC",
        )),
    }
}
