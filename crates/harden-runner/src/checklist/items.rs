//! The items of the guide's implementation checklist.

/// When the guide asks for an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Period {
    /// The first week: critical.
    Week1,
    /// The second week: important.
    Week2,
    /// The third and fourth week: optimization.
    Weeks3And4,
    /// Recurring duties.
    Ongoing,
}

impl Period {
    /// All periods, in the order of the guide.
    pub const ALL: [Self; 4] = [Self::Week1, Self::Week2, Self::Weeks3And4, Self::Ongoing];

    /// The name in JSON: `week-1`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Week1 => "week-1",
            Self::Week2 => "week-2",
            Self::Weeks3And4 => "weeks-3-4",
            Self::Ongoing => "ongoing",
        }
    }

    /// The heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Week1 => "Week 1: critical",
            Self::Week2 => "Week 2: important",
            Self::Weeks3And4 => "Weeks 3 and 4: optimization",
            Self::Ongoing => "Ongoing",
        }
    }
}

/// An item of the checklist, and what decides whether it is done.
pub(super) struct Item {
    pub(super) period: Period,
    pub(super) text: &'static str,
    /// The checks whose verdicts decide.
    pub(super) checks: &'static [&'static str],
    /// The recurring duties whose attestations decide.
    pub(super) duties: &'static [&'static str],
    /// Whether a team can do without it: it is then never open.
    pub(super) is_optional: bool,
}

const fn item(period: Period, text: &'static str, checks: &'static [&'static str]) -> Item {
    Item {
        period,
        text,
        checks,
        duties: &[],
        is_optional: false,
    }
}

impl Item {
    const fn duties(mut self, duties: &'static [&'static str]) -> Self {
        self.duties = duties;
        self
    }

    const fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }
}

pub(super) static ITEMS: &[Item] = &[
    item(
        Period::Week1,
        "Store the required secrets in GitHub, such as the Sentry token",
        &["github/actions-secret-missing"],
    ),
    item(
        Period::Week1,
        "Subscribe an email address to the alert topic",
        &[
            "aws/alert-topic-missing",
            "aws/alert-topic-no-email",
            "aws/sns-subscription-pending",
        ],
    ),
    item(
        Period::Week1,
        "Create the alerts in Sentry",
        &[
            "sentry/alert-error-rate-missing",
            "sentry/alert-fatal-missing",
            "sentry/alert-latency-missing",
            "sentry/alert-reaches-nobody",
            "sentry/alert-regression-missing",
        ],
    ),
    item(
        Period::Week1,
        "Verify that each deployment has a release in Sentry",
        &[
            "sentry/events-release-missing",
            "sentry/release-commits-missing",
            "sentry/release-deploy-missing",
            "sentry/release-missing",
            "sentry/release-version-not-sha",
        ],
    ),
    item(
        Period::Week1,
        "Create a budget with alerts in AWS",
        &[
            "aws/budget-alert-missing",
            "aws/budget-alert-unrouted",
            "aws/budget-forecast-alert-missing",
            "aws/budget-missing",
        ],
    ),
    item(
        Period::Week2,
        "Upload the source maps of the front end",
        &["sentry/sourcemaps-missing", "vercel/env-missing"],
    ),
    item(
        Period::Week2,
        "Send alerts to Slack (optional)",
        &["aws/alert-topic-no-chat", "aws/sns-slack-direct-webhook"],
    )
    .optional(),
    item(
        Period::Week2,
        "Protect the main branch",
        &[
            "github/branch-admins-exempt",
            "github/branch-checks-missing",
            "github/branch-checks-not-strict",
            "github/branch-deletion-allowed",
            "github/branch-force-push-allowed",
            "github/branch-push-unrestricted",
            "github/branch-required-check-never-runs",
            "github/branch-reviews-missing",
            "github/branch-unprotected",
        ],
    ),
    item(
        Period::Week2,
        "Restrict the permissions of the IAM roles",
        &[
            "aws/ci-role-admin",
            "aws/ci-role-excess-permissions",
            "aws/ci-role-privilege-escalation",
            "aws/ci-role-wildcard-action",
            "aws/ci-role-wildcard-resource",
            "aws/oidc-audience-unchecked",
            "aws/oidc-provider-missing",
            "aws/oidc-subject-any-ref",
            "aws/oidc-subject-unrestricted",
        ],
    ),
    item(
        Period::Week2,
        "Document the disaster recovery procedures",
        &[],
    )
    .duties(&["dr-procedures"]),
    item(
        Period::Weeks3And4,
        "Tune the thresholds of the alarms",
        &[
            "aws/alarm-flapping",
            "aws/alarm-sparse-data",
            "aws/alarm-threshold-misfit",
        ],
    ),
    item(
        Period::Weeks3And4,
        "Add end-to-end smoke tests to CI",
        &[
            "github/deploy-not-gated",
            "github/workflow-e2e-failing",
            "github/workflow-e2e-missing",
        ],
    ),
    item(
        Period::Weeks3And4,
        "Protect the load balancer with a web ACL",
        &[
            "aws/alb-waf-missing",
            "aws/waf-bad-inputs-missing",
            "aws/waf-core-rules-missing",
            "aws/waf-rate-limit-missing",
            "aws/waf-rules-not-blocking",
            "aws/waf-sqli-missing",
            "aws/waf-xss-missing",
        ],
    ),
    item(
        Period::Weeks3And4,
        "Set up a quarterly restore drill",
        &["aws/rds-restore-drill-overdue"],
    )
    .duties(&["restore-drill"]),
    item(
        Period::Weeks3And4,
        "Rotate secrets on a schedule",
        &[
            "aws/secret-rotation-disabled",
            "aws/secret-rotation-failing",
            "aws/secret-rotation-overdue",
        ],
    ),
    item(
        Period::Ongoing,
        "Weekly: review the error trends and the history of alarms",
        &[],
    )
    .duties(&["error-trends", "alarm-history"]),
    item(
        Period::Ongoing,
        "Monthly: review the costs and the budgets",
        &[],
    )
    .duties(&["cost-review", "budget-review"]),
    item(
        Period::Ongoing,
        "Quarterly: restore drill and security audit",
        &[],
    )
    .duties(&["restore-drill", "security-audit"]),
    item(
        Period::Ongoing,
        "Annually: renew the secrets and review the IAM policies",
        &[],
    )
    .duties(&["secret-renewal", "iam-review"]),
];
