//! The sections of the production hardening guide.
//!
//! The tag `guide:4` assigns a check to section 4. The tag `beyond-guide` marks a check that the
//! guide itself does not mention.

use std::str::FromStr;

use harden_core::Meta;
use serde::Serialize;

/// The tag of a check that belongs to a section, but that the guide does not mention.
pub(crate) const BEYOND_GUIDE: &str = "beyond-guide";

/// A section of the production hardening guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Section {
    /// §1 Release automation: releases, commits, source maps.
    Releases,
    /// §2 Alert routing: topics, subscriptions, alert rules.
    AlertRouting,
    /// §3 Thresholds: alarms and their thresholds.
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
    /// All sections, in the order of the guide.
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

    /// The section that the check's tag `guide:N` names; [`Section::Other`] without such a tag.
    #[must_use]
    pub fn from_meta(meta: &Meta) -> Self {
        let number: Option<u8> = meta.tag_value("guide").and_then(|n| n.parse().ok());
        let named = Self::ALL.into_iter().find(|s| Some(s.number()) == number);
        named.unwrap_or(Self::Other)
    }

    /// The number of the section, 0 for [`Section::Other`].
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

    /// The name in options, reports and SARIF tags, for example `alert-routing`.
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

    /// The title in reports for people.
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

/// A word that is not a section of the guide.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{word}` is not a section: use a number from 1 to 8, or one of {}",
    Section::ALL.map(Section::as_str).join(", ")
)]
pub struct ParseSectionError {
    word: String,
}

impl FromStr for Section {
    type Err = ParseSectionError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let plain = word.trim_start_matches('§');
        let is_named = |section: &Self| {
            let number = section.number();
            section.as_str() == plain || (number > 0 && number.to_string() == plain)
        };
        Self::ALL
            .into_iter()
            .find(is_named)
            .ok_or_else(|| ParseSectionError {
                word: word.to_owned(),
            })
    }
}

impl Serialize for Section {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
