//! The outcome of an ordinary request from a country.

use harden_core::Unknown;

use super::rule_order::RuleOrder;
use super::share::{Before, is_label};
use crate::resources::{LabelMatch, Statement};

/// The prefix of the labels that a geographic match statement adds.
const COUNTRY: &str = "awswaf:clientip:geo:country:";

/// The outcome of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is allowed.
    Allowed,
    /// It is blocked.
    Blocked,
}

/// The outcome of an ordinary request from a country: it is not an attack, its address is on no list,
/// and it is below every rate limit.
///
/// # Errors
/// A rule depends on the content of the request, or a rule group could not be read.
pub(crate) fn outcome_for_country(
    order: &RuleOrder<'_>,
    default: Outcome,
    country: &str,
) -> Result<Outcome, Unknown> {
    // the first rule that may have allowed the request, and the first that may have blocked it
    let (mut perhaps_allowed, mut perhaps_blocked) = (None, None);
    let mut lands = default;
    for (at, stage) in order.all.iter().enumerate() {
        let action = match (stage.does("Allow"), stage.does("Block")) {
            (true, _) => Outcome::Allowed,
            (_, true) => Outcome::Blocked,
            _ => continue,
        };
        match matches(&stage.rule.statement, country, order.before(at)) {
            Some(false) => {}
            Some(true) => {
                lands = action;
                break;
            }
            None => {
                let perhaps = match action {
                    Outcome::Allowed => &mut perhaps_allowed,
                    Outcome::Blocked => &mut perhaps_blocked,
                };
                perhaps.get_or_insert(&stage.label);
            }
        }
    }
    let otherwise = match lands {
        Outcome::Allowed => perhaps_blocked,
        Outcome::Blocked => perhaps_allowed,
    };
    if let Some(rule) = otherwise {
        let message = format!(
            "the rule {rule} depends on the content of a request; the outcome of requests from \
             {country} is not known"
        );
        return Err(Unknown::undetermined(message).during("wafv2:GetWebACL"));
    }
    match order.unread_rule() {
        Some(unknown) => Err(unknown.clone()),
        None => Ok(lands),
    }
}

/// Whether a statement matches such a request, or `None` where that depends on its content.
fn matches(statement: &Statement, country: &str, before: Before<'_, '_>) -> Option<bool> {
    let of = |statement: &Statement| matches(statement, country, before);
    if let Some(all) = &statement.and_statement {
        return fold(all.statements.iter().map(of), false);
    }
    if let Some(any) = &statement.or_statement {
        return fold(any.statements.iter().map(of), true);
    }
    if let Some(not) = &statement.not_statement {
        return of(&not.statement).map(|matched| !matched);
    }
    if let Some(geo) = &statement.geo_match_statement {
        return Some(geo.country_codes.iter().any(|code| code == country));
    }
    if let Some(label) = &statement.label_match_statement {
        return labelled(label, country, before);
    }
    // an empty statement matches unknown requests, like one that inspects their content
    let only_unusual = statement.ip_set_reference_statement.is_some()
        || statement.sqli_match_statement.is_some()
        || statement.xss_match_statement.is_some()
        || statement.rate_based_statement.is_some()
        || statement.managed_rule_group_statement.is_some();
    only_unusual.then_some(false)
}

/// The three-valued OR (`decisive` is true) or AND (`decisive` is false).
fn fold(parts: impl Iterator<Item = Option<bool>>, decisive: bool) -> Option<bool> {
    let mut all_known = true;
    for part in parts {
        match part {
            Some(value) if value == decisive => return Some(decisive),
            Some(_) => {}
            None => all_known = false,
        }
    }
    all_known.then_some(!decisive)
}

/// Whether an earlier rule made AWS WAF add the country label to a request. Every geographic match
/// statement that is evaluated adds it, whatever countries it names ("Geographic match rule
/// statement", developer guide). In an AND or OR, another statement can decide first, so that the
/// geographic match is not evaluated.
fn has_country_label(before: Before<'_, '_>) -> Option<bool> {
    fold(
        before
            .rules
            .iter()
            .map(|stage| adds_country_label(&stage.rule.statement)),
        true,
    )
}

fn adds_country_label(statement: &Statement) -> Option<bool> {
    let within = |statements: &[Statement]| {
        let mut parts = statements.iter();
        let adds_none = parts.all(|one| adds_country_label(one) == Some(false));
        adds_none.then_some(false)
    };
    if let Some(geo) = &statement.geo_match_statement {
        // with ForwardedIPConfig the label is the country of another address
        return (!geo.other.contains_key("ForwardedIPConfig")).then_some(true);
    }
    if let Some(not) = &statement.not_statement {
        return adds_country_label(&not.statement);
    }
    if let Some(all) = &statement.and_statement {
        return within(&all.statements);
    }
    if let Some(any) = &statement.or_statement {
        return within(&any.statements);
    }
    if let Some(rate) = &statement.rate_based_statement
        && let Some(scope) = &rate.scope_down_statement
    {
        return within(std::slice::from_ref(scope));
    }
    // an empty statement can be any statement
    (!statement.is_empty()).then_some(false)
}

fn labelled(matched: &LabelMatch, country: &str, before: Before<'_, '_>) -> Option<bool> {
    if let Some(code) = matched.key.strip_prefix(COUNTRY)
        && matched.scope == "LABEL"
    {
        return has_country_label(before).map(|located| located && code == country);
    }
    if matched.key.starts_with("awswaf:") && !matched.key.contains(":webacl:") {
        return None;
    }
    let labelling = before.rules.iter().enumerate().filter(|(_, stage)| {
        let labels = stage.rule.rule_labels.iter();
        labels
            .map(|label| &*label.name)
            .any(|label| is_label(matched, label))
    });
    let labelled = labelling.map(|(at, stage)| {
        let before = before.up_to(at);
        matches(&stage.rule.statement, country, before)
    });
    fold(labelled, true)
}
