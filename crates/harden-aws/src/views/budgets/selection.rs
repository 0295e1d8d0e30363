//! Which costs of an account an expression selects.
//!
//! Types of charges are those of the dimension RECORD_TYPE ("Charge type" in "Budget filters", Cost
//! Management user guide).

use std::collections::BTreeSet;

use crate::resources::{CostDimension, CostExpression};

/// The costs of an account that an expression selects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Selection {
    Whole,
    Nothing,
    /// Everything but charges of these types.
    Without(BTreeSet<String>),
    /// Only charges of these types.
    Only(BTreeSet<String>),
    /// A part of the costs, for the reader: `SERVICE Amazon RDS`.
    Part(String),
    /// Unclear, with the reason.
    Unclear(String),
}

/// The charge types that a budget over the whole cost can leave out: they are not the cost of what runs.
const LEFT_OUT: &[&str] = &["credit", "refund", "tax", "support"];

impl Selection {
    /// What an expression selects of the costs of an account.
    pub(crate) fn of(expression: &CostExpression, account: &str) -> Self {
        match expression {
            CostExpression::And(parts) => {
                let parts = parts.iter().map(|part| Self::of(part, account));
                parts.reduce(Self::and).unwrap_or_else(no_operand)
            }
            // A or B is everything but what is neither in A nor in B
            CostExpression::Or(parts) => {
                let parts = parts.iter().map(|part| Self::of(part, account).not());
                parts.reduce(Self::and).map_or_else(no_operand, Self::not)
            }
            CostExpression::Not(inner) => Self::of(inner, account).not(),
            CostExpression::Dimension(dimension) => of_dimension(dimension, account),
            CostExpression::Other(what) => Self::Part(what.clone()),
        }
    }

    fn not(self) -> Self {
        match self {
            Self::Whole => Self::Nothing,
            Self::Nothing => Self::Whole,
            Self::Without(types) => Self::Only(types),
            Self::Only(types) => Self::Without(types),
            Self::Part(what) => match what.strip_prefix("not ") {
                Some(inner) => Self::Part(inner.to_owned()),
                None => Self::Part(format!("not {what}")),
            },
            unclear @ Self::Unclear(_) => unclear,
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, _) | (_, Self::Nothing) => Self::Nothing,
            (Self::Whole, other) | (other, Self::Whole) => other,
            (Self::Part(a), Self::Part(b)) => Self::Part(format!("{a}, {b}")),
            (part @ Self::Part(_), _) | (_, part @ Self::Part(_)) => part,
            (unclear @ Self::Unclear(_), _) | (_, unclear @ Self::Unclear(_)) => unclear,
            (Self::Without(mut a), Self::Without(b)) => {
                a.extend(b);
                Self::Without(a)
            }
            (Self::Only(a), Self::Only(b)) => Self::Only(a.intersection(&b).cloned().collect()),
            (Self::Only(a), Self::Without(b)) | (Self::Without(b), Self::Only(a)) => {
                Self::Only(a.difference(&b).cloned().collect())
            }
        }
    }

    /// Whether it selects the whole cost. Credits, refunds, taxes and the fee of a support plan may be
    /// left out.
    ///
    /// # Errors
    /// The reason why it is unclear.
    pub(crate) fn is_whole(&self) -> Result<Result<(), String>, String> {
        let shown = |types: &BTreeSet<String>| Vec::from_iter(types.clone()).join(", ");
        match self {
            Self::Whole => Ok(Ok(())),
            Self::Nothing => Ok(Err("narrowed to other accounts".to_owned())),
            Self::Part(what) => Ok(Err(format!("narrowed by {what}"))),
            Self::Without(types) => {
                let mut others = types.iter().filter(|t| !is_left_out(t));
                match others.next() {
                    None => Ok(Ok(())),
                    Some(other) if is_usage(other) => {
                        Ok(Err(format!("without charges of the type {other}")))
                    }
                    Some(_) => Err(format!(
                        "it leaves out charges of the types {}",
                        shown(types)
                    )),
                }
            }
            Self::Only(types) if types.iter().any(|t| is_usage(t)) => Err(format!(
                "it counts only charges of the types {}",
                shown(types)
            )),
            Self::Only(types) => Ok(Err(format!(
                "narrowed to charges of the types {}",
                shown(types)
            ))),
            Self::Unclear(why) => Err(why.clone()),
        }
    }

    /// Whether it can select credits.
    pub(crate) fn has_credits(&self) -> bool {
        let credit =
            |types: &BTreeSet<String>| types.iter().any(|t| t.eq_ignore_ascii_case("credit"));
        match self {
            Self::Without(types) => !credit(types),
            Self::Only(types) => credit(types),
            _ => true,
        }
    }
}

fn no_operand() -> Selection {
    Selection::Unclear("its expression has an operator without operands".to_owned())
}

/// Discounts are negative amounts, as credits are.
fn is_left_out(charge_type: &str) -> bool {
    let name = charge_type.to_ascii_lowercase();
    LEFT_OUT.contains(&&*name) || name.contains("discount") && !is_usage(charge_type)
}

/// `Usage`, `DiscountedUsage`, `SavingsPlanCoveredUsage`.
fn is_usage(charge_type: &str) -> bool {
    charge_type.to_ascii_lowercase().contains("usage")
}

fn of_dimension(dimension: &CostDimension, account: &str) -> Selection {
    let CostDimension {
        key,
        values,
        match_options,
    } = dimension;
    let plain = |option: &String| matches!(&**option, "EQUALS" | "CASE_SENSITIVE");
    if !matches!(&**key, "LINKED_ACCOUNT" | "RECORD_TYPE") {
        return Selection::Part(format!("{key} {}", values.join(", ")));
    }
    if !match_options.iter().all(plain) {
        let options = match_options.join(", ");
        return Selection::Unclear(format!("its expression compares {key} by {options}"));
    }
    if key == "RECORD_TYPE" {
        return Selection::Only(values.iter().cloned().collect());
    }
    if values.iter().any(|value| value == account) {
        Selection::Whole
    } else {
        Selection::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "392853978631";

    fn of(text: &str) -> String {
        let expression: CostExpression = serde_json::from_str(text).unwrap();
        match Selection::of(&expression, ACCOUNT).is_whole() {
            Ok(Ok(())) => "whole".to_owned(),
            Ok(Err(why)) => format!("part: {why}"),
            Err(why) => format!("unclear: {why}"),
        }
    }

    fn dimension(key: &str, values: &[&str]) -> String {
        serde_json::json!({"dimension": {"key": key, "values": values, "match_options": []}})
            .to_string()
    }

    #[test]
    fn an_expression_can_select_the_whole_cost() {
        let own = dimension("LINKED_ACCOUNT", &[ACCOUNT]);
        let other = dimension("LINKED_ACCOUNT", &["111122223333"]);
        let credits = dimension("RECORD_TYPE", &["Credit", "Refund"]);
        for whole in [
            own.clone(),
            format!(r#"{{"not": {credits}}}"#),
            format!(r#"{{"and": [{own}, {{"not": {credits}}}]}}"#),
            format!(r#"{{"or": [{other}, {own}]}}"#),
            format!(r#"{{"not": {other}}}"#),
            format!(r#"{{"not": {{"or": [{credits}, {other}]}}}}"#),
        ] {
            assert_eq!(of(&whole), "whole", "{whole}");
        }
    }

    #[test]
    fn an_expression_can_select_a_part() {
        let own = dimension("LINKED_ACCOUNT", &[ACCOUNT]);
        let service = dimension("SERVICE", &["Amazon RDS"]);
        for (part, why) in [
            (service.clone(), "part: narrowed by SERVICE Amazon RDS"),
            (
                format!(r#"{{"and": [{own}, {service}]}}"#),
                "part: narrowed by SERVICE Amazon RDS",
            ),
            (
                format!(r#"{{"not": {service}}}"#),
                "part: narrowed by not SERVICE Amazon RDS",
            ),
            (
                dimension("LINKED_ACCOUNT", &["111122223333"]),
                "part: narrowed to other accounts",
            ),
            (
                format!(r#"{{"not": {own}}}"#),
                "part: narrowed to other accounts",
            ),
            (
                r#"{"other": "the tag team"}"#.to_owned(),
                "part: narrowed by the tag team",
            ),
            (
                dimension("RECORD_TYPE", &["Tax"]),
                "part: narrowed to charges of the types Tax",
            ),
            (
                format!(r#"{{"not": {}}}"#, dimension("RECORD_TYPE", &["Usage"])),
                "part: without charges of the type Usage",
            ),
        ] {
            assert_eq!(of(&part), why, "{part}");
        }
    }

    #[test]
    fn what_an_expression_selects_can_be_unclear() {
        for text in [
            dimension("RECORD_TYPE", &["Usage", "Tax"]),
            format!(r#"{{"not": {}}}"#, dimension("RECORD_TYPE", &["Recurring"])),
            r#"{"dimension": {"key": "LINKED_ACCOUNT", "values": ["39"],
                "match_options": ["STARTS_WITH"]}}"#
                .to_owned(),
            r#"{"and": []}"#.to_owned(),
        ] {
            assert!(of(&text).starts_with("unclear"), "{text}: {}", of(&text));
        }
    }
}
