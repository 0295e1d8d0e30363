//! The containers of ECS services with the names of their variables, never the values.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{EcsService, ValueClass};
use crate::arn::{Arn, id_of};

/// A revision of a task definition that a service uses. Source: ecs:DescribeTaskDefinition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskDefinition {
    /// The ARN, with the revision.
    pub arn: String,
    /// Its containers.
    #[serde(default)]
    pub containers: Known<Vec<Container>>,
}

/// A container of a task definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Container {
    /// The name.
    pub name: String,
    /// The variables with a plain value (environment).
    pub environment: Vec<EnvironmentVariable>,
    /// The other named values: the options of its log driver and of FireLens, its labels, and the
    /// arguments of its command, entry point and health check.
    #[serde(default)]
    pub other_values: Known<Vec<OtherValue>>,
    /// The references (valueFrom of its secrets and of the options of its log driver, and the credentials
    /// of the registry of its image): ARNs and names, no values.
    pub value_from: Vec<String>,
}

/// A variable with a plain value. The value itself is never recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EnvironmentVariable {
    /// The name.
    pub name: String,
    /// The class of the value.
    pub value: ValueClass,
}

/// A named value outside the environment. The value itself is never recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OtherValue {
    /// The field of the container: `logConfiguration.options`, `command`.
    pub field: String,
    /// The name: of the option, of the label, or of the argument (`--api-key`, `argument 2`).
    pub name: String,
    /// The class of the value.
    pub value: ValueClass,
}

impl OtherValue {
    /// A named value with its class. The value is not kept.
    #[must_use]
    pub fn classified(field: &str, name: &str, value: &str) -> Self {
        Self {
            field: field.to_owned(),
            name: name.to_owned(),
            value: ValueClass::of(value),
        }
    }

    /// The values in the arguments of a command: those of options (`--name value`, `--name=value`,
    /// `NAME=value`), and arguments that are credentials by their format. A line for a shell is split
    /// into its words.
    #[must_use]
    pub fn of_command(field: &str, arguments: &[String]) -> Vec<Self> {
        let words = arguments
            .iter()
            .flat_map(|argument| argument.split_whitespace());
        let words: Vec<&str> = words
            .map(|word| word.trim_matches(['"', '\'', ';']))
            .collect();
        let mut found = Vec::new();
        for (i, word) in words.iter().enumerate() {
            let option = word.starts_with('-');
            let named = word.split_once('=').filter(|(name, _)| is_name(name));
            let next = words.get(i + 1).filter(|next| !next.starts_with('-'));
            match (named, next) {
                (Some((name, value)), _) => {
                    let value = value.trim_matches(['"', '\'']);
                    found.push(Self::classified(field, name, value));
                }
                (None, Some(value)) if option && is_name(word) => {
                    found.push(Self::classified(field, word, value));
                }
                _ => {}
            }
            let alone = Self::classified(field, &format!("argument {}", i + 1), word);
            if matches!(alone.value, ValueClass::Token(_) | ValueClass::UrlPassword) {
                found.push(alone);
            }
        }
        found
    }
}

/// Whether a text is the name of an option or a variable.
fn is_name(text: &str) -> bool {
    let name = text.trim_start_matches('-');
    name.len() > 1
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

impl EnvironmentVariable {
    /// A variable with the class of its value. The value is not kept.
    #[must_use]
    pub fn classified(name: String, value: &str) -> Self {
        Self {
            name,
            value: ValueClass::of(value),
        }
    }
}

impl TaskDefinition {
    /// The `family:revision` in the ARN of a task definition.
    #[must_use]
    pub fn revision_of(arn: &str) -> &str {
        Arn::parse(arn).map_or(arn, |parts| parts.name())
    }

    /// The family in the ARN of a task definition. It stays the same over deployments.
    #[must_use]
    pub fn family_of(arn: &str) -> &str {
        let revision = Self::revision_of(arn);
        revision
            .split_once(':')
            .map_or(revision, |(family, _)| family)
    }
}

impl Resource for TaskDefinition {
    const KIND: &'static Kind = &Kind::new("aws/task-definition")
        .permissions(&["ecs:DescribeTaskDefinition"])
        .starts_from(&[EcsService::KIND]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.arn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_in_commands_have_their_option_as_name() {
        let of = |arguments: &[&str]| {
            let arguments: Vec<String> = arguments.iter().map(|a| (*a).to_owned()).collect();
            OtherValue::of_command("command", &arguments)
        };
        let opaque = "9f86d081884c7d659a2feaa0c55ad015";
        for (arguments, name) in [
            (&["serve", "--api-key", opaque][..], "--api-key"),
            (&["serve", &format!("--token={opaque}")], "--token"),
            (
                &["sh", "-c", &format!("API_TOKEN={opaque} ./run")],
                "API_TOKEN",
            ),
            (
                &["redis-server", "--requirepass", "hunter2"],
                "--requirepass",
            ),
        ] {
            let found = of(arguments);
            assert!(found.iter().any(|value| value.name == name), "{found:?}");
            let text = format!("{found:?}");
            assert!(
                !text.contains(opaque) && !text.contains("hunter2"),
                "{text}"
            );
        }
        let url = of(&["migrate", "postgres://app:hunter2@db/app"]);
        assert_eq!(url[0].value, ValueClass::UrlPassword);
        assert!(of(&["node", "server.js"]).is_empty());
    }
}
