//! The recurring duties of the guide.

/// The documentation of the attestations file.
pub(crate) const ATTESTATIONS_PAGE: &str =
    "https://github.com/harden-rs/harden/blob/main/docs/policy.md#hardenattestationstoml";

/// A recurring duty: what a person has to review regularly, since no API shows that somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Duty {
    /// Its name in `harden.attestations.toml`.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// How often it is due, in days, unless the policy sets another period.
    pub period_days: u32,
    /// What to do, as an instruction.
    pub instruction: &'static str,
}

impl Duty {
    /// The review of the dashboards, which is due only in the first days of production.
    pub const DASHBOARD_REVIEW: &'static str = "dashboard-review";

    /// All duties, in the order of their periods.
    pub const ALL: [Self; 10] = [
        Self {
            name: Self::DASHBOARD_REVIEW,
            title: "Review of the dashboards in the first days of production",
            period_days: 1,
            instruction: "Look at the dashboards of production: load, errors, latency and saturation \
                          of the last day",
        },
        Self {
            name: "error-trends",
            title: "Review of error trends",
            period_days: 7,
            instruction: "Compare the errors of this week in Sentry with those of the week before, \
                          and open an issue for each new trend",
        },
        Self {
            name: "alarm-history",
            title: "Review of the history of alarms",
            period_days: 7,
            instruction: "Read the history of the alarms of the last week, and adjust each threshold \
                          that was too sensitive or too loose",
        },
        Self {
            name: "cost-review",
            title: "Review of costs",
            period_days: 31,
            instruction: "Compare the costs of the last month by service with the month before, and \
                          explain each rise",
        },
        Self {
            name: "budget-review",
            title: "Review of budgets",
            period_days: 31,
            instruction: "Compare the budgets and the recipients of their alerts with the costs that \
                          you expect",
        },
        Self {
            name: "restore-drill",
            title: "Restore drill of the databases",
            period_days: 92,
            instruction: "Restore a backup of each production database into a new instance, check the \
                          data, and delete the instance",
        },
        Self {
            name: "security-audit",
            title: "Security audit",
            period_days: 92,
            instruction: "Go through the findings of this audit, the open security alerts and the \
                          exposed endpoints, and plan the fixes",
        },
        Self {
            name: "iam-review",
            title: "Review of IAM roles and users",
            period_days: 366,
            instruction: "Review each IAM role, user and access key: remove what is unused, and \
                          restrict what is too broad",
        },
        Self {
            name: "secret-renewal",
            title: "Renewal of secrets",
            period_days: 366,
            instruction: "Renew each secret that is not rotated automatically, and remove those that \
                          nothing uses",
        },
        Self {
            name: "dr-procedures",
            title: "Review of the documented disaster recovery procedures",
            period_days: 366,
            instruction: "Read the disaster recovery procedures as if you needed them now, and \
                          correct what is out of date",
        },
    ];

    /// The duty with this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|duty| duty.name == name)
    }

    /// The names of all duties.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|duty| duty.name)
    }
}
