//! Compares the resources of a statement with what its actions are authorized on.

use super::actions::{ActionEntry, Actions};
use super::scope::is_scoped;
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
                    self.report_wildcard(index, star, statement, entry);
                }
                Some(_) => {}
                None if !resources.is_empty() => {
                    self.check_authorized(index, at, statement, entry, &resources);
                    let pairs = entry.actions.list().len().saturating_mul(resources.len());
                    if statement.effect() == Effect::Allow
                        && self.spend(pairs)
                        && let Some(star) = covers_whole_resource_type(entry, &resources)
                    {
                        self.report_wildcard(index, star, statement, entry);
                    }
                }
                None => {}
            }
        }
    }

    /// Reports `*` for actions that can be limited to resources. In a resource-based policy `*` means the
    /// resource itself, so only identity policies are checked.
    fn report_wildcard(
        &mut self,
        index: usize,
        star: usize,
        statement: &Statement,
        entry: &ActionEntry<'a>,
    ) {
        if self.kind != super::PolicyType::Identity {
            return;
        }
        let takes: Vec<_> = entry
            .actions
            .list()
            .iter()
            .filter(|action| {
                action.takes_resources()
                    && !known::needs_every_resource(&action.full_name())
                    && !is_scoped(statement, action)
            })
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
        let effect = match statement.effect() {
            Effect::Allow => "allowed",
            Effect::Deny => "denied",
        };
        let name = entry.name();
        let written = actions.iter().find(|action| action.takes_resources());
        // The reference lists no resource: what AWS's own messages name is certain, the rest is not.
        let stated = actions
            .iter()
            .find_map(|one| known::authorized_on(&one.full_name()));
        let uncertain = match written {
            Some(action) => is_of_other_form(action, resources),
            None => stated.is_none(),
        };
        let (rule, why, instead) = match (written, stated) {
            (Some(takes), _) if uncertain => (
                Rule::ResourceUndocumented,
                format!(
                    "`{name}` is documented for another form of ARN: AWS does not document whether it is \
                     {effect} on these resources."
                ),
                format!("The documented form is {}.", arns(takes)),
            ),
            (None, _) if uncertain => (
                Rule::ResourceUndocumented,
                format!(
                    "AWS's reference lists no resource for `{name}`: AWS does not document whether it is \
                     {effect} on these resources, or only on `*`."
                ),
                "Move it to a separate statement with the resource `*`, or test the call."
                    .to_owned(),
            ),
            (Some(takes), _) => (
                Rule::ResourceUnsupported,
                format!(
                    "`{name}` is not authorized on these resources, so it is never {effect} by this statement."
                ),
                format!("It is authorized on {}.", arns(takes)),
            ),
            (None, Some("*") | None) => (
                Rule::ResourceUnsupported,
                format!(
                    "`{name}` is authorized only on `*`, not on resources, so it is never {effect} by this statement."
                ),
                "Move it to a separate statement with the resource `*`.".to_owned(),
            ),
            (None, Some(arn)) => (
                Rule::ResourceUnsupported,
                format!(
                    "`{name}` is authorized on `{arn}`, so it is never {effect} by this statement."
                ),
                format!("Write `{arn}`, or `*`."),
            ),
        };
        let finding = Finding::new(rule, why).of_action(name).instead(instead);
        self.report(finding, index, Part::Action(at));
    }
}

/// Whether a resource has the form of a resource type of the action, except that its region or account is
/// empty or another text than a region or account.
fn is_of_other_form(action: &Action<'_>, resources: &[ResourceEntry<'_>]) -> bool {
    let types = action.resources();
    let located = |arn: &str| arn.contains("${Region}") || arn.contains("${Account}");
    types
        .iter()
        .filter(|one| located(&one.arn))
        .any(|resource| {
            let form = open_template(&resource.arn);
            resources
                .iter()
                .any(|one| one.text.matches(':').count() >= 5 && overlaps(&one.tokens, &form))
        })
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
        let mut parts = one.text.split(':').skip(3);
        let (region, account) = (parts.next().unwrap_or("*"), parts.next().unwrap_or("*"));
        let all_of = |action: &Action<'_>| {
            // Whoever can pass any role, or read any secret, of one account has what is behind it: there
            // the account and the region can be named.
            let sensitive = known::is_sensitive(&action.full_name());
            action.resources().iter().any(|resource| {
                let mut arn = resource.arn.replacen("${Partition}", partition, 1);
                if sensitive && resource.arn.starts_with("arn:${Partition}") {
                    arn = arn.replacen("${Region}", region, 1);
                    arn = arn.replacen("${Account}", account, 1);
                }
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
    if let Some(arn) = known::authorized_on(&action.full_name()) {
        let named = template(arn);
        return patterns.iter().any(|one| match arn {
            "*" => one.is_everything(),
            _ => overlaps(&one.tokens, &named),
        });
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
            let owned = known::is_owned_by_aws(one.text, &resource.arn)
                && overlaps(&one.tokens, &open_template(&resource.arn));
            !elsewhere && !object && (owned || overlaps(&one.tokens, &template))
        })
    }) || known::other_forms(&action.full_name()).any(|arn| {
        let form = template(arn);
        patterns.iter().any(|one| overlaps(&one.tokens, &form))
    })
}

/// The format of an ARN in which the region and the account can also be empty.
fn open_template(arn: &str) -> Vec<Token> {
    let open = arn
        .replacen("${Region}", "*", 1)
        .replacen("${Account}", "*", 1);
    let mut tokens = Vec::new();
    let mut parts = open.splitn(6, ':').peekable();
    let mut at = 0;
    while let Some(part) = parts.next() {
        match part {
            "*" if at == 3 || at == 4 => tokens.push(Token::Many { colon: false }),
            part => tokens.extend(template_part(part, at >= 5)),
        }
        if parts.peek().is_some() {
            tokens.push(Token::Literal(':'));
        }
        at += 1;
    }
    tokens
}

/// A part of an ARN's format: placeholders match any text.
fn template_part(part: &str, colon: bool) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = part;
    while let Some(c) = rest.chars().next() {
        if let Some((_, after)) = rest
            .strip_prefix("${")
            .and_then(|rest| rest.split_once('}'))
        {
            tokens.push(Token::Many { colon });
            rest = after;
            continue;
        }
        tokens.push(match c {
            '*' => Token::Many { colon },
            c => Token::Literal(c),
        });
        rest = &rest[c.len_utf8()..];
    }
    tokens
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
