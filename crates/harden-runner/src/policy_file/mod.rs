//! `harden.toml`: the name of the estate, what is required, which checks are off, and which risks
//! are accepted.

mod accept;
mod tables;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use harden_core::{Location, Policies, Severity, glob_matches};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IntoDeserializer as _};
use sha2::{Digest as _, Sha256};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub use accept::Accept;
pub use tables::Tables;

use crate::catalog::{Catalog, Named, nearest};
use crate::config_error::{ConfigError, ConfigErrors};
use crate::report::{Notice, PolicyInfo};

/// The tables of all providers of harden. A table of a provider that the program does not include is
/// ignored with a notice; any other unknown table is an error.
pub(crate) const PROVIDERS: [&str; 8] = [
    "aws", "delivery", "github", "http", "ops", "sentry", "source", "vercel",
];

/// The policy file without the providers' tables, which go into [`Policies`].
#[derive(Debug, Clone, Default)]
pub struct PolicyFile {
    /// The path and the digest, for the report. `None` without a policy file.
    pub info: Option<PolicyInfo>,
    estate: Estate,
    checks: Checks,
    /// The accepted risks.
    pub accept: Vec<Accept>,
    /// What was ignored, and why.
    pub notices: Vec<Notice>,
    /// The line of each table; the first line is 1.
    tables: BTreeMap<String, u32>,
}

/// The estate.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Estate {
    /// The name of the estate. Code scanning keeps the alerts of each estate apart by it.
    name: Option<String>,
    /// The file of the repository at which code scanning shows findings that are not about a file.
    anchor: Option<String>,
}

/// Which checks are off, and which have another severity.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Checks {
    /// The checks that do not run: ids or patterns.
    #[schemars(with = "Vec<String>")]
    off: Vec<Spanned<String>>,
    /// Severities by id or pattern: `critical`, `high`, `medium`, `low`, `info`.
    #[schemars(with = "BTreeMap<String, String>")]
    severity: BTreeMap<Spanned<String>, Severity>,
}

impl PolicyFile {
    /// Reads a policy file. `catalog` has the checks of the program, `tables` has the tables of its
    /// providers.
    ///
    /// # Errors
    /// All errors of the file, each with its position in the text.
    pub fn parse(
        text: &str,
        path: &str,
        tables: &Tables,
        catalog: &Catalog,
    ) -> Result<(Self, Policies), ConfigErrors> {
        let root = DeTable::parse(text)
            .map_err(|e| ConfigErrors(vec![ConfigError::from_toml(&e)]))?
            .into_inner();
        let mut file = Self {
            info: Some(PolicyInfo {
                path: path.to_owned(),
                sha256: hex(&Sha256::digest(text.as_bytes())),
                commit: None,
            }),
            ..Self::default()
        };
        let mut policies = Policies::default();
        let mut errors = Vec::new();
        for (key, value) in root {
            let (name, span) = (key.get_ref().to_string(), key.span());
            let accept = name == "accept";
            file.tables.insert(name.clone(), line_of(text, span.start));
            let result = match (name.as_str(), tables.0.get(name.as_str())) {
                ("estate", _) => read(value).map(|estate| file.estate = estate),
                ("checks", _) => read(value).map(|checks| file.checks = checks),
                ("accept", _) => read(value).map(|accept| file.accept = accept),
                (_, Some(table)) => (table.parse)(value, &mut policies),
                (other, None) if PROVIDERS.contains(&other) => {
                    file.notices.push(Notice {
                        message: format!(
                            "the table [{other}] of the policy file is ignored: this program does \
                             not audit that provider"
                        ),
                    });
                    Ok(())
                }
                (other, None) => {
                    let known = ["estate", "checks", "accept"].into_iter().chain(PROVIDERS);
                    errors.push(ConfigError {
                        message: format!("unknown table `{other}`"),
                        span,
                        help: nearest(other, known).map(|found| format!("did you mean `{found}`?")),
                    });
                    Ok(())
                }
            };
            if let Err(error) = result {
                let mut error = ConfigError::from_toml(&error);
                if accept && error.message.contains("missing field") {
                    error.help = Some(
                        "an accepted risk needs check, resource, reason, owner and expires".into(),
                    );
                } else if accept && error.message.contains("expected a sequence") {
                    error.message = "`accept` must be an array of tables".into();
                    error.help = Some("start each accepted risk with [[accept]]".into());
                }
                errors.push(error);
            }
        }
        file.check_ids(text, catalog, &mut errors);
        file.use_current_ids(catalog);
        if errors.is_empty() {
            Ok((file, policies))
        } else {
            errors.sort_by_key(|e| e.span.start);
            Err(ConfigErrors(errors))
        }
    }

    /// Adds an error for each id that does not name a check.
    fn check_ids(&mut self, text: &str, catalog: &Catalog, errors: &mut Vec<ConfigError>) {
        let off = self.checks.off.iter();
        let named = off
            .chain(self.checks.severity.keys())
            .map(|id| (id.get_ref().as_str(), id.span()));
        let accepted = self.accept.iter().map(|accept| {
            // After deserialization the fields are plain strings without spans: the position is found by
            // a search for the quoted id.
            let quoted = [
                format!("\"{}\"", accept.check),
                format!("'{}'", accept.check),
            ];
            let at = quoted.iter().find_map(|q| text.find(q.as_str()));
            let at = at.unwrap_or_default();
            (accept.check.as_str(), at..at + accept.check.len() + 2)
        });
        let mut notices = Vec::new();
        for (id, span) in named.chain(accepted) {
            let provider = id.split_once('/').map_or(id, |(p, _)| p);
            // The check can belong to a provider that this program does not include.
            if PROVIDERS.contains(&provider) && !catalog.has_provider(provider) {
                continue;
            }
            let Some(advice) = catalog.advice(id) else {
                continue;
            };
            if matches!(catalog.named(id), Named::Removed(_)) {
                notices.push(Notice {
                    message: format!("the policy file names {id}: {advice}"),
                });
                continue;
            }
            errors.push(ConfigError {
                message: format!("`{id}` is not a known check"),
                span,
                help: Some(advice),
            });
        }
        self.notices.append(&mut notices);
    }

    /// Replaces former ids with the current ones.
    fn use_current_ids(&mut self, catalog: &Catalog) {
        let renamed = |id: &Spanned<String>| {
            let now = catalog.current(id.get_ref()).into_owned();
            Spanned::new(id.span(), now)
        };
        self.checks.off = self.checks.off.iter().map(renamed).collect();
        let severity = std::mem::take(&mut self.checks.severity);
        self.checks.severity = severity
            .into_iter()
            .map(|(id, severity)| (renamed(&id), severity))
            .collect();
        for accept in &mut self.accept {
            accept.check = catalog.current(&accept.check).into_owned();
        }
    }

    /// The name of the estate; `default` if the file does not set one.
    #[must_use]
    pub fn estate_name(&self) -> &str {
        self.estate.name.as_deref().unwrap_or("default")
    }

    /// The file at which findings that are not about a file are shown, if the policy file sets one.
    #[must_use]
    pub fn anchor(&self) -> Option<&str> {
        self.estate.anchor.as_deref()
    }

    /// The line of each provider's table in the policy file at `path`, relative to the checkout.
    #[must_use]
    pub fn table_anchors(&self, path: &str) -> BTreeMap<String, Location> {
        self.tables
            .iter()
            .map(|(table, line)| {
                let location = Location {
                    path: path.to_owned(),
                    line: *line,
                    column: 1,
                };
                (table.clone(), location)
            })
            .collect()
    }

    /// Whether the file has a table of this name.
    #[must_use]
    pub fn has_table(&self, name: &str) -> bool {
        self.tables.contains_key(name)
    }

    /// The severity that the file sets for a check. The id itself has precedence, then the pattern with
    /// the most characters other than `*`.
    #[must_use]
    pub fn severity_of(&self, id: &str) -> Option<Severity> {
        let all = self.checks.severity.iter();
        let matching = all.filter(|(p, _)| p.get_ref() == id || glob_matches(p.get_ref(), id));
        let specificity = |pattern: &str| (pattern == id, pattern.replace('*', "").len());
        matching
            .max_by_key(|(p, _)| specificity(p.get_ref()))
            .map(|(_, severity)| *severity)
    }

    /// Whether the file turns a check off.
    #[must_use]
    pub fn is_off(&self, id: &str) -> bool {
        self.checks
            .off
            .iter()
            .any(|p| glob_matches(p.get_ref(), id))
    }
}

fn read<T: DeserializeOwned>(value: Spanned<DeValue<'_>>) -> Result<T, toml::de::Error> {
    T::deserialize(value.into_deserializer())
}

fn line_of(text: &str, at: usize) -> u32 {
    let before = text.as_bytes().iter().take(at);
    let lines = before.filter(|b| **b == b'\n').count();
    u32::try_from(lines + 1).unwrap_or(u32::MAX)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests;
