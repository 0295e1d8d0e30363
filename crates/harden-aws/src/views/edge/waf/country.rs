//! What becomes of an ordinary request from a country.

use harden_core::Unknown;

use super::reach::is_label;
use super::stage::Stage;
use super::stages::Stages;
use crate::resources::{LabelMatch, Statement};

/// How the labels begin that a geographic match puts on requests.
const COUNTRY: &str = "awswaf:clientip:geo:country:";

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Landing {
    /// It comes to the application.
    In,
    /// It is blocked.
    Blocked,
}

/// What becomes of an ordinary request from a country: no attack, from an address that no list
/// has, and not the one too many.
///
/// # Errors
/// Where a rule goes by what is in the request, or a group could not be read.
pub(crate) fn landing(
    stages: &Stages<'_>,
    default: Landing,
    country: &str,
) -> Result<Landing, Unknown> {
    // rules that may have ended it, one for each way
    let (mut perhaps_in, mut perhaps_blocked) = (None, None);
    let mut lands = default;
    for (at, stage) in stages.all.iter().enumerate() {
        let action = match (stage.does("Allow"), stage.does("Block")) {
            (true, _) => Landing::In,
            (_, true) => Landing::Blocked,
            _ => continue,
        };
        match matches(&stage.rule.statement, country, stages.before(at)) {
            Some(false) => {}
            Some(true) => {
                lands = action;
                break;
            }
            None => {
                let perhaps = match action {
                    Landing::In => &mut perhaps_in,
                    Landing::Blocked => &mut perhaps_blocked,
                };
                perhaps.get_or_insert(&stage.shown);
            }
        }
    }
    let otherwise = match lands {
        Landing::In => perhaps_blocked,
        Landing::Blocked => perhaps_in,
    };
    if let Some(rule) = otherwise {
        let message = format!(
            "the rule {rule} goes by what is in a request: what becomes of those from {country}, \
             can't be told"
        );
        return Err(Unknown::undetermined(message).during("wafv2:GetWebACL"));
    }
    match stages.unclear() {
        Some(unknown) => Err(unknown.clone()),
        None => Ok(lands),
    }
}

/// Whether a statement is about such a request, where that can be told.
fn matches(statement: &Statement, country: &str, before: &[Stage<'_>]) -> Option<bool> {
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
    let extraordinary = statement.ip_set_reference_statement.is_some()
        || statement.sqli_match_statement.is_some()
        || statement.xss_match_statement.is_some()
        || statement.rate_based_statement.is_some()
        || statement.managed_rule_group_statement.is_some();
    extraordinary.then_some(false)
}

/// Kleene's disjunction (`decisive` true) or conjunction (false).
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

/// Whether an earlier rule has AWS WAF put the label of the country on a request: every geo match
/// statement does that, if it is asked, whatever countries it names (AWS WAF Developer Guide,
/// "Geographic match rule statement"). Beside other statements it may not be.
fn located(before: &[Stage<'_>]) -> Option<bool> {
    fold(
        before.iter().map(|stage| locates(&stage.rule.statement)),
        true,
    )
}

fn locates(statement: &Statement) -> Option<bool> {
    let within = |statements: &[Statement]| {
        let mut parts = statements.iter();
        let none = parts.all(|one| locates(one) == Some(false));
        none.then_some(false)
    };
    if let Some(geo) = &statement.geo_match_statement {
        // of a forwarded address it tells another country
        return (!geo.other.contains_key("ForwardedIPConfig")).then_some(true);
    }
    if let Some(not) = &statement.not_statement {
        return locates(&not.statement);
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
    Some(false)
}

fn labelled(wanted: &LabelMatch, country: &str, before: &[Stage<'_>]) -> Option<bool> {
    if let Some(code) = wanted.key.strip_prefix(COUNTRY)
        && wanted.scope == "LABEL"
    {
        return located(before).map(|located| located && code == country);
    }
    if wanted.key.starts_with("awswaf:") && !wanted.key.contains(":webacl:") {
        return None;
    }
    let putting = before.iter().enumerate().filter(|(_, stage)| {
        let labels = stage.rule.rule_labels.iter();
        labels
            .map(|label| &*label.name)
            .any(|label| is_label(wanted, label))
    });
    let put = putting.map(|(at, stage)| {
        let before = before.get(..at).unwrap_or_default();
        matches(&stage.rule.statement, country, before)
    });
    fold(put, true)
}
