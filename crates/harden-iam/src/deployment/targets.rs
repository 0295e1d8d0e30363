//! What a deployment delivers to.

use std::collections::BTreeMap;

use super::steps::STEPS;
use crate::arn::ArnParts;
use crate::caller::look_up;
use crate::document::{Effect, Selector, Statement};
use crate::evaluate::Identity;
use crate::pattern::Pattern;
use crate::table::AccessLevel;

/// The names of one ARN, by place; what has a wildcard in it is left out.
type Names = BTreeMap<String, String>;

/// The places that every ARN has. Of what is delivered to, the others tell.
const COMMON: [&str; 3] = ["partition", "region", "account"];

/// The names that a deployment's calls are about; what is not known may be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Targets {
    /// By place in the templates of [`Call::on`](super::Call::on): `partition`, `region`,
    /// `account`, `repository` (of ECR), `family`, `cluster`, `service`, `function`, `bucket`,
    /// `distribution`.
    said: Names,
    /// The same, as the policies name it; a region and an account may differ by service:
    /// `region@ecr`.
    names: Names,
    /// What the policies let the role deliver to, each ARN by itself with its service: a role may
    /// push to several repositories, and what it only reads is none of these.
    several: Vec<(String, Names)>,
    /// What stands for what is not known.
    marks: Names,
    /// The ARNs of the roles that are passed; empty if they are not known.
    pub roles: Vec<String>,
}

impl Targets {
    /// Nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a name, as `with("repository", "acme/shop")`: it alone is delivered to.
    #[must_use]
    pub fn with(mut self, place: &str, name: impl Into<String>) -> Self {
        let name = name.into();
        if !COMMON.contains(&place) {
            let agrees = |names: &Names| names.get(place).is_none_or(|one| *one == name);
            self.several.retain(|(_, names)| agrees(names));
        }
        self.said.insert(place.to_owned(), name);
        self
    }

    /// In an account, but for services whose resources the policies name in another one: a registry
    /// that several accounts share.
    #[must_use]
    pub fn in_account(mut self, id: impl Into<String>) -> Self {
        self.names.insert("account".to_owned(), id.into());
        self
    }

    /// With a mark for a name that is not known: what a person is to replace.
    #[must_use]
    pub fn with_placeholder(mut self, place: &str, mark: impl Into<String>) -> Self {
        self.marks.insert(place.to_owned(), mark.into());
        self
    }

    /// With a role that is passed, by its ARN.
    #[must_use]
    pub fn with_passed_role(mut self, role: impl Into<String>) -> Self {
        self.roles.push(role.into());
        self
    }

    /// A name, if it is known; where there are several, the first.
    pub fn get(&self, place: &str) -> Option<&str> {
        let known = self.said.get(place).or_else(|| self.names.get(place));
        known.map(String::as_str)
    }

    /// What the identity policies of a role name without a wildcard.
    pub fn from_policies(identity: &Identity) -> Self {
        let mut targets = Self::new();
        let statements = identity
            .policies
            .iter()
            .flat_map(|one| one.policy.statements());
        for statement in statements.filter(|one| one.effect() == Effect::Allow) {
            targets.learn(statement);
        }
        targets
    }

    fn learn(&mut self, statement: &Statement) {
        let passes = match statement.actions() {
            Selector::Only(list) => list
                .iter()
                .any(|one| one.eq_ignore_ascii_case("iam:PassRole")),
            Selector::Except(_) => false,
        };
        let passes = passes && to_tasks(statement);
        if let Some(Selector::Only(list)) = statement.resources() {
            for arn in list.iter().filter_map(|text| ArnParts::parse(text)) {
                self.learn_arn(&arn, delivers(statement, &arn));
                let role = arn.to_string();
                if passes
                    && (arn.service, kind_of(&arn)) == ("iam", "role")
                    && is_name(&role)
                    && !self.roles.contains(&role)
                {
                    self.roles.push(role);
                }
            }
        }
        for condition in statement.conditions() {
            if condition.key().eq_ignore_ascii_case("ecs:cluster") {
                let clusters = condition.values().iter();
                for arn in clusters.filter_map(|text| ArnParts::parse(text)) {
                    let on_services = statement.matches_action("ecs:UpdateService");
                    self.learn_arn(&arn, on_services);
                }
            }
        }
    }

    /// Takes the names of an ARN; as one of several if the role may deliver to it.
    fn learn_arn(&mut self, arn: &ArnParts<'_>, delivers: bool) {
        let common = [arn.partition, arn.region, arn.account];
        let common = COMMON.into_iter().zip(common);
        let known = common.filter(|(_, name)| is_name(name));
        let own: Vec<_> = names_of(arn)
            .into_iter()
            .filter(|(_, name)| is_name(name))
            .collect();
        let mut names: Names = Names::new();
        for (place, name) in known.chain(own.iter().copied()) {
            names.insert(place.to_owned(), name.to_owned());
            if COMMON[1..].contains(&place) {
                let of_service = format!("{place}@{}", arn.service);
                self.names
                    .entry(of_service)
                    .or_insert_with(|| name.to_owned());
            }
            let first = self.names.entry(place.to_owned());
            first.or_insert_with(|| name.to_owned());
        }
        let one = (arn.service.to_owned(), names);
        if delivers && !own.is_empty() && !self.several.contains(&one) {
            self.several.push(one);
        }
    }

    /// A template with the names that are known, and `otherwise` of a place for those that are not:
    /// as many ARNs as there are of the kind.
    pub(super) fn fill(
        &self,
        template: &str,
        otherwise: &mut dyn FnMut(&str) -> String,
    ) -> Vec<String> {
        let service = template.split(':').nth(2).unwrap_or_default();
        let places = |names: &Names| -> Vec<String> {
            let own = names
                .keys()
                .filter(|place| !COMMON.contains(&place.as_str()));
            let named = own.filter(|place| template.contains(&format!("{{{place}}}")));
            named.cloned().collect()
        };
        let fitting: Vec<(&Names, Vec<String>)> = self
            .several
            .iter()
            .filter(|(of, _)| of == service)
            .map(|(_, names)| (names, places(names)))
            .filter(|(_, places)| !places.is_empty())
            .collect();
        // a cluster of which a service is known adds nothing
        let told_by = |names: &Names, places: &[String], other: &(&Names, Vec<String>)| {
            let same = |place: &String| names.get(place) == other.0.get(place);
            other.1.len() > places.len() && places.iter().all(same)
        };
        let mut all: Vec<String> = Vec::new();
        for (names, places) in &fitting {
            if fitting.iter().any(|other| told_by(names, places, other)) {
                continue;
            }
            let arn = self.fill_one(template, Some(names), otherwise);
            if !all.contains(&arn) {
                all.push(arn);
            }
        }
        if all.is_empty() {
            all.push(self.fill_one(template, None, otherwise));
        }
        all
    }

    /// A template with the names of one ARN, or of the first of each kind.
    fn fill_one(
        &self,
        template: &str,
        own: Option<&Names>,
        otherwise: &mut dyn FnMut(&str) -> String,
    ) -> String {
        let mut text = String::new();
        let mut rest = template;
        let service = template.split(':').nth(2).unwrap_or_default();
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let (place, after) = after.split_once('}').unwrap_or((after, ""));
            let elsewhere = || {
                let of_service = self.names.get(&format!("{place}@{service}"));
                of_service.or_else(|| self.names.get(place))
            };
            let told = self.said.get(place);
            let known = match own {
                // the service of one cluster is not that of another
                Some(own) if !COMMON.contains(&place) => told.or_else(|| own.get(place)),
                Some(own) => told.or_else(|| own.get(place)).or_else(elsewhere),
                None => told.or_else(elsewhere),
            };
            match known.or_else(|| self.marks.get(place)) {
                Some(name) => text.push_str(name),
                None => text.push_str(&otherwise(place)),
            }
            rest = after;
        }
        text + rest
    }
}

/// The cluster of a service, by their ARNs; nothing where the cluster is not known.
pub(super) fn cluster_of(service: &str) -> Option<String> {
    let arn = ArnParts::parse(service)?;
    let (cluster, _) = arn.resource.strip_prefix("service/")?.split_once('/')?;
    let known = [arn.region, arn.account, cluster];
    let (partition, region, account) = (arn.partition, arn.region, arn.account);
    known
        .into_iter()
        .all(is_name)
        .then(|| format!("arn:{partition}:ecs:{region}:{account}:cluster/{cluster}"))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(['*', '?', '$'])
}

fn kind_of<'a>(arn: &ArnParts<'a>) -> &'a str {
    arn.resource.split('/').next().unwrap_or(arn.resource)
}

/// The names in an ARN of something that is delivered to, by their places in the templates.
fn names_of<'a>(arn: &ArnParts<'a>) -> Vec<(&'static str, &'a str)> {
    let (kind, rest) = arn.resource.split_once('/').unwrap_or((arn.resource, ""));
    let version_off = |name: &'a str| name.split(':').next().unwrap_or_default();
    match (arn.service, kind) {
        ("ecr", "repository") => vec![("repository", rest)],
        ("ecs", "cluster") => vec![("cluster", rest)],
        ("ecs", "task-definition") => vec![("family", version_off(rest))],
        ("ecs", "service") => match rest.split_once('/') {
            Some((cluster, service)) => vec![("cluster", cluster), ("service", service)],
            None => Vec::new(),
        },
        ("lambda", _) => match arn.resource.strip_prefix("function:") {
            Some(name) => vec![("function", version_off(name))],
            None => Vec::new(),
        },
        ("s3", bucket) if arn.account.is_empty() => vec![("bucket", bucket)],
        ("cloudfront", "distribution") => vec![("distribution", rest)],
        _ => Vec::new(),
    }
}

/// Whether a statement lets a deployment change what an ARN names: a repository that is only pulled
/// from is not delivered to.
fn delivers(statement: &Statement, arn: &ArnParts<'_>) -> bool {
    let places = names_of(arn);
    let calls = STEPS.into_iter().flat_map(|part| part.calls);
    let mut changing = calls.filter(|call| {
        let of_service = call.on.split(':').nth(2) == Some(arn.service);
        let named = |(place, _): &(&str, &str)| call.on.contains(&format!("{{{place}}}"));
        let own = call.on.matches('{').count() - common_in(call.on);
        of_service && own == places.len() && places.iter().all(named) && writes(call.action)
    });
    changing.any(|call| statement.matches_action(call.action))
}

fn common_in(template: &str) -> usize {
    let stands = |place: &&&str| template.contains(&format!("{{{place}}}"));
    COMMON.iter().filter(stands).count()
}

fn writes(action: &str) -> bool {
    look_up(action, |action| action.level()) == Some(AccessLevel::Write)
}

/// Whether a statement may let roles be passed to ECS: those that are passed to another service are
/// not what its tasks have.
fn to_tasks(statement: &Statement) -> bool {
    let mut conditions = statement.conditions().iter();
    !conditions.any(|condition| {
        let operator = condition.operator().to_ascii_lowercase();
        let names = operator.contains("stringequals") || operator.contains("stringlike");
        let mut values = condition.values().iter();
        condition.key().eq_ignore_ascii_case("iam:PassedToService")
            && names
            && !operator.contains("not")
            && !values.any(|value| {
                value.contains('$') || Pattern::text(value).matches("ecs-tasks.amazonaws.com")
            })
    })
}
