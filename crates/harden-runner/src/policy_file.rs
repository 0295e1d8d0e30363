//! `harden.toml`: which estate, what is required, which checks are off, which risks are accepted.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use harden_core::{Finding, Location, Outcome, Policies, Policy, Severity, glob_matches};
use jiff::civil::Date;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IntoDeserializer as _};
use sha2::{Digest as _, Sha256};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::report::{Accepted, Notice, PolicyInfo};
use crate::select::nearest;

/// The tables of all providers of the product. One that a program did not bring is ignored with a
/// notice; any other name is an error.
pub(crate) const PROVIDERS: [&str; 7] =
    ["aws", "github", "sentry", "vercel", "http", "source", "ops"];

/// The policy file, but for its providers' tables, which go into [`Policies`].
#[derive(Debug, Clone, Default)]
pub struct PolicyFile {
    /// The path and the digest, for the report.
    pub info: Option<PolicyInfo>,
    estate: Estate,
    checks: Checks,
    /// The accepted risks.
    pub accept: Vec<Accept>,
    /// What was ignored.
    pub notices: Vec<Notice>,
    /// The line of each table, from 1.
    tables: BTreeMap<String, u32>,
}

/// The estate.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Estate {
    /// Its name: tells estates apart in code scanning.
    name: Option<String>,
    /// The file of the checkout at which findings about no file are shown.
    anchor: Option<String>,
}

/// Which checks are off or weigh otherwise.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Checks {
    /// Ids or patterns of checks that do not run.
    #[schemars(with = "Vec<String>")]
    off: Vec<Spanned<String>>,
    /// Severities by id or pattern: `critical`, `high`, `medium`, `low`, `info`.
    #[schemars(with = "BTreeMap<String, String>")]
    severity: BTreeMap<Spanned<String>, Severity>,
}

/// An accepted risk: a failure, or an unknown, that counts no more until a day.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// The check's id, with `*` for anything.
    pub check: String,
    /// The resource as the report shows it, with `*` for anything.
    pub resource: String,
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it counts: `"2027-03-31"`.
    #[schemars(with = "String")]
    pub expires: Date,
}

impl Accept {
    /// Whether it covers a finding: a failure or an unknown of its check on its resource.
    #[must_use]
    pub fn covers(&self, finding: &Finding) -> bool {
        matches!(finding.outcome, Outcome::Fail(..) | Outcome::Unknown(_))
            && glob_matches(&self.check, finding.check)
            && (self.resource == finding.resource.shown()
                || glob_matches(&self.resource, finding.resource.shown())
                || self.resource == *finding.resource.name)
    }
}

impl From<&Accept> for Accepted {
    fn from(accept: &Accept) -> Self {
        Self {
            reason: accept.reason.clone(),
            owner: accept.owner.clone(),
            expires: accept.expires,
        }
    }
}

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// What is wrong, in one line.
    pub message: String,
    /// Where, in bytes.
    pub span: Range<usize>,
    /// What to write instead.
    pub help: Option<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConfigError {}

impl ConfigError {
    pub(crate) fn of(error: &toml::de::Error) -> Self {
        let message = error.message().trim().to_owned();
        let help = suggestion(&message);
        Self {
            message,
            span: error.span().unwrap_or(0..0),
            help,
        }
    }

    /// The error with the line that it is about, as compilers show it.
    #[must_use]
    pub fn render(&self, text: &str, path: &str) -> String {
        let end = text.len();
        let span = self.span.start.min(end)..self.span.end.min(end);
        let snippet = Snippet::source(text)
            .path(path)
            .annotation(AnnotationKind::Primary.span(span));
        let mut group = Level::ERROR
            .primary_title(self.message.as_str())
            .element(snippet);
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        Renderer::plain().render(&[group])
    }
}

/// All that is wrong with a policy file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// From serde's "unknown field `x`, expected one of `a`, `b`": the nearest of them.
fn suggestion(message: &str) -> Option<String> {
    let mut quoted = message.split('`').skip(1).step_by(2);
    if !(message.starts_with("unknown field") || message.starts_with("unknown variant")) {
        return None;
    }
    let word = quoted.next()?;
    nearest(word, quoted).map(|found| format!("did you mean `{found}`?"))
}

type Parse = Box<dyn Fn(Spanned<DeValue<'_>>, &mut Policies) -> Result<(), toml::de::Error>>;

/// The tables that a program's providers have in the policy file.
#[derive(Default)]
pub struct Tables(BTreeMap<&'static str, Table>);

struct Table {
    parse: Parse,
    schema: fn(&mut SchemaGenerator) -> schemars::Schema,
}

impl Tables {
    /// No tables.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One more provider's table.
    #[must_use]
    pub fn with<P: Policy + DeserializeOwned + JsonSchema>(mut self) -> Self {
        let parse: Parse = Box::new(|value, policies| {
            let policy = P::deserialize(value.into_deserializer())?;
            policies.insert(policy);
            Ok(())
        });
        let schema = SchemaGenerator::subschema_for::<P>;
        self.0.insert(P::TABLE, Table { parse, schema });
        self
    }

    /// The JSON schema of a policy file with these tables.
    #[must_use]
    pub fn schema(&self) -> serde_json::Value {
        let mut generator = SchemaGenerator::default();
        let mut properties = serde_json::Map::new();
        let mut property = |name: &str, schema: schemars::Schema| {
            properties.insert(name.to_owned(), schema.to_value());
        };
        property("estate", generator.subschema_for::<Estate>());
        property("checks", generator.subschema_for::<Checks>());
        property("accept", generator.subschema_for::<Vec<Accept>>());
        for (name, table) in &self.0 {
            property(name, (table.schema)(&mut generator));
        }
        serde_json::json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "harden.toml",
            "description": "Which estate, what is required, which checks are off, which risks are accepted.",
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
            "$defs": generator.take_definitions(true),
        })
    }
}

impl PolicyFile {
    /// Reads a policy file. `ids` are the ids of the checks that the program brings.
    ///
    /// # Errors
    /// All that is wrong with it, each with its place in the text.
    pub fn parse(
        text: &str,
        path: &str,
        tables: &Tables,
        ids: &[&str],
    ) -> Result<(Self, Policies), ConfigErrors> {
        let root = DeTable::parse(text)
            .map_err(|e| ConfigErrors(vec![ConfigError::of(&e)]))?
            .into_inner();
        let mut file = Self {
            info: Some(PolicyInfo {
                path: path.to_owned(),
                sha256: hex(&Sha256::digest(text.as_bytes())),
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
                            "the policy's table [{other}] is ignored: this program does not \
                             audit that provider"
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
                let mut error = ConfigError::of(&error);
                if accept && error.message.contains("missing field") {
                    error.help = Some(
                        "an accepted risk has check, resource, reason, owner and expires".into(),
                    );
                }
                errors.push(error);
            }
        }
        file.check_ids(text, ids, &mut errors);
        if errors.is_empty() {
            Ok((file, policies))
        } else {
            errors.sort_by_key(|e| e.span.start);
            Err(ConfigErrors(errors))
        }
    }

    /// Every id that the file names is one of a check.
    fn check_ids(&self, text: &str, ids: &[&str], errors: &mut Vec<ConfigError>) {
        let off = self.checks.off.iter();
        let named = off
            .chain(self.checks.severity.keys())
            .map(|id| (id.get_ref().as_str(), id.span()));
        let accepted = self.accept.iter().map(|accept| {
            // the table's fields have no spans of their own once they are strings
            let quoted = [
                format!("\"{}\"", accept.check),
                format!("'{}'", accept.check),
            ];
            let at = quoted.iter().find_map(|q| text.find(q.as_str()));
            let at = at.unwrap_or_default();
            (accept.check.as_str(), at..at + accept.check.len() + 2)
        });
        for (id, span) in named.chain(accepted) {
            let brought = ids.iter().any(|known| glob_matches(id, known));
            let provider = id.split_once('/').map_or(id, |(p, _)| p);
            let other = PROVIDERS.contains(&provider)
                && !ids
                    .iter()
                    .any(|known| known.starts_with(&format!("{provider}/")));
            if !brought && !other {
                errors.push(ConfigError {
                    message: format!("`{id}` is no check"),
                    span,
                    help: Some(nearest(id, ids.iter().copied()).map_or_else(
                        || "`harden-cli checks` lists them".to_owned(),
                        |found| format!("did you mean `{found}`?"),
                    )),
                });
            }
        }
    }

    /// The estate's name, `default` where the file gives none.
    #[must_use]
    pub fn estate_name(&self) -> &str {
        self.estate.name.as_deref().unwrap_or("default")
    }

    /// The file of the checkout that findings about no file are shown at, if the policy names one.
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

    /// Whether the file has a table.
    #[must_use]
    pub fn has_table(&self, name: &str) -> bool {
        self.tables.contains_key(name)
    }

    /// The severity that the file gives a check.
    #[must_use]
    pub fn severity_of(&self, id: &str) -> Option<Severity> {
        let exact = self.checks.severity.iter().find(|(p, _)| p.get_ref() == id);
        exact
            .or_else(|| {
                let mut globs = self.checks.severity.iter();
                globs.find(|(p, _)| glob_matches(p.get_ref(), id))
            })
            .map(|(_, severity)| *severity)
    }

    /// Whether the file switches a check off.
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
        use fmt::Write as _;
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    struct House {
        doors: u32,
        garden: Garden,
    }

    #[derive(Debug, Default, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields, default)]
    struct Garden {
        trees: u32,
    }

    impl Policy for House {
        const TABLE: &'static str = "house";
    }

    fn parse(text: &str) -> Result<(PolicyFile, Policies), ConfigErrors> {
        let ids = ["house/door-open", "house/door-unlocked"];
        PolicyFile::parse(text, "harden.toml", &Tables::new().with::<House>(), &ids)
    }

    fn rendered(text: &str) -> String {
        let errors = parse(text).unwrap_err();
        let all = errors.0.iter().map(|e| e.render(text, "harden.toml"));
        all.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn tables_reach_their_providers() {
        let (file, policies) = parse(
            "[estate]\nname = 'production'\n[house]\ndoors = 3\n[house.garden]\ntrees = 2\n\
             [checks]\noff = ['house/door-*']\n[checks.severity]\n'house/door-open' = 'low'\n\
             [sentry]\nx = 1\n",
        )
        .unwrap();
        let house = policies.get::<House>();
        assert_eq!((house.doors, house.garden.trees), (3, 2));
        assert_eq!(file.estate_name(), "production");
        assert!(file.is_off("house/door-unlocked"));
        assert_eq!(file.severity_of("house/door-open"), Some(Severity::Low));
        assert_eq!(file.table_anchors("harden.toml")["house"].line, 3);
        assert!(file.notices[0].message.contains("[sentry]"));
    }

    #[test]
    fn errors_point_at_the_line_and_suggest() {
        for (text, line, word) in [
            (
                "[house]\ndors = 3\n",
                "harden.toml:2:1",
                "did you mean `doors`",
            ),
            (
                "[house]\n\n[house.garden]\ntrees = 'two'\n",
                "harden.toml:4:9",
                "invalid type",
            ),
            ("x = 1\n[huose]\n", "harden.toml:1:1", "unknown table `x`"),
            (
                "[checks]\noff = ['house/dor-open']\n",
                "harden.toml:2:8",
                "did you mean `house/door-open`",
            ),
            (
                "[checks.severity]\n'house/door-open' = 'hihg'\n",
                "harden.toml:2:",
                "did you mean `high`",
            ),
            (
                "[[accept]]\ncheck = 'house/nothing'\nresource='*'\nreason='x'\nowner='y'\nexpires='2026-01-01'\n",
                "harden.toml:2:9",
                "is no check",
            ),
            (
                "[[accept]]\ncheck = 'house/door-open'\n",
                "harden.toml:1:",
                "resource, reason, owner and expires",
            ),
            ("[house\n", "harden.toml:1:", "error"),
        ] {
            let shown = rendered(text);
            assert!(shown.contains(line), "{line}\n{shown}");
            assert!(shown.contains(word), "{word}\n{shown}");
        }
    }

    #[test]
    fn every_error_is_told_at_once() {
        let errors = parse("[house]\ndors = 1\n[checks]\noff = ['nothing/x']\n").unwrap_err();
        assert_eq!(errors.0.len(), 2);
    }
}
