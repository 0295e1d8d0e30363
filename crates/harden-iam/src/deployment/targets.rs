//! What a deployment delivers to.

use std::collections::BTreeMap;

use crate::arn::ArnParts;
use crate::document::{Effect, Selector, Statement};
use crate::evaluate::Identity;
use crate::pattern::Pattern;

/// The names that a deployment's calls are about; what is not known may be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Targets {
    /// By place in the templates of [`Call::on`](super::Call::on): `partition`, `region`,
    /// `account`, `repository` (of ECR), `family`, `cluster`, `service`, `function`, `bucket`,
    /// `distribution`. A region and an account may differ by service: `region@ecr`.
    names: BTreeMap<String, String>,
    /// The ARNs of the roles that are passed; empty if they are not known.
    pub roles: Vec<String>,
}

impl Targets {
    /// Nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a name, as `with("repository", "acme/shop")`.
    #[must_use]
    pub fn with(mut self, place: &str, name: impl Into<String>) -> Self {
        let of_services = format!("{place}@");
        self.names.retain(|one, _| !one.starts_with(&of_services));
        self.names.insert(place.to_owned(), name.into());
        self
    }

    /// In an account, but for services whose resources the policies name in another one: a registry
    /// that several accounts share.
    #[must_use]
    pub fn in_account(mut self, id: impl Into<String>) -> Self {
        self.names.insert("account".to_owned(), id.into());
        self
    }

    /// With a role that is passed, by its ARN.
    #[must_use]
    pub fn passing(mut self, role: impl Into<String>) -> Self {
        self.roles.push(role.into());
        self
    }

    /// A name, if it is known.
    pub fn get(&self, place: &str) -> Option<&str> {
        self.names.get(place).map(String::as_str)
    }

    /// What the identity policies of a role name: the first of each kind without a wildcard.
    pub fn of(identity: &Identity) -> Self {
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
            for text in list {
                self.learn_arn(text, passes);
            }
        }
        for condition in statement.conditions() {
            if condition.key().eq_ignore_ascii_case("ecs:cluster") {
                for value in condition.values() {
                    self.learn_arn(value, false);
                }
            }
        }
    }

    fn learn_arn(&mut self, text: &str, passes: bool) {
        let Some(arn) = ArnParts::parse(text) else {
            return;
        };
        let mut learn = |place: &str, name: &str| {
            if !name.is_empty() && !name.contains(['*', '?', '$']) {
                self.names
                    .entry(place.to_owned())
                    .or_insert_with(|| name.to_owned());
            }
        };
        learn("partition", arn.partition);
        for (place, name) in [("region", arn.region), ("account", arn.account)] {
            learn(&format!("{place}@{}", arn.service), name);
            learn(place, name);
        }
        let (kind, rest) = arn.resource.split_once('/').unwrap_or((arn.resource, ""));
        match (arn.service, kind) {
            ("ecr", "repository") => learn("repository", rest),
            ("ecs", "cluster") => learn("cluster", rest),
            ("ecs", "task-definition") => {
                learn("family", rest.split(':').next().unwrap_or_default())
            }
            ("ecs", "service") => {
                if let Some((cluster, service)) = rest.split_once('/') {
                    learn("cluster", cluster);
                    learn("service", service);
                }
            }
            ("lambda", _) => {
                if let Some(name) = arn.resource.strip_prefix("function:") {
                    learn("function", name.split(':').next().unwrap_or_default());
                }
            }
            ("s3", bucket) if arn.account.is_empty() => learn("bucket", bucket),
            ("cloudfront", "distribution") => learn("distribution", rest),
            ("iam", "role")
                if passes
                    && !text.contains(['*', '?', '$'])
                    && !self.roles.iter().any(|one| one == text) =>
            {
                self.roles.push(text.to_owned());
            }
            _ => {}
        }
    }

    /// A template with the names that are known, and `otherwise` of a place for those that are not.
    pub(super) fn fill(&self, template: &str, otherwise: &mut dyn FnMut(&str) -> String) -> String {
        let mut text = String::new();
        let mut rest = template;
        let service = template.split(':').nth(2).unwrap_or_default();
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let (place, after) = after.split_once('}').unwrap_or((after, ""));
            let of_service = self.get(&format!("{place}@{service}"));
            match of_service.or_else(|| self.get(place)) {
                Some(name) => text.push_str(name),
                None => text.push_str(&otherwise(place)),
            }
            rest = after;
        }
        text + rest
    }

    /// The ARN of the cluster, if it is known.
    pub(super) fn cluster(&self) -> Option<String> {
        for place in ["region", "account", "cluster"] {
            self.get(place)?;
        }
        let template = "arn:{partition}:ecs:{region}:{account}:cluster/{cluster}";
        Some(self.fill(template, &mut |_| "aws".to_owned()))
    }
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
