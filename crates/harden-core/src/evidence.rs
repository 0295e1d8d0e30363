//! What was found, what was wanted, and where it was read.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use crate::Location;

/// One setting of the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Item {
    /// The setting, by the API's name where it has one: `BackupRetentionPeriod`.
    pub setting: Cow<'static, str>,
    /// What it was found to be, with its unit.
    pub found: Box<str>,
    /// What was wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Cow<'static, str>>,
    /// The API operation that told: `rds:DescribeDBInstances`.
    pub source: Cow<'static, str>,
}

/// The evidence for a verdict. Nothing secret enters it: the listing that reads a secret keeps
/// only what may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct Evidence {
    /// The settings that decided.
    pub items: Vec<Item>,
    /// What a reader should know beside the settings.
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
            wanted: None,
            source: source.into(),
        });
        self
    }

    /// What was wanted of the last setting.
    #[must_use]
    pub fn wanted(mut self, wanted: impl Into<Cow<'static, str>>) -> Self {
        if let Some(item) = self.items.last_mut() {
            item.wanted = Some(wanted.into());
        }
        self
    }

    /// The place in the checkout that decided.
    #[must_use]
    pub fn at(mut self, location: Location) -> Self {
        self.at = Some(Box::new(location));
        self
    }

    /// What a reader should know beside the settings; a second note is appended.
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

/// One line: `BackupRetentionPeriod is 1 day, wanted at least 7 days`.
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, item) in self.items.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{} is {}", item.setting, item.found)?;
            if let Some(wanted) = &item.wanted {
                write!(f, ", wanted {wanted}")?;
            }
        }
        match &self.note {
            Some(note) if self.items.is_empty() => write!(f, "{note}"),
            Some(note) => write!(f, "; {note}"),
            None => Ok(()),
        }
    }
}
