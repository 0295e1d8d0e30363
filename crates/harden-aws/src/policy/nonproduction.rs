//! The `[aws.nonproduction]` table.

use schemars::JsonSchema;
use serde::Deserialize;

/// Which resources are not production.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct NonproductionPolicy {
    /// Names of resources that are not production, with `*` as a wildcard.
    pub names: Vec<String>,
    /// The tag with the environment.
    pub tag: String,
    /// Values of that tag that mean production; any other value does not.
    pub production_values: Vec<String>,
    /// The tag of Instance Scheduler on AWS.
    pub schedule_tag: String,
}

impl Default for NonproductionPolicy {
    fn default() -> Self {
        let strings = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
        Self {
            names: strings(&[
                "dev-*",
                "*-dev",
                "*-dev-*",
                "staging-*",
                "*-staging",
                "*-staging-*",
                "test-*",
                "*-test",
                "*-test-*",
                "qa-*",
                "*-qa",
                "*-qa-*",
                "sandbox-*",
                "*-sandbox",
                "*-sandbox-*",
            ]),
            tag: "environment".to_owned(),
            production_values: strings(&["production", "prod", "live"]),
            schedule_tag: "Schedule".to_owned(),
        }
    }
}
