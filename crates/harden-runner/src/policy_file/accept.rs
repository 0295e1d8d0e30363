//! Accepted risks.

use harden_core::{Cause, Finding, Outcome, glob_matches};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::report::Accepted;

/// An accepted risk: a failure or an unknown that does not count until a date.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// The id of the check; `*` matches any text.
    pub check: String,
    /// The resource as the report shows it, or its name; `*` matches any text.
    pub resource: String,
    /// Why the risk is accepted.
    #[serde(deserialize_with = "non_empty_text")]
    pub reason: String,
    /// Who is responsible for it.
    #[serde(deserialize_with = "non_empty_text")]
    pub owner: String,
    /// The last day on which the risk is accepted, for example `"2027-03-31"`.
    #[schemars(with = "String")]
    #[serde(deserialize_with = "date")]
    pub expires: Date,
}

impl Accept {
    /// Whether the entry covers a finding: a failure or an unknown of its check on its resource.
    ///
    /// An unknown with a temporary cause (a throttled call, an outage), and one about facts that a
    /// snapshot does not contain, is never covered: it is not a property of the estate that somebody could
    /// accept.
    #[must_use]
    pub fn covers(&self, finding: &Finding) -> bool {
        let counts = match &finding.outcome {
            Outcome::Fail(..) => true,
            Outcome::Unknown(unknown) => {
                !unknown.cause.is_passing() && unknown.cause != Cause::NotRecorded
            }
            Outcome::Pass(_) | Outcome::NotApplicable(_) => false,
        };
        let named = |name: &str| self.resource == name || glob_matches(&self.resource, name);
        counts
            && glob_matches(&self.check, finding.check)
            && (named(finding.resource.shown()) || named(&finding.resource.name))
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

/// A text that must not be empty.
fn non_empty_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() {
        return Err(D::Error::custom(
            "the value is empty: an accepted risk needs a reason and an owner",
        ));
    }
    Ok(text)
}

/// A date, as a string or as a TOML date.
fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Value {
        Text(String),
        Toml(toml::value::Datetime),
    }
    let text = match Value::deserialize(deserializer) {
        Ok(Value::Text(text)) => text,
        Ok(Value::Toml(date)) => date.to_string(),
        Err(_) => String::new(),
    };
    text.parse()
        .map_err(|_| D::Error::custom("the value is not a date: write it as \"2027-03-31\""))
}
