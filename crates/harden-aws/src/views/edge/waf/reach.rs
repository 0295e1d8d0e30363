//! How many requests a statement is about, as far as that can be told without seeing them.

use super::holds::Holds;
use super::stage::Stage;
use crate::resources::{LabelMatch, Statement};

/// How many requests a statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// A few: those of listed addresses, attacks.
    Few,
    /// All of some countries.
    Countries,
    /// It looks into requests: which it is about can't be told.
    Unclear,
    /// All but a few.
    Most,
}

/// How many requests a statement is about, after earlier rules have put their labels on.
pub(crate) fn reach(statement: &Statement, before: &[Stage<'_>]) -> Reach {
    let of = |statement: &Statement| reach(statement, before);
    if let Some(all) = &statement.and_statement {
        let parts: Vec<Reach> = all.statements.iter().map(of).collect();
        return both(&parts);
    }
    if let Some(any) = &statement.or_statement {
        return any
            .statements
            .iter()
            .map(of)
            .max()
            .unwrap_or(Reach::Unclear);
    }
    if let Some(not) = &statement.not_statement {
        return match of(&not.statement) {
            Reach::Few => Reach::Most,
            Reach::Most => Reach::Few,
            other => other,
        };
    }
    if let Some(label) = &statement.label_match_statement {
        return labelled(label, before);
    }
    if statement.geo_match_statement.is_some() {
        return Reach::Countries;
    }
    let few = statement.ip_set_reference_statement.is_some()
        || statement.sqli_match_statement.is_some()
        || statement.xss_match_statement.is_some()
        || statement.rate_based_statement.is_some()
        || statement.managed_rule_group_statement.is_some();
    if few { Reach::Few } else { Reach::Unclear }
}

fn both(parts: &[Reach]) -> Reach {
    for decisive in [Reach::Few, Reach::Unclear, Reach::Countries] {
        if parts.contains(&decisive) {
            return decisive;
        }
    }
    parts.iter().copied().min().unwrap_or(Reach::Unclear)
}

/// How many requests carry a label: as many as the rules are about that put it on.
fn labelled(wanted: &LabelMatch, before: &[Stage<'_>]) -> Reach {
    if wanted.key.starts_with("awswaf:") && !wanted.key.contains(":webacl:") {
        return Reach::Unclear;
    }
    let putting = before.iter().enumerate().filter(|(_, stage)| {
        let labels = stage.rule.rule_labels.iter();
        labels
            .map(|label| &*label.name)
            .any(|label| is_label(wanted, label))
    });
    let reaches = putting
        .map(|(at, stage)| reach(&stage.rule.statement, before.get(..at).unwrap_or_default()));
    reaches.max().unwrap_or(Reach::Few)
}

/// Whether a label that a rule puts on is the wanted one. A rule of the same web ACL may name it
/// without what comes before.
pub(super) fn is_label(wanted: &LabelMatch, label: &str) -> bool {
    if wanted.scope == "NAMESPACE" {
        return label.starts_with(&*wanted.key) || wanted.key.ends_with(":webacl:");
    }
    wanted.key == label || wanted.key.ends_with(&format!(":{label}"))
}

/// Whether a statement is about everything that a part of it is about, but for a few exceptions.
pub(crate) fn covers(
    statement: &Statement,
    part: &dyn Fn(&Statement) -> bool,
    before: &[Stage<'_>],
) -> Holds {
    if part(statement) {
        return Holds::Yes;
    }
    let no = || Holds::No("it is about something else".to_owned());
    if let Some(any) = &statement.or_statement {
        let parts = any.statements.iter().map(|s| covers(s, part, before));
        return Holds::any(parts, "it is about nothing");
    }
    let Some(all) = &statement.and_statement else {
        return no();
    };
    let narrowed = |at: usize| {
        let others = all.statements.iter().enumerate().filter(|(i, _)| *i != at);
        let reaches: Vec<Reach> = others.map(|(_, s)| reach(s, before)).collect();
        match both(&reaches) {
            _ if reaches.is_empty() => Holds::Yes,
            Reach::Most => Holds::Yes,
            Reach::Unclear => Holds::unclear(
                "a condition on what is in a request narrows it: how much, can't be told"
                    .to_owned(),
            ),
            Reach::Few | Reach::Countries => {
                Holds::No("another condition narrows it to few requests".to_owned())
            }
        }
    };
    let parts = all.statements.iter().enumerate();
    let parts = parts.map(|(at, s)| covers(s, part, before).and(|| narrowed(at)));
    Holds::any(parts, "it is about nothing")
}
