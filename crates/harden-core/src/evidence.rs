//! What was found, what was expected, and where it was read.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use crate::Location;

/// One setting of the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Item {
    /// The setting, by the API's name where it has one: `BackupRetentionPeriod`.
    pub setting: Cow<'static, str>,
    /// What it was found to be, with its unit.
    pub found: Box<str>,
    /// The value that was expected. Version 1 of the JSON report calls it `wanted`.
    #[serde(rename = "wanted", skip_serializing_if = "Option::is_none")]
    pub expected: Option<Cow<'static, str>>,
    /// The API operation that returned it: `rds:DescribeDBInstances`.
    pub source: Cow<'static, str>,
}

/// The evidence for a verdict. It holds no secret: the listing that reads a secret keeps only what
/// may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
#[non_exhaustive]
pub struct Evidence {
    /// The settings that decided.
    pub items: Vec<Item>,
    /// What a reader should know besides the settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Cow<'static, str>>,
    /// The place in the checkout that decided, for evidence from source and workflows; the finding
    /// carries it.
    #[serde(skip)]
    pub at: Option<Box<Location>>,
}

impl Evidence {
    /// Evidence of one setting, read by an API operation.
    pub fn of(
        setting: impl Into<Cow<'static, str>>,
        found: impl fmt::Display,
        source: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::default().and(setting, found, source)
    }

    /// One more setting.
    #[must_use]
    pub fn and(
        mut self,
        setting: impl Into<Cow<'static, str>>,
        found: impl fmt::Display,
        source: impl Into<Cow<'static, str>>,
    ) -> Self {
        // most evidence is one or two items, and a large estate has a great many
        self.items.reserve_exact(1);
        self.items.push(Item {
            setting: setting.into(),
            found: found.to_string().into(),
            expected: None,
            source: source.into(),
        });
        self
    }

    /// The value that was expected of the last setting.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<Cow<'static, str>>) -> Self {
        if let Some(item) = self.items.last_mut() {
            item.expected = Some(expected.into());
        }
        self
    }

    /// The place in the checkout that decided.
    #[must_use]
    pub fn at(mut self, location: Location) -> Self {
        self.at = Some(Box::new(location));
        self
    }

    /// What a reader should know besides the settings; a second note is appended.
    #[must_use]
    pub fn note(mut self, note: impl Into<Cow<'static, str>>) -> Self {
        let note = note.into();
        self.note = Some(match self.note {
            Some(before) => format!("{before}; {note}").into(),
            None => note,
        });
        self
    }
}

/// `BackupRetentionPeriod: 1 day (expected at least 7 days)`.
impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.found)?;
        match &self.expected {
            Some(expected) => write!(f, " (expected {expected})"),
            None => Ok(()),
        }
    }
}

/// One line: the settings, then the note, with semicolons between them.
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, item) in self.items.iter().enumerate() {
            let separator = if i > 0 { "; " } else { "" };
            write!(f, "{separator}{item}")?;
        }
        match &self.note {
            Some(note) if self.items.is_empty() => write!(f, "{note}"),
            Some(note) => write!(f, "; {note}"),
            None => Ok(()),
        }
    }
}
