//! Conditions that hold too often, and values of the wrong form.

use std::net::IpAddr;

use super::{DocumentLinter, Finding, Rule};
use crate::condition::{Comparison, Operator, Quantifier, network};
use crate::document::{Condition, Part, Statement};
use crate::table::KeyType;

impl DocumentLinter<'_> {
    /// Reports a key that is twice under one operator. IAM compares keys without regard to case.
    pub(super) fn check_keys_are_unique(&mut self, index: usize, statement: &Statement) {
        let all = statement.conditions();
        for (at, condition) in all.iter().enumerate() {
            let twice = |one: &&Condition| {
                one.operator() == condition.operator()
                    && one.key().eq_ignore_ascii_case(condition.key())
            };
            if let Some(first) = all[..at].iter().find(twice) {
                let message = format!(
                    "The condition keys `{}` and `{}` are the same: case does not matter.",
                    first.key(),
                    condition.key()
                );
                let finding = Finding::new(Rule::ConditionKeyTwice, message)
                    .instead("Combine the two, with both values in one list.");
                self.report(finding, index, Part::Key(at));
            }
        }
    }

    /// IAM User Guide, "Single-valued vs. multivalued context keys": `ForAllValues` also holds for a
    /// request without the key.
    pub(super) fn check_quantifier(
        &mut self,
        index: usize,
        at: usize,
        condition: &Condition,
        operator: Operator,
        kind: KeyType,
    ) {
        let (name, key) = (condition.operator(), condition.key());
        let single = kind != KeyType::Unknown && !kind.is_many();
        let list = key.to_ascii_lowercase().ends_with(":amr");
        if operator.quantifier != Some(Quantifier::All) || !single || list {
            return;
        }
        let message = format!(
            "{name} also holds for a request without `{key}`, which has one value: ForAllValues is for \
             keys with several values."
        );
        let plain = name.split_once(':').map_or(name, |(_, plain)| plain);
        let finding = Finding::new(Rule::ForAllValues, message).instead(format!("Use {plain}."));
        self.report(finding, index, Part::Operator(at));
    }

    /// Reports conditions that any value meets, private addresses, and ids of the wrong form.
    pub(super) fn check_meaning(
        &mut self,
        index: usize,
        at: usize,
        condition: &Condition,
        operator: Operator,
    ) {
        let (name, key) = (condition.operator(), condition.key());
        let wild = matches!(operator.comparison, Comparison::Like | Comparison::Arn);
        for (value, text) in condition.values().iter().enumerate() {
            let everything = !text.is_empty() && text.chars().all(|c| c == '*');
            if wild && everything && operator.quantifier.is_none() && !operator.if_exists {
                let null = if operator.negated { "true" } else { "false" };
                let message = format!(
                    "{name} `{key}` `{text}` only checks whether the key is present: it is equivalent to \
                     Null `{key}` {null}."
                );
                let finding = Finding::new(Rule::EquivalentToNull, message).instead(format!(
                    "Write Null `{key}` {null}, or the values that are meant."
                ));
                self.report(finding, index, Part::Value(at, value));
            }
            let ip = operator.comparison == Comparison::Ip;
            if ip && key.eq_ignore_ascii_case("aws:SourceIp") && is_private(text) {
                let message = format!(
                    "`{text}` is a private address, but aws:SourceIp is the public address of the caller."
                );
                let finding = Finding::new(Rule::PrivateSourceIp, message).instead(
                    "Use aws:VpcSourceIp with aws:SourceVpc for calls through a VPC endpoint, or the \
                     public address.",
                );
                self.report(finding, index, Part::Value(at, value));
            }
            let text_operator = matches!(
                operator.comparison,
                Comparison::Text { .. } | Comparison::Like
            );
            if text_operator && let Some(form) = wrong_form(key, text) {
                let message = format!("`{text}` is not a value of `{key}`: it must be {form}.");
                let finding = Finding::new(Rule::ValueMalformed, message);
                self.report(finding, index, Part::Value(at, value));
            }
        }
    }
}

/// The form that a value of a global key must have, if it does not have it. Only the part before a
/// wildcard or a variable is compared.
fn wrong_form(key: &str, value: &str) -> Option<&'static str> {
    let starts = |prefix: &'static str| {
        let fixed = value.split(['*', '?', '$']).next().unwrap_or_default();
        let open = fixed.len() < value.len();
        fixed.starts_with(prefix) || (open && prefix.starts_with(fixed))
    };
    let account = || {
        let open = value.contains(['*', '?', '$']);
        let digits = value.bytes().all(|b| b.is_ascii_digit());
        open || (value.len() == 12 && digits) || !value.bytes().any(|b| b.is_ascii_digit())
    };
    let (fits, form) = match key.to_ascii_lowercase().as_str() {
        "aws:sourcevpc" | "aws:ec2instancesourcevpc" => {
            (starts("vpc-"), "the id of a VPC, vpc-...")
        }
        "aws:sourcevpce" => (starts("vpce-"), "the id of a VPC endpoint, vpce-..."),
        "aws:principalorgid" | "aws:resourceorgid" | "aws:sourceorgid" | "aws:vpceorgid" => {
            (starts("o-"), "the id of an organization, o-...")
        }
        "aws:sourceaccount"
        | "aws:principalaccount"
        | "aws:resourceaccount"
        | "aws:vpceaccount" => (account(), "an account id with 12 digits"),
        _ => return None,
    };
    (!fits).then_some(form)
}

/// Private, shared and loopback addresses (RFC 1918, RFC 6598, RFC 4193).
fn is_private(range: &str) -> bool {
    match network(range) {
        Some((IpAddr::V4(address), prefix)) => {
            let shared = address.octets()[0] == 100 && (64..128).contains(&address.octets()[1]);
            prefix >= 8 && (address.is_private() || address.is_loopback() || shared)
        }
        Some((IpAddr::V6(address), prefix)) => {
            prefix >= 7 && (address.segments()[0] & 0xfe00) == 0xfc00
        }
        None => false,
    }
}
