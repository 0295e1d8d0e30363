//! Evaluates the conditions of a statement.

mod operator;
mod resolved;
mod value;

pub(crate) use operator::{Comparison, Operator, Order, Quantifier};
pub(crate) use resolved::resolve;
pub(crate) use value::{date, network};

use crate::document::{Condition, Version};
use crate::request::{Lookup, RequestKeys};
use crate::truth::Truth;
use crate::variable::split_variables;

/// Whether a condition holds (IAM User Guide, "IAM JSON policy elements: Condition operators" and
/// "Conditions with multiple context keys or values").
pub(crate) fn holds(condition: &Condition, version: Version, view: &RequestKeys<'_>) -> Truth {
    let Some(operator) = Operator::parse(&condition.operator) else {
        return Truth::unknown(&condition.operator);
    };
    // AWS documents that a key without values has no effect, but not whether the condition then holds.
    if condition.values.is_empty() {
        return Truth::unknown(&condition.key);
    }
    match view.get(&condition.key) {
        Lookup::Unknown => Truth::unknown(&condition.key),
        Lookup::Absent => evaluate_absent(condition, operator),
        Lookup::Known(values) => PresentKey {
            condition,
            operator,
            version,
            view,
        }
        .holds(values),
    }
}

/// Whether a condition holds in a request without its key.
pub(crate) fn holds_if_absent(condition: &Condition, operator: Operator) -> Truth {
    evaluate_absent(condition, operator)
}

/// Whether an operator can compare a value of a policy.
pub(crate) fn is_readable(kind: Comparison, value: &str) -> bool {
    match kind {
        Comparison::Text { .. } | Comparison::Like => true,
        Comparison::Numeric(_) => value::numeric(operator::Order::Equal, value, value).is_some(),
        Comparison::Date(_) => value::date(operator::Order::Equal, value, value).is_some(),
        Comparison::Bool | Comparison::Null => value::boolean(value).is_some(),
        Comparison::Binary => value::binary(value).is_some(),
        Comparison::Ip => network(value).is_some(),
        Comparison::Arn => value.starts_with("arn:") || value.starts_with('*'),
    }
}

/// The key is not in the request. Negated operators, `IfExists` and `ForAllValues:` then match ("IAM
/// JSON policy elements: Condition operators"). This is the trap of such policies: a condition that
/// looks strict does not restrict requests without the key.
fn evaluate_absent(condition: &Condition, operator: Operator) -> Truth {
    if operator.comparison == Comparison::Null {
        return evaluate_null(condition, true);
    }
    let matches = match operator.quantifier {
        _ if operator.if_exists => true,
        Some(quantifier) => quantifier == Quantifier::All,
        None => operator.negated,
    };
    matches.into()
}

/// The operator `Null`: `true` requires that the key is absent, `false` that it is present.
fn evaluate_null(condition: &Condition, absent: bool) -> Truth {
    Truth::any(
        condition
            .values
            .iter()
            .map(|value| match value::boolean(value) {
                Some(must_be_absent) => (must_be_absent == absent).into(),
                None => Truth::unknown(&condition.key),
            }),
    )
}

/// A condition whose key is in the request.
struct PresentKey<'a> {
    condition: &'a Condition,
    operator: Operator,
    version: Version,
    view: &'a RequestKeys<'a>,
}

impl PresentKey<'_> {
    fn holds(&self, values: &[String]) -> Truth {
        if self.operator.comparison == Comparison::Null {
            return evaluate_null(self.condition, false);
        }
        // "A null data set, such as an empty string" counts as an absent key for the set operators
        // ("Conditions with multiple context keys or values").
        let empty = values.iter().all(String::is_empty);
        let mut each = values.iter().map(|value| self.compare_with_all(value));
        match self.operator.quantifier {
            Some(quantifier) if empty => (quantifier == Quantifier::All).into(),
            Some(Quantifier::All) => Truth::all(each),
            Some(Quantifier::Any) => Truth::any(each),
            // Without a set operator AWS does not document which of several values is compared. The
            // answer is certain only if all of them give the same result.
            None => match each.next() {
                Some(first) if each.all(|next| next == first) => first,
                _ => Truth::unknown(&self.condition.key),
            },
        }
    }

    /// Compares one value of the request with all values of the policy: any of them must match, or
    /// none for a negated operator.
    fn compare_with_all(&self, actual: &str) -> Truth {
        let any = Truth::any(
            self.condition
                .values
                .iter()
                .map(|expected| self.compare(expected, actual)),
        );
        if self.operator.negated {
            any.not()
        } else {
            any
        }
    }

    fn compare(&self, expected: &str, actual: &str) -> Truth {
        let truth = match self.operator.comparison {
            Comparison::Text { .. } | Comparison::Like | Comparison::Arn => {
                return self.compare_text(expected, actual);
            }
            Comparison::Numeric(order) => value::numeric(order, expected, actual),
            Comparison::Date(order) => value::date(order, expected, actual),
            Comparison::Bool => value::same(value::boolean(expected), value::boolean(actual)),
            Comparison::Binary => value::same(value::binary(expected), value::binary(actual)),
            Comparison::Ip => value::ip(expected, actual),
            Comparison::Null => None,
        };
        truth.map_or_else(|| Truth::unknown(&self.condition.key), Truth::from)
    }

    /// The operators whose values can contain policy variables: only the string and ARN operators
    /// ("IAM policy elements: Variables and tags").
    fn compare_text(&self, expected: &str, actual: &str) -> Truth {
        let pieces = split_variables(expected, self.version);
        let fold = matches!(
            self.operator.comparison,
            Comparison::Text { ignore_case: true }
        );
        let wild = !matches!(self.operator.comparison, Comparison::Text { .. });
        let mut expected = resolve(&pieces, self.view, wild);
        let actual = if fold {
            lowercase(actual)
        } else {
            actual.to_owned()
        };
        if fold {
            expected.make_lowercase();
        }
        if self.operator.comparison == Comparison::Arn && !expected.has_gap() {
            return value::arn(expected.tokens(), &actual)
                .map_or_else(|| Truth::unknown(&self.condition.key), Truth::from);
        }
        expected.matches(&actual, self.operator.negated)
    }
}

/// Lowercases character by character, as [`resolved::Resolved::make_lowercase`] does. `str::to_lowercase`
/// treats a final sigma differently, so the two sides would not match.
fn lowercase(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests;
