//! The rules of a web ACL in the order in which AWS asks them, with those inside rule groups.

use harden_core::{Known, Unknown};

use super::acl::GuardingAcl;
use super::holds::Holds;
use super::reach::{Reach, reach};
use super::stage::Stage;
use crate::resources::{Action, RuleGroupReference, WafRule};

/// Groups do not nest in AWS; should they one day, this is deep enough.
const DEEPEST: usize = 4;

/// A group that could not be looked into, or a rule that does not say what it does.
#[derive(Debug)]
struct Unread {
    /// The stage that it stands before.
    before: usize,
    /// Whether what is in it only counts.
    counted: bool,
    /// Whether it is a group: it may hold any rule.
    is_group: bool,
    why: Unknown,
}

/// The rules of a web ACL, as far as they could be read.
#[derive(Debug, Default)]
pub(crate) struct Stages<'a> {
    pub(crate) all: Vec<Stage<'a>>,
    unread: Vec<Unread>,
}

impl<'a> Stages<'a> {
    /// The rules of a web ACL: Firewall Manager's first ones, its own, Firewall Manager's last.
    ///
    /// # Errors
    /// Where the web ACL could not be read. A group that could not be is none.
    pub(crate) fn of(guarding: &'a GuardingAcl) -> Result<Self, Unknown> {
        guarding.acl.on.get()?;
        let acl = guarding.acl.rules.get()?;
        let mut stages = Self::default();
        for list in [&acl.first_rules, &acl.rules, &acl.last_rules] {
            stages.add(guarding, list.get()?, None, DEEPEST);
        }
        Ok(stages)
    }

    /// Why some groups could not be looked into, if so: each may hold any rule.
    pub(crate) fn unread(&self) -> Option<&Unknown> {
        let mut groups = self.unread.iter().filter(|unread| unread.is_group);
        groups.next().map(|unread| &unread.why)
    }

    /// The same, or why it is not known what some rules do.
    pub(crate) fn unclear(&self) -> Option<&Unknown> {
        self.unread.first().map(|unread| &unread.why)
    }

    /// The stages before one.
    pub(crate) fn before(&self, index: usize) -> &[Stage<'a>] {
        self.all.get(..index).unwrap_or_default()
    }

    /// Whether requests come to a stage: what an earlier rule lets in ends there.
    pub(crate) fn reached(&self, index: usize) -> Holds {
        let mut reached = Holds::Yes;
        for (at, stage) in self.before(index).iter().enumerate() {
            let name = &stage.shown;
            if let Some(rule) = stage.lets_in() {
                reached = reached.and(|| {
                    Holds::unclear(format!(
                        "the rule {rule} of {name} before it is overridden to Allow: which requests \
                         it lets in, can't be told"
                    ))
                });
            }
            if !stage.does("Allow") {
                continue;
            }
            let here = match reach(&stage.rule.statement, self.before(at)) {
                Reach::Most => Holds::No(format!(
                    "the rule {name} before it lets nearly every request in"
                )),
                Reach::Countries => Holds::No(format!(
                    "the rule {name} before it lets every request of whole countries in"
                )),
                Reach::Few => Holds::Yes,
                Reach::Unclear => Holds::unclear(format!(
                    "the rule {name} before it lets requests in by what is in them: which, can't \
                     be told"
                )),
            };
            reached = reached.and(|| here);
        }
        // what only counts lets nothing in, whatever is in it
        let acting = self.unread.iter().filter(|unread| !unread.counted);
        let mut acting = acting.filter(|unread| unread.before <= index);
        let unread = acting.next();
        reached.and(|| match unread {
            Some(unread) => Holds::Unclear(unread.why.clone()),
            None => Holds::Yes,
        })
    }

    fn add(
        &mut self,
        guarding: &'a GuardingAcl,
        rules: &'a [WafRule],
        within: Option<&Reference<'a>>,
        depth: usize,
    ) {
        let mut rules: Vec<&WafRule> = rules.iter().collect();
        rules.sort_by_key(|rule| rule.priority);
        for rule in rules {
            let overridden = rule.override_action.as_ref();
            let counts = overridden.is_some_and(|action| action.name() == "Count");
            let counted = counts || within.is_some_and(|within| within.counted);
            self.note_silent(rule, counted);
            if let Some(group) = &rule.statement.rule_group_reference_statement {
                let name = group.arn.split('/').nth(2).unwrap_or(&group.arn);
                let reference = Reference {
                    group,
                    name,
                    counted,
                };
                self.add_group(guarding, &reference, depth);
                continue;
            }
            let instead = within.and_then(|within| within.instead(rule));
            self.all.push(Stage {
                rule,
                shown: match within {
                    Some(within) => format!("{} of the rule group {}", rule.name, within.name),
                    None => rule.name.clone(),
                },
                action: instead.or(rule.action.as_ref()),
                counted: counted || within.is_some_and(|within| within.excludes(rule)),
            });
        }
    }

    /// A rule says what it does, one that is a group what becomes of its actions: without that,
    /// whether requests come past it is not known.
    fn note_silent(&mut self, rule: &WafRule, counted: bool) {
        let statement = &rule.statement;
        let is_group = statement.managed_rule_group_statement.is_some()
            || statement.rule_group_reference_statement.is_some();
        let (said, member) = match is_group {
            true => (&rule.override_action, "OverrideAction"),
            false => (&rule.action, "Action"),
        };
        if said.is_none() {
            self.unread.push(Unread {
                before: self.all.len(),
                counted,
                is_group: false,
                why: Unknown::missing("wafv2:GetWebACL", member),
            });
        }
    }

    fn add_group(&mut self, guarding: &'a GuardingAcl, reference: &Reference<'a>, depth: usize) {
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
            counted: reference.counted,
            is_group: true,
            why,
        });
    }
}

/// How a web ACL refers to a rule group.
struct Reference<'a> {
    group: &'a RuleGroupReference,
    name: &'a str,
    /// Whether what is in it only counts.
    counted: bool,
}

impl<'a> Reference<'a> {
    /// What a rule of the group does instead of its own action.
    fn instead(&self, rule: &WafRule) -> Option<&'a Action> {
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
