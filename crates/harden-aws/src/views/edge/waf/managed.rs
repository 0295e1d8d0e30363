//! The AWS managed rule groups that every web ACL should have, and whether they block requests.

use super::claim::Claim;
use super::ip_sets::IpSets;
use super::rule_order::RuleOrder;
use super::share::{Before, MatchedShare, covers, matched_share};
use crate::resources::{ManagedRuleGroup, Statement};

/// An AWS managed rule group.
#[derive(Debug)]
pub(crate) struct ManagedGroup {
    /// The name in the API.
    pub(crate) name: &'static str,
    /// The name for the reader.
    pub(crate) shown: &'static str,
    /// The prefix of the labels that it adds to the requests that it matches, even when it only counts.
    labels: &'static str,
}

/// The core rule set.
pub(crate) const CORE: ManagedGroup = ManagedGroup {
    name: "AWSManagedRulesCommonRuleSet",
    shown: "the core rule set",
    labels: "awswaf:managed:aws:core-rule-set:",
};

/// Known bad inputs.
pub(crate) const BAD_INPUTS: ManagedGroup = ManagedGroup {
    name: "AWSManagedRulesKnownBadInputsRuleSet",
    shown: "known bad inputs",
    labels: "awswaf:managed:aws:known-bad-inputs:",
};

/// SQL injection.
pub(crate) const SQLI: ManagedGroup = ManagedGroup {
    name: "AWSManagedRulesSQLiRuleSet",
    shown: "the SQL database rule set",
    labels: "awswaf:managed:aws:sql-database:",
};

/// The prefix of the names of the core rule set's rules against cross-site scripting.
const SCRIPTING: &str = "CrossSiteScripting_";

impl ManagedGroup {
    /// Whether a statement uses this group.
    pub(crate) fn matches(&self, group: &ManagedRuleGroup) -> bool {
        group.vendor_name == "AWS" && group.name == self.name
    }
}

/// The uses of a managed rule group: the index of each rule, and its statement.
pub(crate) fn find_managed<'a>(
    order: &'a RuleOrder<'a>,
    expected: &ManagedGroup,
) -> Vec<(usize, &'a ManagedRuleGroup)> {
    let all = order.all.iter().enumerate();
    all.filter_map(|(at, stage)| {
        let group = stage
            .rule
            .statement
            .managed_rule_group_statement
            .as_deref()?;
        expected.matches(group).then_some((at, group))
    })
    .collect()
}

/// Whether a managed rule group blocks the requests that it matches.
pub(crate) fn blocks_matches(
    order: &RuleOrder<'_>,
    at: usize,
    expected: &ManagedGroup,
    group: &ManagedRuleGroup,
) -> Claim {
    group_blocks(order, at, expected, group, "")
}

/// A scope-down statement that leaves out only a few requests; any other is dropped.
pub(crate) fn harmless_scope(statement: Option<Statement>, sets: &IpSets) -> Option<Statement> {
    let nothing_before = Before { rules: &[], sets };
    statement.filter(|s| {
        !matches!(
            matched_share(s, nothing_before),
            MatchedShare::Few | MatchedShare::Countries
        )
    })
}

/// The rules of a group that do not block, with their action: Count or Allow. Only rules whose name has
/// a prefix.
fn non_blocking_rules<'a>(
    group: &'a ManagedRuleGroup,
    prefix: &'a str,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let excluded = group
        .excluded_rules
        .iter()
        .map(|rule| (&*rule.name, "Count"));
    let overridden = group
        .rule_action_overrides
        .iter()
        .map(|rule| (&*rule.name, rule.action_to_use.name()));
    let all = excluded.chain(overridden);
    // CAPTCHA and Challenge stop requests that do not come from a browser, so they count as blocking
    all.filter(move |(rule, action)| {
        rule.starts_with(prefix) && matches!(*action, "Count" | "Allow")
    })
}

/// Whether the rules of a group whose name has a prefix block the requests that they match.
fn group_blocks(
    order: &RuleOrder<'_>,
    at: usize,
    expected: &ManagedGroup,
    group: &ManagedRuleGroup,
    prefix: &str,
) -> Claim {
    let Some(stage) = order.all.get(at) else {
        return Claim::No("the rule does not exist".to_owned());
    };
    let before = order.before(at);
    let narrowed = match &group.scope_down_statement {
        None => Claim::Yes,
        Some(statement) => match matched_share(statement, before) {
            MatchedShare::Most => Claim::Yes,
            MatchedShare::Few => {
                Claim::No("its scope-down statement leaves out nearly every request".to_owned())
            }
            MatchedShare::Countries => Claim::No(
                "its scope-down statement leaves out all requests of some countries".to_owned(),
            ),
            MatchedShare::UnreadAddresses => Claim::unclear(
                "its scope-down statement refers to an IP set that was not read".to_owned(),
            ),
            MatchedShare::Unclear => Claim::unclear(
                "its scope-down statement depends on the content of requests; which ones it leaves \
                 out is not known"
                    .to_owned(),
            ),
        },
    };
    let acting = if stage.only_counts {
        blocked_by_label(order, at, expected, None)
            .or(|| Claim::No("it is overridden to Count".to_owned()))
            .with_reason("it is overridden to Count")
    } else {
        let mut acting = Claim::Yes;
        for (rule, action) in non_blocking_rules(group, prefix) {
            let reason = format!("its rule {rule} is overridden to {action}");
            let here = match action {
                // Allow ends the evaluation: no later rule blocks the request
                "Allow" => Claim::No(reason),
                _ => blocked_by_label(order, at, expected, Some(rule)).with_reason(&reason),
            };
            acting = acting.and_all(here);
        }
        acting
    };
    acting.and(|| narrowed).and(|| order.is_reached(at))
}

impl Claim {
    /// The same statement, with another reason where it is false.
    fn with_reason(self, reason: &str) -> Self {
        match self {
            Self::No(_) => Self::No(reason.to_owned()),
            other => other,
        }
    }

    /// The AND of two statements, with the reasons of both.
    fn and_all(self, other: Self) -> Self {
        match (self, other) {
            (Self::No(one), Self::No(other)) => Self::No(format!("{one}, {other}")),
            (one, other) => one.and(|| other),
        }
    }
}

/// Whether a later rule blocks the requests that a group only labels: all of them, or those of one of
/// its rules. A rule group or rule that counts still adds its labels ("Web request labeling",
/// developer guide).
fn blocked_by_label(
    order: &RuleOrder<'_>,
    at: usize,
    expected: &ManagedGroup,
    rule: Option<&str>,
) -> Claim {
    let label = rule.map(|rule| format!("{}{}", expected.labels, label_of(rule)));
    let is_that = |statement: &Statement| {
        let Some(matched) = &statement.label_match_statement else {
            return false;
        };
        match (&*matched.scope, &label) {
            ("NAMESPACE", _) => expected.labels.starts_with(&*matched.key),
            (_, Some(label)) => matched.key == *label,
            _ => false,
        }
    };
    let later = order.all.iter().enumerate().skip(at + 1);
    let later = later.filter(|(_, stage)| stage.does("Block"));
    let blocked = later.map(|(k, stage)| {
        let before = order.before(k);
        covers(&stage.rule.statement, &is_that, before).and(|| order.is_reached(k))
    });
    Claim::any(blocked, "no later rule blocks requests with its label")
}

/// The label of a rule: the name of the rule with its last part in another case, with some exceptions.
/// Labels are case-sensitive, so the exact spelling matters ("Baseline rule groups" and "Use-case
/// specific rule groups", developer guide).
fn label_of(rule: &str) -> String {
    match rule {
        "UserAgent_BadBots_HEADER" => return "BadBots_Header".to_owned(),
        "Host_localhost_HEADER" => return "Host_Localhost_Header".to_owned(),
        "PROPFIND_METHOD" => return "Propfind_Method".to_owned(),
        _ => {}
    }
    let Some((name, part)) = rule.rsplit_once('_') else {
        return rule.to_owned();
    };
    let part = match part {
        "BODY" => "Body",
        "COOKIE" => "Cookie",
        "HEADER" => "Header",
        "QUERYARGUMENTS" => "QueryArguments",
        "QUERYSTRING" => "QueryString",
        "URIPATH" => "URIPath",
        other => other,
    };
    format!("{name}_{part}")
}

/// Whether the rules of the core rule set against cross-site scripting block requests.
pub(crate) fn core_blocks_xss(order: &RuleOrder<'_>) -> Claim {
    let core = find_managed(order, &CORE).into_iter();
    let all = core.map(|(at, group)| group_blocks(order, at, &CORE, group, SCRIPTING));
    Claim::any(all, "the core rule set is missing")
}

/// Whether a custom rule blocks an attack, and the label of that rule.
pub(crate) fn blocks_attack<'a>(
    order: &'a RuleOrder<'a>,
    attack: &dyn Fn(&Statement) -> bool,
) -> (Claim, Option<&'a str>) {
    let mut found = Claim::No("no rule blocks it".to_owned());
    for (at, stage) in order.all.iter().enumerate() {
        let matching = covers(&stage.rule.statement, attack, order.before(at));
        if matches!(matching, Claim::No(_)) {
            continue;
        }
        if !stage.does("Block") {
            let (rule, action) = (&stage.label, stage.action());
            let counts = Claim::No(format!(
                "the rule {rule} matches it, but its action is {action}"
            ));
            found = match found {
                Claim::No(_) => counts,
                other => other,
            };
            continue;
        }
        let here = matching.and(|| order.is_reached(at));
        if here == Claim::Yes {
            return (Claim::Yes, Some(&stage.label));
        }
        found = match (found, here) {
            (Claim::No(_), Claim::No(reason)) => {
                Claim::No(format!("the rule {} matches it, but {reason}", stage.label))
            }
            (found, here) => found.or(|| here),
        };
    }
    (found, None)
}
