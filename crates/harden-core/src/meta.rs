//! What is known about a check before anything runs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How severe a failure is, ordered from the least to the most severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Worth fixing along with something else.
    Low,
    /// Worth planning a fix.
    Medium,
    /// To fix before production.
    High,
    /// To fix now.
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

/// A word that is not a severity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is not a severity: use critical, high, medium, low or info")]
pub struct ParseSeverityError {
    word: String,
}

impl FromStr for Severity {
    type Err = ParseSeverityError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|severity| severity.as_str() == word)
            .ok_or_else(|| ParseSeverityError {
                word: word.to_owned(),
            })
    }
}

/// What is known about a check before anything runs. The list of checks, their pages, SARIF's rules
/// and the least-privilege policy are made from it.
///
/// It is built in a `static` or `const`:
///
/// ```
/// use harden_core::{Meta, Severity};
///
/// static META: Meta = Meta::new("house/door-unlocked", "Doors are locked", Severity::High)
///     .tags(&["ground-floor"])
///     .remediation("Lock the door.")
///     .since("0.2.0");
/// assert_eq!(META.provider(), "house");
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Meta {
    /// The id, `provider/defect`. It is never renamed without an alias and never reused.
    pub id: &'static str,
    /// The requirement, as a sentence that is true of a hardened estate.
    pub title: &'static str,
    /// The severity of a failure, unless the policy file changes it.
    pub severity: Severity,
    /// Free words that group checks: `guide:4`, `beyond-guide`, an embedder's own.
    pub tags: &'static [&'static str],
    /// Whether a failure is a weakness that an attacker can use, rather than an operational fault.
    pub security: bool,
    /// What to do about a failure, in one sentence that holds for any resource.
    pub remediation: &'static str,
    /// The page, in Markdown: what it checks, why, remediation, examples.
    pub page: &'static str,
    /// The version of the crate that had it first.
    pub since: Option<&'static str>,
    /// Earlier ids, which still work in policy files and options.
    pub aliases: &'static [&'static str],
}

impl Meta {
    /// A check by its id, its title and the severity of a failure. Everything else starts empty.
    #[must_use]
    pub const fn new(id: &'static str, title: &'static str, severity: Severity) -> Self {
        Self {
            id,
            title,
            severity,
            tags: &[],
            security: false,
            remediation: "",
            page: "",
            since: None,
            aliases: &[],
        }
    }

    /// Sets the tags.
    #[must_use]
    pub const fn tags(mut self, tags: &'static [&'static str]) -> Self {
        self.tags = tags;
        self
    }

    /// Marks a failure as a weakness that an attacker can use.
    #[must_use]
    pub const fn security(mut self) -> Self {
        self.security = true;
        self
    }

    /// Sets what to do about a failure, in one sentence that holds for any resource.
    #[must_use]
    pub const fn remediation(mut self, remediation: &'static str) -> Self {
        self.remediation = remediation;
        self
    }

    /// Sets the page, in Markdown.
    #[must_use]
    pub const fn page(mut self, page: &'static str) -> Self {
        self.page = page;
        self
    }

    /// Sets the version of the crate that had the check first.
    #[must_use]
    pub const fn since(mut self, version: &'static str) -> Self {
        self.since = Some(version);
        self
    }

    /// Sets earlier ids, which still work in policy files and options.
    #[must_use]
    pub const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Whether the check has a tag.
    #[must_use]
    pub fn has_tag(&self, tag: &str) -> bool {
        self.tags.contains(&tag)
    }

    /// What follows `name:` in a tag: `4` of `guide:4` for `guide`.
    #[must_use]
    pub fn tag_value(&self, name: &str) -> Option<&'static str> {
        let value = |tag: &&'static str| tag.strip_prefix(name)?.strip_prefix(':');
        self.tags.iter().find_map(value)
    }

    /// The provider: the part of the id before the slash.
    #[must_use]
    pub fn provider(&self) -> &'static str {
        provider_of(self.id)
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

/// The provider of a check's id or of a kind's name: the part before the slash.
#[must_use]
pub fn provider_of(name: &'static str) -> &'static str {
    name.split_once('/').map_or(name, |(provider, _)| provider)
}
