//! The `[ops]` table of `harden.toml`. Every default is the guide's value.

use std::collections::BTreeMap;

use harden_core::Policy;
use jiff::ToSpan as _;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::Duty;

/// Which recurring duties the team has.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[non_exhaustive]
#[serde(deny_unknown_fields, default)]
pub struct OpsPolicy {
    /// The first day of production: `2026-01-05`. The dashboards are reviewed daily for the first
    /// days from then on.
    #[schemars(with = "Option<String>")]
    pub production_since: Option<Date>,
    /// For how many days of production the dashboards are reviewed daily.
    pub dashboard_days: u32,
    /// Other periods than the guide's, in days, by the name of the duty.
    #[serde(deserialize_with = "periods")]
    pub period_days: BTreeMap<String, u32>,
    /// The duties that the team does not have.
    #[serde(deserialize_with = "duties")]
    pub excluded_duties: Vec<String>,
    /// Whether the policy file has the table. A team that has it has decided to record its duties.
    #[serde(skip, default = "table_exists")]
    pub is_in_file: bool,
}

impl Policy for OpsPolicy {
    const TABLE: &'static str = "ops";
}

impl Default for OpsPolicy {
    fn default() -> Self {
        Self {
            production_since: None,
            dashboard_days: 14,
            period_days: BTreeMap::new(),
            excluded_duties: Vec::new(),
            is_in_file: false,
        }
    }
}

/// A table is only read where the file has it.
fn table_exists() -> bool {
    true
}

impl OpsPolicy {
    /// How often a duty is due, in days.
    #[must_use]
    pub fn period_of(&self, duty: &Duty) -> u32 {
        let set = self.period_days.get(duty.name);
        set.copied().unwrap_or(duty.period_days)
    }

    /// Whether the team does not have a duty.
    #[must_use]
    pub fn excludes(&self, duty: &Duty) -> bool {
        self.excluded_duties.iter().any(|name| name == duty.name)
    }

    /// Why a duty does not apply on a day; `None` if it applies.
    #[must_use]
    pub fn exclusion(&self, duty: &Duty, today: Date) -> Option<String> {
        if self.excludes(duty) {
            return Some("the policy excludes this duty".to_owned());
        }
        if duty.name != Duty::DASHBOARD_REVIEW {
            return None;
        }
        let days = self.dashboard_days;
        let Some(start) = self.production_since else {
            return Some(format!(
                "due daily in the first {days} days of production, and `production_since` in [ops] \
                 of harden.toml is not set"
            ));
        };
        if today < start {
            return Some(format!("production starts on {start}"));
        }
        let end = start.saturating_add(i64::from(days).days());
        (today >= end).then(|| {
            format!("due daily in the first {days} days of production, which started on {start}")
        })
    }
}

fn is_duty<E: serde::de::Error>(name: &str) -> Result<(), E> {
    match Duty::find(name) {
        Some(_) => Ok(()),
        None => {
            let known: Vec<_> = Duty::names().collect();
            Err(E::custom(format!(
                "`{name}` is not a duty: use one of {}",
                known.join(", ")
            )))
        }
    }
}

fn periods<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, u32>, D::Error> {
    let periods = BTreeMap::<String, u32>::deserialize(deserializer)?;
    for (name, days) in &periods {
        is_duty(name)?;
        if *days == 0 {
            return Err(D::Error::custom("a period must be at least 1 day"));
        }
    }
    Ok(periods)
}

fn duties<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    names.iter().try_for_each(|name| is_duty(name))?;
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<OpsPolicy, String> {
        toml::from_str(text).map_err(|e| e.message().to_owned())
    }

    #[test]
    fn an_empty_table_has_the_values_of_the_guide() {
        let policy = read("").unwrap();
        let expected = OpsPolicy {
            is_in_file: true,
            ..OpsPolicy::default()
        };
        assert_eq!(policy, expected);
        let days: Vec<u32> = Duty::ALL
            .iter()
            .map(|duty| policy.period_of(duty))
            .collect();
        assert_eq!(days, [1, 7, 7, 31, 31, 92, 92, 366, 366, 366]);
    }

    #[test]
    fn invalid_values_are_rejected() {
        for (text, expected) in [
            ("periods = 3", "unknown field `periods`"),
            (
                "period_days = { cost-reviews = 3 }",
                "`cost-reviews` is not a duty",
            ),
            ("period_days = { cost-review = 0 }", "at least 1 day"),
            ("excluded_duties = ['slack']", "`slack` is not a duty"),
            ("production_since = 'soon'", ""),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn the_dashboards_are_reviewed_in_the_first_days_only() {
        let policy = read("production_since = '2026-01-05'").unwrap();
        let duty = Duty::find(Duty::DASHBOARD_REVIEW).unwrap();
        let applies = |day: &str| policy.exclusion(duty, day.parse().unwrap()).is_none();
        assert!(!applies("2026-01-04"));
        assert!(applies("2026-01-05"));
        assert!(applies("2026-01-18"));
        assert!(!applies("2026-01-19"));
    }
}
