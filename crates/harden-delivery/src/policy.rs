//! The `[delivery]` table of `harden.toml`.

use harden_core::Policy;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// Which deployment belongs to which Sentry project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[non_exhaustive]
#[serde(deny_unknown_fields, default)]
pub struct DeliveryPolicy {
    /// The deployment of each Sentry project. Default: the deployment with the name of the project,
    /// else all deployments that the run reads and that belong to no other project.
    pub projects: Vec<ProjectPolicy>,
}

impl Policy for DeliveryPolicy {
    const TABLE: &'static str = "delivery";
}

/// The deployment of one Sentry project.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[non_exhaustive]
#[serde(deny_unknown_fields)]
pub struct ProjectPolicy {
    /// The Sentry project, by its slug.
    pub sentry: String,
    /// What deploys it: `github:owner/repo`, or `vercel:project`, by the project's name or id.
    #[serde(deserialize_with = "deployed_by")]
    pub deployed_by: String,
}

fn deployed_by<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let repository = |name: &str| {
        let parts: Vec<&str> = name.split('/').collect();
        parts.len() == 2 && parts.iter().all(|part| !part.is_empty())
    };
    match text.split_once(':') {
        Some(("github", name)) if repository(name) => Ok(text),
        Some(("vercel", name)) if !name.is_empty() => Ok(text),
        _ => Err(D::Error::custom(
            "expected `github:owner/repo` or `vercel:project`",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<DeliveryPolicy, String> {
        toml::from_str(text).map_err(|e| e.message().to_owned())
    }

    #[test]
    fn a_project_names_what_deploys_it() {
        let policy = read("[[projects]]\nsentry = 'web'\ndeployed_by = 'vercel:shop'").unwrap();
        assert_eq!(policy.projects[0].deployed_by, "vercel:shop");
        for (text, expected) in [
            (
                "[[projects]]\nsentry = 'web'",
                "missing field `deployed_by`",
            ),
            (
                "[[projects]]\nsentry = 'web'\ndeployed_by = 'shop'",
                "expected `github:owner/repo`",
            ),
            (
                "[[projects]]\nsentry = 'web'\ndeployed_by = 'github:shop'",
                "expected `github:owner/repo`",
            ),
            ("project = []", "unknown field `project`"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
