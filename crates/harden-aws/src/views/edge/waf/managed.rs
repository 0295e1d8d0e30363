//! The rule groups of AWS that every web ACL should have, and whether they block.

use super::holds::Holds;
use super::reach::{Reach, covers, reach};
use super::stages::Stages;
use crate::resources::{ManagedRuleGroup, Statement};

/// A rule group of AWS.
#[derive(Debug)]
pub(crate) struct Managed {
    /// Its name in the API.
    pub(crate) name: &'static str,
    /// What it is called in the console, for the evidence.
    pub(crate) shown: &'static str,
    /// How the labels begin that it puts on what it finds, counted or not.
    labels: &'static str,
}

/// The core rule set.
pub(crate) const CORE: Managed = Managed {
    name: "AWSManagedRulesCommonRuleSet",
    shown: "the core rule set",
    labels: "awswaf:managed:aws:core-rule-set:",
};

/// Known bad inputs.
pub(crate) const BAD_INPUTS: Managed = Managed {
    name: "AWSManagedRulesKnownBadInputsRuleSet",
    shown: "known bad inputs",
    labels: "awswaf:managed:aws:known-bad-inputs:",
};

/// SQL injection.
pub(crate) const SQLI: Managed = Managed {
    name: "AWSManagedRulesSQLiRuleSet",
    shown: "the SQL database rule set",
    labels: "awswaf:managed:aws:sql-database:",
};

/// How the names of the core set's rules against cross-site scripting begin.
const SCRIPTING: &str = "CrossSiteScripting_";

impl Managed {
    /// Whether a rule uses this group.
    pub(crate) fn is(&self, group: &ManagedRuleGroup) -> bool {
        group.vendor_name == "AWS" && group.name == self.name
    }
}

/// Where the rules use a group.
pub(crate) fn managed<'a>(
    stages: &'a Stages<'a>,
    wanted: &Managed,
) -> Vec<(usize, &'a ManagedRuleGroup)> {
    let all = stages.all.iter().enumerate();
    all.filter_map(|(at, stage)| {
        let group = stage
            .rule
            .statement
            .managed_rule_group_statement
            .as_deref()?;
        wanted.is(group).then_some((at, group))
    })
    .collect()
}

/// Whether a group blocks what it finds.
pub(crate) fn stands(
    stages: &Stages<'_>,
    at: usize,
    wanted: &Managed,
    group: &ManagedRuleGroup,
) -> Holds {
    blocking(stages, at, wanted, group, "")
}

/// A scope-down statement without what leaves out more than a few requests.
pub(crate) fn rescoped(statement: Option<Statement>) -> Option<Statement> {
    statement.filter(|s| !matches!(reach(s, &[]), Reach::Few | Reach::Countries))
}

/// The rules of a group that neither block nor count, or only count, by how their names begin.
pub(crate) fn neutral<'a>(
    group: &'a ManagedRuleGroup,
    beginning: &'a str,
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
    // a CAPTCHA or a challenge keeps out what a browser with a person would not send
    all.filter(move |(rule, action)| {
        rule.starts_with(beginning) && matches!(*action, "Count" | "Allow")
    })
}

fn blocking(
    stages: &Stages<'_>,
    at: usize,
    wanted: &Managed,
    group: &ManagedRuleGroup,
    beginning: &str,
) -> Holds {
    let Some(stage) = stages.all.get(at) else {
        return Holds::No("there is no such rule".to_owned());
    };
    let before = stages.before(at);
    let narrowed = match &group.scope_down_statement {
        None => Holds::Yes,
        Some(statement) => match reach(statement, before) {
            Reach::Most => Holds::Yes,
            Reach::Few => {
                Holds::No("its scope-down statement leaves nearly every request out".to_owned())
            }
            Reach::Countries => Holds::No(
                "its scope-down statement leaves the requests of whole countries out".to_owned(),
            ),
            Reach::Unclear => Holds::unclear(
                "its scope-down statement goes by what is in a request: which are left out, can't \
                 be told"
                    .to_owned(),
            ),
        },
    };
    let acting = if stage.counted {
        by_label(stages, at, wanted, None)
            .or(|| Holds::No("it is overridden to Count".to_owned()))
            .told("it is overridden to Count")
    } else {
        let mut acting = Holds::Yes;
        for (rule, action) in neutral(group, beginning) {
            let told = format!("its rule {rule} is overridden to {action}");
            let here = match action {
                // what is let in ends there: no later rule sees it
                "Allow" => Holds::No(told),
                _ => by_label(stages, at, wanted, Some(rule)).told(&told),
            };
            acting = acting.and_all(here);
        }
        acting
    };
    acting.and(|| narrowed).and(|| stages.reached(at))
}

impl Holds {
    /// The same, with another reason where it does not hold.
    fn told(self, reason: &str) -> Self {
        match self {
            Self::No(_) => Self::No(reason.to_owned()),
            other => other,
        }
    }

    /// Both, with the reasons of both.
    fn and_all(self, other: Self) -> Self {
        match (self, other) {
            (Self::No(one), Self::No(other)) => Self::No(format!("{one}, {other}")),
            (one, other) => one.and(|| other),
        }
    }
}

/// Whether a later rule blocks what a group only labels: all of it, or what one of its rules finds.
fn by_label(stages: &Stages<'_>, at: usize, wanted: &Managed, rule: Option<&str>) -> Holds {
    let label = rule.map(|rule| format!("{}{}", wanted.labels, label_of(rule)));
    let is_that = |statement: &Statement| {
        let Some(matched) = &statement.label_match_statement else {
            return false;
        };
        match (&*matched.scope, &label) {
            ("NAMESPACE", _) => wanted.labels.starts_with(&*matched.key),
            (_, Some(label)) => matched.key == *label,
            _ => false,
        }
    };
    let later = stages.all.iter().enumerate().skip(at + 1);
    let later = later.filter(|(_, stage)| stage.does("Block"));
    let blocked = later.map(|(k, stage)| {
        let before = stages.before(k);
        covers(&stage.rule.statement, &is_that, before).and(|| stages.reached(k))
    });
    Holds::any(blocked, "no later rule blocks by its label")
}

/// The label of a rule: its name with its last part in another case, with some exceptions. Labels
/// are case-sensitive (AWS WAF Developer Guide, "Baseline rule groups", "Use-case specific rule
/// groups").
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

/// Whether the core set's rules against cross-site scripting block.
pub(crate) fn blocks_scripting(stages: &Stages<'_>) -> Holds {
    let core = managed(stages, &CORE).into_iter();
    let all = core.map(|(at, group)| blocking(stages, at, &CORE, group, SCRIPTING));
    Holds::any(all, "there is no core rule set")
}

/// Whether a rule of one's own blocks an attack, and which.
pub(crate) fn blocks_attack<'a>(
    stages: &'a Stages<'a>,
    attack: &dyn Fn(&Statement) -> bool,
) -> (Holds, Option<&'a str>) {
    let mut found = Holds::No("no rule blocks it".to_owned());
    for (at, stage) in stages.all.iter().enumerate() {
        let matching = covers(&stage.rule.statement, attack, stages.before(at));
        if matches!(matching, Holds::No(_)) {
            continue;
        }
        if !stage.does("Block") {
            let (rule, action) = (&stage.shown, stage.action());
            let counts = Holds::No(format!(
                "the rule {rule} looks for it, and its action is {action}"
            ));
            found = match found {
                Holds::No(_) => counts,
                other => other,
            };
            continue;
        }
        let here = matching.and(|| stages.reached(at));
        if here == Holds::Yes {
            return (Holds::Yes, Some(&stage.shown));
        }
        found = match (found, here) {
            (Holds::No(_), Holds::No(reason)) => Holds::No(format!(
                "the rule {} looks for it, but {reason}",
                stage.shown
            )),
            (found, here) => found.or(|| here),
        };
    }
    (found, None)
}
