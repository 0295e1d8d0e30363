//! Conditions of a statement.

mod operator;
mod resolved;
mod value;

pub(crate) use operator::{Comparison, Operator, Order, Quantifier};
pub(crate) use resolved::resolve;
pub(crate) use value::network;

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
    // AWS documents a key without values only as having no effect, not as which one.
    if condition.values.is_empty() {
        return Truth::unknown(&condition.key);
    }
    match view.get(&condition.key) {
        Lookup::Unknown => Truth::unknown(&condition.key),
        Lookup::Absent => absent(condition, operator),
        Lookup::Known(values) => Known {
            condition,
            operator,
            version,
            view,
        }
        .holds(values),
    }
}

/// What an operator makes of a key that is not in the request.
pub(crate) fn if_absent(condition: &Condition, operator: Operator) -> Truth {
    absent(condition, operator)
}

/// Whether an operator can make something of a value of a policy.
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

/// The key is not in the request: negated operators, `IfExists` and `ForAllValues:` match.
fn absent(condition: &Condition, operator: Operator) -> Truth {
    if operator.comparison == Comparison::Null {
        return null(condition, true);
    }
    let matches = match operator.quantifier {
        _ if operator.if_exists => true,
        Some(quantifier) => quantifier == Quantifier::All,
        None => operator.negated,
    };
    matches.into()
}

fn null(condition: &Condition, absent: bool) -> Truth {
    Truth::any(
        condition
            .values
            .iter()
            .map(|value| match value::boolean(value) {
                Some(wants_absent) => (wants_absent == absent).into(),
                None => Truth::unknown(&condition.key),
            }),
    )
}

/// A condition whose key is in the request.
struct Known<'a> {
    condition: &'a Condition,
    operator: Operator,
    version: Version,
    view: &'a RequestKeys<'a>,
}

impl Known<'_> {
    fn holds(&self, values: &[String]) -> Truth {
        if self.operator.comparison == Comparison::Null {
            return null(self.condition, false);
        }
        // "A null data set, such as an empty string" is as good as no key.
        let empty = values.iter().all(String::is_empty);
        let mut each = values.iter().map(|value| self.one(value));
        match self.operator.quantifier {
            Some(quantifier) if empty => (quantifier == Quantifier::All).into(),
            Some(Quantifier::All) => Truth::all(each),
            Some(Quantifier::Any) => Truth::any(each),
            // Several values under an operator for one: AWS leaves it open which of them counts.
            None => match each.next() {
                Some(first) if each.all(|next| next == first) => first,
                _ => Truth::unknown(&self.condition.key),
            },
        }
    }

    /// One value of the request: matched by any value of the policy; for a negated operator, by none.
    fn one(&self, actual: &str) -> Truth {
        let any = Truth::any(
            self.condition
                .values
                .iter()
                .map(|wanted| self.pair(wanted, actual)),
        );
        if self.operator.negated {
            any.not()
        } else {
            any
        }
    }

    fn pair(&self, wanted: &str, actual: &str) -> Truth {
        let truth = match self.operator.comparison {
            Comparison::Text { .. } | Comparison::Like | Comparison::Arn => {
                return self.text(wanted, actual);
            }
            Comparison::Numeric(order) => value::numeric(order, wanted, actual),
            Comparison::Date(order) => value::date(order, wanted, actual),
            Comparison::Bool => value::same(value::boolean(wanted), value::boolean(actual)),
            Comparison::Binary => value::same(value::binary(wanted), value::binary(actual)),
            Comparison::Ip => value::ip(wanted, actual),
            Comparison::Null => None,
        };
        truth.map_or_else(|| Truth::unknown(&self.condition.key), Truth::from)
    }

    /// The operators whose values may hold policy variables.
    fn text(&self, wanted: &str, actual: &str) -> Truth {
        let pieces = split_variables(wanted, self.version);
        let fold = matches!(
            self.operator.comparison,
            Comparison::Text { ignore_case: true }
        );
        let wild = !matches!(self.operator.comparison, Comparison::Text { .. });
        let mut wanted = resolve(&pieces, self.view, wild);
        let actual = if fold {
            lowercase(actual)
        } else {
            actual.to_owned()
        };
        if fold {
            wanted.make_lowercase();
        }
        if self.operator.comparison == Comparison::Arn && !wanted.has_gap() {
            return value::arn(wanted.tokens(), &actual)
                .map_or_else(|| Truth::unknown(&self.condition.key), Truth::from);
        }
        wanted.matches(&actual, self.operator.negated)
    }
}

/// Character by character, as [`resolved::Resolved::make_lowercase`] does it.
fn lowercase(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests;
