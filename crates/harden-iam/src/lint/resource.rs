//! Resources of a statement against what its actions are authorized on.

use super::meaning::{Actions, Meaning};
use super::{Finding, Judge, Rule};
use crate::document::{Effect, Part, Selector, Statement, Version};
use crate::pattern::{Token, contains, overlaps, template, widest};
use crate::table::{Action, known};

/// One resource of a statement.
struct Written<'a> {
    text: &'a str,
    tokens: Vec<Token>,
}

impl<'a> Written<'a> {
    fn new(text: &'a str, version: Version) -> Self {
        Self {
            text,
            tokens: widest(text, version),
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

impl<'a> Judge<'a> {
    pub(super) fn resources(
        &mut self,
        index: usize,
        statement: &'a Statement,
        meanings: &[Meaning<'a>],
    ) {
        let version = self.policy.version();
        let list = match statement.resources() {
            Some(Selector::Only(list) | Selector::Except(list)) => list,
            None => return,
        };
        let mut written = Vec::with_capacity(list.len());
        for (at, text) in list.iter().enumerate() {
            if is_arn(text) {
                written.push(Written::new(text, version));
            } else {
                let message = format!("The resource `{text}` is not an ARN.");
                let finding = Finding::new(Rule::ResourceMalformed, message)
                    .instead("Write `arn:partition:service:region:account:resource`, or `*`.");
                self.say(finding, index, Part::Resource(at));
            }
        }
        if !matches!(statement.resources(), Some(Selector::Only(_)))
            || !matches!(statement.actions(), Selector::Only(_))
            || written.len() < list.len()
        {
            return;
        }
        let everything = written.iter().position(Written::is_everything);
        for (at, meaning) in meanings.iter().enumerate() {
            match everything {
                Some(star) if statement.effect() == Effect::Allow => {
                    self.could_be_named(index, star, meaning);
                }
                Some(_) => {}
                None if !written.is_empty() => {
                    self.fitting(index, at, statement, meaning, &written);
                    let pairs = meaning.actions.list().len().saturating_mul(written.len());
                    if statement.effect() == Effect::Allow
                        && self.spend(pairs)
                        && let Some(star) = as_good_as_everything(meaning, &written)
                    {
                        self.could_be_named(index, star, meaning);
                    }
                }
                None => {}
            }
        }
    }

    /// `*` for an action that takes resources. Of a resource's own policy that means the resource.
    fn could_be_named(&mut self, index: usize, star: usize, meaning: &Meaning<'a>) {
        if self.kind != super::PolicyType::Identity {
            return;
        }
        let takes: Vec<_> = meaning
            .actions
            .list()
            .iter()
            .filter(|action| action.takes_resources())
            .collect();
        let Some(first) = takes.first() else {
            return;
        };
        let name = meaning.name();
        let limited = match &meaning.actions {
            Actions::One(_) => "could be limited".to_owned(),
            _ => format!("{} of its actions could be limited", takes.len()),
        };
        let message = format!("`{name}` is allowed on every resource, and {limited}.");
        let finding = Finding::new(Rule::WildcardResource, message)
            .of_action(name)
            .instead(format!("Name the resources: {}.", arns(first)));
        self.say(finding, index, Part::Resource(star));
    }

    /// Whether an entry is authorized on one of the resources.
    fn fitting(
        &mut self,
        index: usize,
        at: usize,
        statement: &Statement,
        meaning: &Meaning<'a>,
        written: &[Written<'a>],
    ) {
        let actions = meaning.actions.list();
        if !self.spend(actions.len().saturating_mul(written.len())) {
            return;
        }
        if actions.is_empty() || actions.iter().any(|action| fits(action, written)) {
            return;
        }
        let Some(first) = actions.first() else {
            return;
        };
        let effect = match statement.effect() {
            Effect::Allow => "allowed",
            Effect::Deny => "denied",
        };
        let name = meaning.name();
        let (why, instead) = if actions.iter().any(Action::takes_resources) {
            let takes = actions.iter().find(|action| action.takes_resources());
            let named = arns(takes.unwrap_or(first));
            (
                "is not authorized on these resources",
                format!("It is authorized on {named}."),
            )
        } else {
            (
                "is not limited to resources, only to `*`",
                "Put it into a statement of its own with the resource `*`.".to_owned(),
            )
        };
        let message = format!("`{name}` {why}: the statement can never make it {effect}.");
        let finding = Finding::new(Rule::ResourceUnsupported, message)
            .of_action(name)
            .instead(instead);
        self.say(finding, index, Part::Action(at));
    }
}

/// The resource that stands for all of a kind that one of the actions takes, in every region and
/// account: `arn:aws:s3:::*`.
fn as_good_as_everything(meaning: &Meaning<'_>, written: &[Written<'_>]) -> Option<usize> {
    let actions = meaning.actions.list();
    written.iter().position(|one| {
        let partition = one.text.split(':').nth(1).unwrap_or_default();
        let all_of = |action: &Action<'_>| {
            action.resources().iter().any(|resource| {
                let arn = resource.arn.replacen("${Partition}", partition, 1);
                arn.contains("${") && contains(&one.tokens, &template(&arn))
            })
        };
        // Hardly any resource is so wide, and a pattern may stand for hundreds of actions.
        one.text.contains('*') && !one.text.contains("${") && actions.iter().any(all_of)
    })
}

/// The ARNs of what an action takes, with capitals where something has to be put in.
pub(super) fn arns(action: &Action<'_>) -> String {
    let resources = action.resources();
    let arns: Vec<String> = resources
        .iter()
        .map(|resource| format!("`{}`", resource.arn))
        .collect();
    match arns.as_slice() {
        [first, second, third, rest @ ..] if !rest.is_empty() => {
            format!("{first}, {second}, {third} or {} more kinds", rest.len())
        }
        arns => arns.join(" or "),
    }
}

/// Whether an action is authorized on a resource, or on something that it stands for; those that
/// take none are.
pub(super) fn is_authorized_on(action: &Action<'_>, resource: &str) -> bool {
    let written = Written::new(resource, Version::V2012);
    !action.takes_resources() || written.is_everything() || fits(action, &[written])
}

/// Whether an action is authorized on something that one of the resources stands for.
fn fits(action: &Action<'_>, written: &[Written<'_>]) -> bool {
    if action
        .full_name()
        .eq_ignore_ascii_case("s3:ListAllMyBuckets")
    {
        // It is authorized on `arn:aws:s3:::*`, in which the star is the text itself.
        return written.iter().any(|one| one.text.ends_with(":s3:::*"));
    }
    if action.prefix() == "logs" && !action.takes_resources() {
        let nameless = template(known::LOGS_WITHOUT_GROUP);
        return written.iter().any(|one| overlaps(&one.tokens, &nameless));
    }
    let resources = action.resources();
    resources.iter().any(|resource| {
        let bucket = resource.arn.ends_with(":s3:::${BucketName}");
        let service = resource.arn.split(':').nth(2).unwrap_or_default();
        let template = template(&resource.arn);
        written.iter().any(|one| {
            let mut parts = one.text.splitn(6, ':');
            let own = parts.nth(2).unwrap_or_default();
            let elsewhere =
                !own.contains(['*', '?', '$']) && !service.contains('$') && own != service;
            // A bucket's name has no slash, which the template's placeholder does not say.
            let object = bucket && one.tokens.contains(&Token::Literal('/'));
            !elsewhere && !object && overlaps(&one.tokens, &template)
        })
    })
}

/// Whether a resource could be one: `*`, or `arn:` and five more segments, fewer where a `*` may
/// stand for them; a variable may be anything.
fn is_arn(text: &str) -> bool {
    if text.chars().all(|c| c == '*') && !text.is_empty() || text.starts_with("${") {
        return true;
    }
    let segments = text.splitn(6, ':').count();
    let crosses = text.contains('*') || text.contains("${");
    // What ends with its colon names no resource, unless a star may stand for one.
    let named = crosses
        || text
            .splitn(6, ':')
            .last()
            .is_some_and(|rest| !rest.is_empty());
    text.starts_with("arn:") && (segments == 6 || crosses) && named
}
