//! Compares the resources of a statement with what its actions are authorized on.

use super::actions::{ActionEntry, Actions};
use super::{DocumentLinter, Finding, Rule};
use crate::document::{Effect, Part, Selector, Statement, Version};
use crate::pattern::{Token, contains, overlaps, template, with_open_variables};
use crate::table::{Action, known};

/// One resource of a statement.
struct ResourceEntry<'a> {
    text: &'a str,
    tokens: Vec<Token>,
}

impl<'a> ResourceEntry<'a> {
    fn new(text: &'a str, version: Version) -> Self {
        Self {
            text,
            tokens: with_open_variables(text, version),
        }
    }

    fn is_everything(&self) -> bool {
        !self.tokens.is_empty()
            && self
                .tokens
                .iter()
                .all(|t| *t == Token::Many { colon: true })
    }
}

impl<'a> DocumentLinter<'a> {
    pub(super) fn check_resources(
        &mut self,
        index: usize,
        statement: &'a Statement,
        entries: &[ActionEntry<'a>],
    ) {
        let version = self.policy.version();
        let list = match statement.resources() {
            Some(Selector::Only(list) | Selector::Except(list)) => list,
            None => return,
        };
        let mut resources = Vec::with_capacity(list.len());
        for (at, text) in list.iter().enumerate() {
            if is_arn(text) {
                resources.push(ResourceEntry::new(text, version));
            } else {
                let message = format!("The resource `{text}` is not an ARN.");
                let finding = Finding::new(Rule::ResourceMalformed, message)
                    .instead("Write `arn:partition:service:region:account:resource`, or `*`.");
                self.report(finding, index, Part::Resource(at));
            }
        }
        if !matches!(statement.resources(), Some(Selector::Only(_)))
            || !matches!(statement.actions(), Selector::Only(_))
            || resources.len() < list.len()
        {
            return;
        }
        let everything = resources.iter().position(ResourceEntry::is_everything);
        for (at, entry) in entries.iter().enumerate() {
            match everything {
                Some(star) if statement.effect() == Effect::Allow => {
                    self.report_wildcard(index, star, entry);
                }
                Some(_) => {}
                None if !resources.is_empty() => {
                    self.check_authorized(index, at, statement, entry, &resources);
                    let pairs = entry.actions.list().len().saturating_mul(resources.len());
                    if statement.effect() == Effect::Allow
                        && self.spend(pairs)
                        && let Some(star) = covers_whole_resource_type(entry, &resources)
                    {
                        self.report_wildcard(index, star, entry);
                    }
                }
                None => {}
            }
        }
    }

    /// Reports `*` for actions that can be limited to resources. In a resource-based policy `*` means the
    /// resource itself, so only identity policies are checked.
    fn report_wildcard(&mut self, index: usize, star: usize, entry: &ActionEntry<'a>) {
        if self.kind != super::PolicyType::Identity {
            return;
        }
        let takes: Vec<_> = entry
            .actions
            .list()
            .iter()
            .filter(|action| action.takes_resources())
            .collect();
        let Some(first) = takes.first() else {
            return;
        };
        let name = entry.name();
        let limited = match &entry.actions {
            Actions::One(_) => "could be limited".to_owned(),
            _ => format!("{} of its actions could be limited", takes.len()),
        };
        let message = format!("`{name}` is allowed on every resource, but {limited}.");
        let finding = Finding::new(Rule::WildcardResource, message)
            .of_action(name)
            .instead(format!("Name the resources: {}.", arns(first)));
        self.report(finding, index, Part::Resource(star));
    }

    /// Reports an entry that AWS authorizes on none of the resources.
    fn check_authorized(
        &mut self,
        index: usize,
        at: usize,
        statement: &Statement,
        entry: &ActionEntry<'a>,
        resources: &[ResourceEntry<'a>],
    ) {
        let actions = entry.actions.list();
        if !self.spend(actions.len().saturating_mul(resources.len())) {
            return;
        }
        if actions.is_empty() || actions.iter().any(|action| fits(action, resources)) {
            return;
        }
        let Some(first) = actions.first() else {
            return;
        };
        let effect = match statement.effect() {
            Effect::Allow => "allowed",
            Effect::Deny => "denied",
        };
        let name = entry.name();
        let (why, instead) = if actions.iter().any(Action::takes_resources) {
            let takes = actions.iter().find(|action| action.takes_resources());
            let named = arns(takes.unwrap_or(first));
            (
                "is not authorized on these resources",
                format!("It is authorized on {named}."),
            )
        } else {
            (
                "is authorized only on `*`, not on resources",
                "Move it to a separate statement with the resource `*`.".to_owned(),
            )
        };
        let message = format!("`{name}` {why}, so it is never {effect} by this statement.");
        let finding = Finding::new(Rule::ResourceUnsupported, message)
            .of_action(name)
            .instead(instead);
        self.report(finding, index, Part::Action(at));
    }
}

/// The index of a resource that covers a whole resource type of one of the actions, in every region and
/// account: `arn:aws:s3:::*`.
fn covers_whole_resource_type(
    entry: &ActionEntry<'_>,
    resources: &[ResourceEntry<'_>],
) -> Option<usize> {
    let actions = entry.actions.list();
    resources.iter().position(|one| {
        let partition = one.text.split(':').nth(1).unwrap_or_default();
        let all_of = |action: &Action<'_>| {
            action.resources().iter().any(|resource| {
                let arn = resource.arn.replacen("${Partition}", partition, 1);
                arn.contains("${") && contains(&one.tokens, &template(&arn))
            })
        };
        // Check the text first: few resources are this wide, and a pattern can match hundreds of
        // actions.
        one.text.contains('*') && !one.text.contains("${") && actions.iter().any(all_of)
    })
}

/// The ARN formats that an action is authorized on, for a message.
pub(super) fn arns(action: &Action<'_>) -> String {
    let resources = action.resources();
    let arns: Vec<String> = resources
        .iter()
        .map(|resource| format!("`{}`", resource.arn))
        .collect();
    match arns.as_slice() {
        [first, second, third, rest @ ..] if !rest.is_empty() => {
            format!(
                "{first}, {second}, {third} or {} more resource types",
                rest.len()
            )
        }
        arns => arns.join(" or "),
    }
}

/// Whether an action is authorized on a resource, or on one that the pattern matches. An action without
/// resource types is.
pub(super) fn is_authorized_on(action: &Action<'_>, resource: &str) -> bool {
    let pattern = ResourceEntry::new(resource, Version::V2012);
    !action.takes_resources() || pattern.is_everything() || fits(action, &[pattern])
}

/// Whether an action is authorized on a resource that one of the patterns matches.
fn fits(action: &Action<'_>, patterns: &[ResourceEntry<'_>]) -> bool {
    if action
        .full_name()
        .eq_ignore_ascii_case("s3:ListAllMyBuckets")
    {
        // AWS authorizes it on the literal text `arn:aws:s3:::*`.
        return patterns.iter().any(|one| one.text.ends_with(":s3:::*"));
    }
    if action.prefix() == "logs" && !action.takes_resources() {
        let nameless = template(known::LOGS_WITHOUT_GROUP);
        return patterns.iter().any(|one| overlaps(&one.tokens, &nameless));
    }
    let types = action.resources();
    types.iter().any(|resource| {
        let bucket = resource.arn.ends_with(":s3:::${BucketName}");
        let service = resource.arn.split(':').nth(2).unwrap_or_default();
        let template = template(&resource.arn);
        patterns.iter().any(|one| {
            let mut parts = one.text.splitn(6, ':');
            let own = parts.nth(2).unwrap_or_default();
            let elsewhere =
                !own.contains(['*', '?', '$']) && !service.contains('$') && own != service;
            // A bucket's name has no slash. The ARN format does not show that, so `arn:aws:s3:::a/b`
            // would otherwise match the format of buckets.
            let object = bucket && one.tokens.contains(&Token::Literal('/'));
            !elsewhere && !object && overlaps(&one.tokens, &template)
        })
    })
}

/// Whether a text can be a resource: `*`, or `arn:` with five more segments. A `*` or a variable can
/// replace several segments.
fn is_arn(text: &str) -> bool {
    if text.chars().all(|c| c == '*') && !text.is_empty() || text.starts_with("${") {
        return true;
    }
    let segments = text.splitn(6, ':').count();
    let crosses = text.contains('*') || text.contains("${");
    // An ARN that ends with its last colon names no resource, unless a wildcard can match one.
    let named = crosses
        || text
            .splitn(6, ':')
            .last()
            .is_some_and(|rest| !rest.is_empty());
    text.starts_with("arn:") && (segments == 6 || crosses) && named
}
