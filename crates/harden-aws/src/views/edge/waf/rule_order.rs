//! The rules of a web ACL in their evaluation order, with the rules of its rule groups.

use harden_core::{Known, Unknown};

use super::acl::AclWithGroups;
use super::claim::Claim;
use super::ip_sets::IpSets;
use super::ordered_rule::OrderedRule;
use super::share::{Before, MatchedShare, matched_share};
use crate::resources::{Action, RuleGroupReference, WafRule};

/// The deepest nesting of rule groups. AWS does not nest them ("Rule groups", developer guide), so this
/// only stops a malformed snapshot.
const DEEPEST: usize = 4;

/// What is unknown about a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Its action.
    Action,
    /// Its statement: it can be any rule, a managed rule group included.
    Statement,
    /// The rules of the rule group that it refers to: they can be any rules but managed rule groups,
    /// which AWS does not nest.
    RuleGroup,
}

/// A rule that could not be read in full.
#[derive(Debug)]
struct Unread {
    /// The index of the rule that follows it.
    before: usize,
    /// Whether its rules only count.
    only_counts: bool,
    part: Part,
    why: Unknown,
}

/// The rules of a web ACL in evaluation order.
#[derive(Debug)]
pub(crate) struct RuleOrder<'a> {
    pub(crate) all: Vec<OrderedRule<'a>>,
    sets: &'a IpSets,
    unread: Vec<Unread>,
}

impl<'a> RuleOrder<'a> {
    /// The rules of a web ACL: Firewall Manager's first rule groups, the rules of the web ACL, then
    /// Firewall Manager's last rule groups ("AWS WAF policies", developer guide).
    ///
    /// # Errors
    /// The web ACL could not be read. A rule group that could not be read is not an error here: see
    /// [`Self::unread_group`].
    pub(crate) fn of(guarding: &'a AclWithGroups) -> Result<Self, Unknown> {
        guarding.acl.load_balancers.get()?;
        let acl = guarding.acl.rules.get()?;
        let mut order = Self {
            all: Vec::new(),
            sets: &guarding.ip_sets,
            unread: Vec::new(),
        };
        for list in [&acl.first_rules, &acl.rules, &acl.last_rules] {
            order.add(guarding, list.get()?, None, DEEPEST);
        }
        Ok(order)
    }

    /// Why a rule group could not be read, if one could not. It can contain any rule.
    pub(crate) fn unread_group(&self) -> Option<&Unknown> {
        let any_rule = |unread: &&Unread| unread.part != Part::Action;
        self.unread.iter().find(any_rule).map(|unread| &unread.why)
    }

    /// Why it is unknown whether a rule is a managed rule group, if that is unknown.
    pub(crate) fn unread_statement(&self) -> Option<&Unknown> {
        let statement = |unread: &&Unread| unread.part == Part::Statement;
        self.unread.iter().find(statement).map(|unread| &unread.why)
    }

    /// Why a rule group could not be read, or why the action of a rule is unknown.
    pub(crate) fn unread_rule(&self) -> Option<&Unknown> {
        self.unread.first().map(|unread| &unread.why)
    }

    /// The rules before one.
    pub(crate) fn before(&self, index: usize) -> Before<'_, 'a> {
        Before {
            rules: self.all.get(..index).unwrap_or_default(),
            sets: self.sets,
        }
    }

    /// Whether nearly every request is evaluated by the rule at an index. An earlier rule that allows
    /// requests ends their evaluation.
    pub(crate) fn is_reached(&self, index: usize) -> Claim {
        let mut reached = Claim::Yes;
        for (at, stage) in self.before(index).rules.iter().enumerate() {
            let name = &stage.label;
            if let Some(rule) = stage.allow_override() {
                reached = reached.and(|| {
                    Claim::unclear(format!(
                        "the earlier rule {rule} of {name} is overridden to Allow; the requests that it \
                         allows are not known"
                    ))
                });
            }
            if !stage.does("Allow") {
                continue;
            }
            let here = match matched_share(&stage.rule.statement, self.before(at)) {
                MatchedShare::Most => Claim::No(format!(
                    "the earlier rule {name} allows nearly every request"
                )),
                MatchedShare::Countries => Claim::No(format!(
                    "the earlier rule {name} allows every request of some countries"
                )),
                MatchedShare::Few => Claim::Yes,
                MatchedShare::UnreadAddresses => Claim::unclear(format!(
                    "the earlier rule {name} allows the addresses of an IP set that was not read: it \
                     may allow nearly every request"
                )),
                MatchedShare::Unclear => Claim::unclear(format!(
                    "the earlier rule {name} allows requests by their content; which ones is not \
                     known"
                )),
            };
            reached = reached.and(|| here);
        }
        // a rule group that only counts ends no evaluation, whatever it contains
        let acting = self.unread.iter().filter(|unread| !unread.only_counts);
        let mut acting = acting.filter(|unread| unread.before <= index);
        let unread = acting.next();
        reached.and(|| match unread {
            Some(unread) => Claim::Unclear(unread.why.clone()),
            None => Claim::Yes,
        })
    }

    fn add(
        &mut self,
        guarding: &'a AclWithGroups,
        rules: &'a [WafRule],
        within: Option<&Reference<'a>>,
        depth: usize,
    ) {
        let mut rules: Vec<&WafRule> = rules.iter().collect();
        rules.sort_by_key(|rule| rule.priority);
        for rule in rules {
            let overridden = rule.override_action.as_ref();
            let counts = overridden.is_some_and(|action| action.name() == "Count");
            let only_counts = counts || within.is_some_and(|within| within.only_counts);
            self.note_missing_action(rule, only_counts);
            if let Some(group) = &rule.statement.rule_group_reference_statement {
                let name = group.arn.split('/').nth(2).unwrap_or(&group.arn);
                let reference = Reference {
                    group,
                    name,
                    only_counts,
                };
                self.add_group(guarding, &reference, depth);
                continue;
            }
            let overriding = within.and_then(|within| within.override_of(rule));
            if overriding.is_some_and(|action| action.name().is_empty()) {
                self.note_unread(only_counts, Part::Action, "RuleActionOverrides");
            }
            self.all.push(OrderedRule {
                rule,
                label: match within {
                    Some(within) => format!("{} of the rule group {}", rule.name, within.name),
                    None => rule.name.clone(),
                },
                action: overriding.or(rule.action.as_ref()),
                only_counts: only_counts || within.is_some_and(|within| within.excludes(rule)),
            });
        }
    }

    /// A rule has an Action, and a rule group an OverrideAction (API_Rule: "You must specify either this
    /// Action setting or the rule OverrideAction setting, but not both"). Where it is missing, it is
    /// unknown which requests pass the rule.
    fn note_missing_action(&mut self, rule: &WafRule, only_counts: bool) {
        let statement = &rule.statement;
        let is_group = statement.managed_rule_group_statement.is_some()
            || statement.rule_group_reference_statement.is_some();
        let (action, member) = match is_group {
            true => (&rule.override_action, "OverrideAction"),
            false => (&rule.action, "Action"),
        };
        if action
            .as_ref()
            .is_none_or(|action| action.name().is_empty())
        {
            self.note_unread(only_counts, Part::Action, member);
        }
        let overrides = statement.managed_rule_group_statement.iter();
        let mut overrides = overrides.flat_map(|group| &group.rule_action_overrides);
        if overrides.any(|rule| rule.action_to_use.name().is_empty()) {
            self.note_unread(only_counts, Part::Action, "RuleActionOverrides");
        }
        // a rule without a statement can be any rule, a rule group included
        if statement.is_empty() {
            self.note_unread(only_counts, Part::Statement, "Statement");
        }
    }

    fn note_unread(&mut self, only_counts: bool, part: Part, member: &str) {
        self.unread.push(Unread {
            before: self.all.len(),
            only_counts,
            part,
            why: Unknown::missing("wafv2:GetWebACL", member),
        });
    }

    fn add_group(&mut self, guarding: &'a AclWithGroups, reference: &Reference<'a>, depth: usize) {
        let why = match guarding.groups.get(&reference.group.arn) {
            Some(Known::Yes(rules)) if depth > 0 => {
                return self.add(guarding, rules, Some(reference), depth - 1);
            }
            Some(Known::No(unknown)) => (**unknown).clone(),
            _ => {
                let message = format!("the rule group {} was not read", reference.name);
                Unknown::undetermined(message).during("wafv2:GetRuleGroup")
            }
        };
        self.unread.push(Unread {
            before: self.all.len(),
            only_counts: reference.only_counts,
            part: Part::RuleGroup,
            why,
        });
    }
}

/// The reference of a web ACL to a rule group.
struct Reference<'a> {
    group: &'a RuleGroupReference,
    name: &'a str,
    /// Whether its rules only count.
    only_counts: bool,
}

impl<'a> Reference<'a> {
    /// The action that overrides the action of a rule of the group.
    fn override_of(&self, rule: &WafRule) -> Option<&'a Action> {
        let overrides = self.group.rule_action_overrides.iter();
        let mut own = overrides.filter(|instead| instead.name == rule.name);
        own.next().map(|instead| &instead.action_to_use)
    }

    fn excludes(&self, rule: &WafRule) -> bool {
        let excluded = self.group.excluded_rules.iter();
        excluded
            .map(|named| &named.name)
            .any(|name| *name == rule.name)
    }
}
