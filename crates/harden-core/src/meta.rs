//! What is known of a check before anything runs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How much a failure weighs. The order is from the least to the most severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Worth mending when at it.
    Low,
    /// Worth planning.
    Medium,
    /// Before production.
    High,
    /// Now.
    Critical,
}

impl Severity {
    /// All, from the most to the least severe.
    pub const ALL: [Self; 5] = [
        Self::Critical,
        Self::High,
        Self::Medium,
        Self::Low,
        Self::Info,
    ];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|s| s.as_str() == word)
            .ok_or_else(|| {
                format!("`{word}` is no severity: one of critical, high, medium, low, info")
            })
    }
}

/// The section of the production hardening guide that asks for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Section {
    /// §1 Release automation: releases, commits, source maps.
    Releases,
    /// §2 Alert routing: topics, subscriptions, alert rules.
    AlertRouting,
    /// §3 Thresholds: alarms and what they are set to.
    Thresholds,
    /// §4 Disaster recovery: backups, retention, restore drills.
    Backups,
    /// §5 Security hardening.
    Security,
    /// §6 Cost controls.
    Cost,
    /// §7 Governance: branch protection, tests in CI.
    Governance,
    /// §8 Secrets and variables that the pipeline requires.
    Requirements,
    /// Outside the guide: an embedder's own checks.
    Other,
}

impl Section {
    /// All, in the guide's order.
    pub const ALL: [Self; 9] = [
        Self::Releases,
        Self::AlertRouting,
        Self::Thresholds,
        Self::Backups,
        Self::Security,
        Self::Cost,
        Self::Governance,
        Self::Requirements,
        Self::Other,
    ];

    /// The number in the guide, 0 outside it.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Releases => 1,
            Self::AlertRouting => 2,
            Self::Thresholds => 3,
            Self::Backups => 4,
            Self::Security => 5,
            Self::Cost => 6,
            Self::Governance => 7,
            Self::Requirements => 8,
            Self::Other => 0,
        }
    }

    /// The word for it in options, reports and SARIF tags: `alert-routing`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Releases => "releases",
            Self::AlertRouting => "alert-routing",
            Self::Thresholds => "thresholds",
            Self::Backups => "backups",
            Self::Security => "security",
            Self::Cost => "cost",
            Self::Governance => "governance",
            Self::Requirements => "requirements",
            Self::Other => "other",
        }
    }

    /// The title for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Releases => "Release automation",
            Self::AlertRouting => "Alert routing",
            Self::Thresholds => "Alarms and thresholds",
            Self::Backups => "Disaster recovery and backups",
            Self::Security => "Security hardening",
            Self::Cost => "Cost controls",
            Self::Governance => "Governance",
            Self::Requirements => "Required secrets and variables",
            Self::Other => "Beyond the guide",
        }
    }
}

impl FromStr for Section {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let plain = word.trim_start_matches('§');
        Self::ALL
            .into_iter()
            .find(|s| s.as_str() == plain || (s.number() > 0 && s.number().to_string() == plain))
            .ok_or_else(|| {
                let all = Self::ALL.map(Self::as_str).join(", ");
                format!("`{word}` is no section: a number from 1 to 8, or one of {all}")
            })
    }
}

impl Serialize for Section {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What is known of a check before anything runs: the list, the pages, SARIF's rules and the
/// least-privilege policy are made from it.
#[derive(Debug)]
pub struct Meta {
    /// The id, `provider/defect`: never renamed, never reused.
    pub id: &'static str,
    /// The requirement, as a sentence that is true of a hardened estate.
    pub title: &'static str,
    /// How much a failure weighs, where the policy file does not say otherwise.
    pub severity: Severity,
    /// The section of the guide that asks for it.
    pub section: Section,
    /// Whether the guide does not name it, but a careful engineer would look at it there.
    pub beyond_guide: bool,
    /// Whether a failure is a weakness that somebody can use, and not one of operations.
    pub security: bool,
    /// What to do about a failure, in one sentence for any resource.
    pub remediation: &'static str,
    /// The page, in Markdown: what it checks, why, remediation, examples.
    pub page: &'static str,
}

impl Meta {
    /// The provider: what stands before the slash of the id.
    #[must_use]
    pub fn provider(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(p, _)| p)
    }

    /// The first paragraph under the page's heading `What it checks`.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        let after = self
            .page
            .split_once("## What it checks\n")
            .map_or(self.page, |(_, rest)| rest)
            .trim_start();
        after.split("\n\n").next().unwrap_or(after).trim_end()
    }
}
