//! Values of condition keys that the caller of an action chooses.
//!
//! A condition on what the caller chooses does not keep the caller from a call: whoever may call only in
//! one region calls there. The values are taken from the policies.

use crate::condition::{Comparison, Operator, Order, date};
use crate::document::Condition;

/// Values of keys, one for each key.
pub(crate) type Scenario = Vec<(String, String)>;

/// Keys that the caller chooses. IAM User Guide, "AWS global condition context keys", properties of the
/// request.
const CHOSEN: &[&str] = &[
    "aws:Referer",
    "aws:RequestedRegion",
    "aws:TagKeys",
    "aws:UserAgent",
];

/// The policy that a caller attaches if it can choose one.
const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// A value that no policy names.
const OTHER: &str = "zq7xk";

/// The maximum number of combinations, and of values for each key.
const MOST: usize = 48;
const VALUES: usize = 4;

/// The combinations of values of the keys that the caller chooses and that the conditions name.
pub(crate) fn of(conditions: &[&Condition], account: &str) -> Vec<Scenario> {
    let mut keys: Vec<String> = conditions
        .iter()
        .map(|one| one.key().to_ascii_lowercase())
        .collect();
    keys.sort();
    keys.dedup();
    let mut scenarios: Vec<Scenario> = vec![Vec::new()];
    for key in keys {
        let values = values(&key, conditions, account);
        if values.is_empty() || scenarios.len() * values.len() > MOST {
            continue;
        }
        scenarios = scenarios
            .iter()
            .flat_map(|scenario| {
                values.iter().map(|value| {
                    let mut more = scenario.clone();
                    more.push((key.clone(), value.clone()));
                    more
                })
            })
            .collect();
    }
    // Without a key that the caller chooses there is nothing to try.
    scenarios.retain(|one| !one.is_empty());
    scenarios
}

/// The values that the caller can choose for a key; none if it does not choose the key.
fn values(key: &str, conditions: &[&Condition], account: &str) -> Vec<String> {
    if key == "aws:resourceaccount" {
        // The resources of the account itself.
        return vec![account.to_owned()];
    }
    if key == "iam:policyarn" {
        return vec![ADMINISTRATOR.to_owned()];
    }
    let chosen = CHOSEN.iter().any(|one| one.eq_ignore_ascii_case(key));
    if !chosen && !key.starts_with("aws:requesttag/") {
        return Vec::new();
    }
    let own = conditions
        .iter()
        .filter(|one| one.key().eq_ignore_ascii_case(key));
    let mut values: Vec<String> = own
        .flat_map(|one| one.values())
        .map(|one| fill(one))
        .collect();
    values.sort();
    values.dedup();
    values.truncate(VALUES);
    values.push(OTHER.to_owned());
    values
}

/// A text that a pattern matches.
fn fill(pattern: &str) -> String {
    pattern.replace(['*', '?'], "x")
}

/// When this version was written. Every call is later.
const WRITTEN: &str = "2026-11-30T00:00:00Z";

/// The keys of times of which all dates in the policies are in the past, with a time that represents
/// every time from now on: the session of a role begins later than the policy was read.
pub(crate) fn times(conditions: &[&Condition]) -> Vec<(&'static str, &'static str)> {
    let keys = ["aws:CurrentTime", "aws:EpochTime", "aws:TokenIssueTime"];
    let past = |condition: &&&Condition| {
        let Some(operator) = Operator::parse(condition.operator()) else {
            return false;
        };
        match operator.comparison {
            Comparison::Date(_) => condition
                .values()
                .iter()
                .all(|one| date(Order::Greater, one, WRITTEN) == Some(true)),
            Comparison::Null => true,
            _ => false,
        }
    };
    let of = |key: &&'static str| {
        let mut own = conditions
            .iter()
            .filter(|one| one.key().eq_ignore_ascii_case(key))
            .peekable();
        own.peek().is_some() && own.all(|one| past(&one))
    };
    keys.into_iter()
        .filter(of)
        .map(|key| (key, WRITTEN))
        .collect()
}
