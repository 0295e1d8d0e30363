//! The share of requests that a statement matches, as far as the statement itself shows it.

use super::claim::Claim;
use super::ip_sets::{IpSets, share_of};
use super::ordered_rule::OrderedRule;
use crate::resources::{LabelMatch, Statement};

/// The share of requests that a statement matches. The order is from few to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MatchedShare {
    /// A few requests: listed addresses, attacks.
    Few,
    /// All requests of some countries.
    Countries,
    /// Those of the addresses of an IP set that was not read.
    UnreadAddresses,
    /// It inspects the content of requests, so the share is not known.
    Unclear,
    /// All requests but a few.
    Most,
}

/// The rules before one, which add labels, and the IP sets that statements refer to.
#[derive(Clone, Copy)]
pub(crate) struct Before<'r, 'a> {
    pub(crate) rules: &'r [OrderedRule<'a>],
    pub(crate) sets: &'r IpSets,
}

impl Before<'_, '_> {
    /// The rules before one of these.
    pub(super) fn up_to(self, at: usize) -> Self {
        Self {
            rules: self.rules.get(..at).unwrap_or_default(),
            ..self
        }
    }
}

/// The share of requests that a statement matches, given the rules before it, which add labels.
pub(crate) fn matched_share(statement: &Statement, before: Before<'_, '_>) -> MatchedShare {
    let of = |statement: &Statement| matched_share(statement, before);
    if let Some(all) = &statement.and_statement {
        let parts: Vec<MatchedShare> = all.statements.iter().map(of).collect();
        return both(&parts);
    }
    if let Some(any) = &statement.or_statement {
        return any
            .statements
            .iter()
            .map(of)
            .max()
            .unwrap_or(MatchedShare::Unclear);
    }
    if let Some(not) = &statement.not_statement {
        return match of(&not.statement) {
            MatchedShare::Few => MatchedShare::Most,
            MatchedShare::Most => MatchedShare::Few,
            other => other,
        };
    }
    if let Some(label) = &statement.label_match_statement {
        return labelled(label, before);
    }
    if statement.geo_match_statement.is_some() {
        return MatchedShare::Countries;
    }
    if statement.ip_set_reference_statement.is_some() {
        return share_of(statement, before.sets);
    }
    let few = statement.sqli_match_statement.is_some()
        || statement.xss_match_statement.is_some()
        || statement.rate_based_statement.is_some()
        || statement.managed_rule_group_statement.is_some();
    if few {
        MatchedShare::Few
    } else {
        MatchedShare::Unclear
    }
}

/// The share of requests that match all parts. The smallest share decides, so the shares are tried
/// from few to countries; an unclear part can be as small as few.
fn both(parts: &[MatchedShare]) -> MatchedShare {
    for decisive in [
        MatchedShare::Few,
        MatchedShare::UnreadAddresses,
        MatchedShare::Unclear,
        MatchedShare::Countries,
    ] {
        if parts.contains(&decisive) {
            return decisive;
        }
    }
    parts.iter().copied().min().unwrap_or(MatchedShare::Unclear)
}

/// The share of requests that have a label: the largest share among the rules that add it. A label of
/// a managed rule group is unclear, since the rules of the group are not readable.
fn labelled(matched: &LabelMatch, before: Before<'_, '_>) -> MatchedShare {
    if matched.key.starts_with("awswaf:") && !matched.key.contains(":webacl:") {
        return MatchedShare::Unclear;
    }
    let labelling = before.rules.iter().enumerate().filter(|(_, stage)| {
        let labels = stage.rule.rule_labels.iter();
        labels
            .map(|label| &*label.name)
            .any(|label| is_label(matched, label))
    });
    let shares =
        labelling.map(|(at, stage)| matched_share(&stage.rule.statement, before.up_to(at)));
    shares.max().unwrap_or(MatchedShare::Few)
}

/// Whether a label match statement matches the label of a rule. A rule of the same web ACL can name the
/// label without its prefix ("Label match rule statement", developer guide).
pub(super) fn is_label(matched: &LabelMatch, label: &str) -> bool {
    if matched.scope == "NAMESPACE" {
        return label.starts_with(&*matched.key) || matched.key.ends_with(":webacl:");
    }
    matched.key == label || matched.key.ends_with(&format!(":{label}"))
}

/// Whether a statement matches nearly every request that a part of it matches.
pub(crate) fn covers(
    statement: &Statement,
    part: &dyn Fn(&Statement) -> bool,
    before: Before<'_, '_>,
) -> Claim {
    if part(statement) {
        return Claim::Yes;
    }
    let no = || Claim::No("it matches other requests".to_owned());
    if let Some(any) = &statement.or_statement {
        let parts = any.statements.iter().map(|s| covers(s, part, before));
        return Claim::any(parts, "it matches no request");
    }
    let Some(all) = &statement.and_statement else {
        return no();
    };
    let narrowed = |at: usize| {
        let others = all.statements.iter().enumerate().filter(|(i, _)| *i != at);
        let shares: Vec<MatchedShare> = others.map(|(_, s)| matched_share(s, before)).collect();
        match both(&shares) {
            _ if shares.is_empty() => Claim::Yes,
            MatchedShare::Most => Claim::Yes,
            MatchedShare::UnreadAddresses => Claim::unclear(
                "the addresses of an IP set that narrows it were not read".to_owned(),
            ),
            MatchedShare::Unclear => Claim::unclear(
                "a condition on the content of requests narrows it; how much is not known"
                    .to_owned(),
            ),
            MatchedShare::Few | MatchedShare::Countries => {
                Claim::No("another condition narrows it to few requests".to_owned())
            }
        }
    };
    let parts = all.statements.iter().enumerate();
    let parts = parts.map(|(at, s)| covers(s, part, before).and(|| narrowed(at)));
    Claim::any(parts, "it matches no request")
}
