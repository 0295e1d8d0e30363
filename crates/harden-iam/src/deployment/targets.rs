//! The targets of a deployment: repositories, services, functions, buckets.

use std::collections::BTreeMap;

use super::target_arns::{
    COMMON, allows_change, is_name, names_of, passes_to_tasks, resource_type,
};
use crate::arn::ArnParts;
use crate::document::{Effect, Selector, Statement};
use crate::evaluate::Identity;

/// The names in an ARN, by placeholder. Names with a wildcard are left out.
type Names = BTreeMap<String, String>;

/// The names of a deployment's targets. Unknown names can be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Targets {
    /// The given names, by placeholder in the templates of [`Call::on`](super::Call::on): `partition`, `region`,
    /// `account`, `repository` (of ECR), `family`, `cluster`, `service`, `function`, `bucket`,
    /// `distribution`.
    given: Names,
    /// The names that the policies contain. Region and account can differ by service: `region@ecr`.
    names: Names,
    /// The targets that the policies let the role change: the service and the names of each ARN. A role
    /// can push to several repositories. Resources that it only reads are not targets.
    targets: Vec<(String, Names)>,
    /// The text for unknown names.
    placeholder_texts: Names,
    /// The ARNs of the roles that are passed; empty if they are not known.
    pub roles: Vec<String>,
}

impl Targets {
    /// No names are known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a name, for example `with("repository", "acme/shop")`. It is then the only target of its
    /// kind.
    #[must_use]
    pub fn with(mut self, placeholder: &str, name: impl Into<String>) -> Self {
        let name = name.into();
        if !COMMON.contains(&placeholder) {
            let agrees = |names: &Names| names.get(placeholder).is_none_or(|one| *one == name);
            self.targets.retain(|(_, names)| agrees(names));
        }
        self.given.insert(placeholder.to_owned(), name);
        self
    }

    /// Sets the account. It does not apply to services whose resources the policies name in another
    /// account, such as a shared registry.
    #[must_use]
    pub fn in_account(mut self, id: impl Into<String>) -> Self {
        self.names.insert("account".to_owned(), id.into());
        self
    }

    /// Sets the text that is written for an unknown name; a person must replace it.
    #[must_use]
    pub fn with_placeholder(mut self, placeholder: &str, text: impl Into<String>) -> Self {
        self.placeholder_texts
            .insert(placeholder.to_owned(), text.into());
        self
    }

    /// Adds a role that is passed, by its ARN.
    #[must_use]
    pub fn with_passed_role(mut self, role: impl Into<String>) -> Self {
        self.roles.push(role.into());
        self
    }

    /// The name for a placeholder, if it is known; the first one if there are targets.
    pub fn get(&self, placeholder: &str) -> Option<&str> {
        let known = self
            .given
            .get(placeholder)
            .or_else(|| self.names.get(placeholder));
        known.map(String::as_str)
    }

    /// Collects the names in the identity policies of a role that contain no wildcard.
    pub fn from_policies(identity: &Identity) -> Self {
        let mut targets = Self::new();
        let statements = identity
            .policies
            .iter()
            .flat_map(|one| one.policy.statements());
        for statement in statements.filter(|one| one.effect() == Effect::Allow) {
            targets.collect(statement);
        }
        targets
    }

    fn collect(&mut self, statement: &Statement) {
        let passes = match statement.actions() {
            Selector::Only(list) => list
                .iter()
                .any(|one| one.eq_ignore_ascii_case("iam:PassRole")),
            Selector::Except(_) => false,
        };
        let passes = passes && passes_to_tasks(statement);
        if let Some(Selector::Only(list)) = statement.resources() {
            for arn in list.iter().filter_map(|text| ArnParts::parse(text)) {
                self.collect_arn(&arn, allows_change(statement, &arn));
                let role = arn.to_string();
                if passes
                    && (arn.service, resource_type(&arn)) == ("iam", "role")
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
                    self.collect_arn(&arn, on_services);
                }
            }
        }
    }

    /// Collects the names of an ARN, as a target if the role can change the resource.
    fn collect_arn(&mut self, arn: &ArnParts<'_>, is_target: bool) {
        let common = [arn.partition, arn.region, arn.account];
        let common = COMMON.into_iter().zip(common);
        let known = common.filter(|(_, name)| is_name(name));
        let own: Vec<_> = names_of(arn)
            .into_iter()
            .filter(|(_, name)| is_name(name))
            .collect();
        let mut names: Names = Names::new();
        for (placeholder, name) in known.chain(own.iter().copied()) {
            names.insert(placeholder.to_owned(), name.to_owned());
            if COMMON[1..].contains(&placeholder) {
                let of_service = format!("{placeholder}@{}", arn.service);
                self.names
                    .entry(of_service)
                    .or_insert_with(|| name.to_owned());
            }
            let first = self.names.entry(placeholder.to_owned());
            first.or_insert_with(|| name.to_owned());
        }
        let one = (arn.service.to_owned(), names);
        if is_target && !own.is_empty() && !self.targets.contains(&one) {
            self.targets.push(one);
        }
    }

    /// Fills in a template, once for each target. Unknown names are replaced by the result of `otherwise`.
    pub(super) fn fill(
        &self,
        template: &str,
        otherwise: &mut dyn FnMut(&str) -> String,
    ) -> Vec<String> {
        let service = template.split(':').nth(2).unwrap_or_default();
        let placeholders = |names: &Names| -> Vec<String> {
            let own = names
                .keys()
                .filter(|placeholder| !COMMON.contains(&placeholder.as_str()));
            let named = own.filter(|placeholder| template.contains(&format!("{{{placeholder}}}")));
            named.cloned().collect()
        };
        let fitting: Vec<(&Names, Vec<String>)> = self
            .targets
            .iter()
            .filter(|(of, _)| of == service)
            .map(|(_, names)| (names, placeholders(names)))
            .filter(|(_, placeholders)| !placeholders.is_empty())
            .collect();
        // The ARN of a cluster adds nothing if one of its services is known.
        let is_covered_by = |names: &Names,
                             placeholders: &[String],
                             other: &(&Names, Vec<String>)| {
            let same = |placeholder: &String| names.get(placeholder) == other.0.get(placeholder);
            other.1.len() > placeholders.len() && placeholders.iter().all(same)
        };
        let mut all: Vec<String> = Vec::new();
        for (names, placeholders) in &fitting {
            if fitting
                .iter()
                .any(|other| is_covered_by(names, placeholders, other))
            {
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

    /// Fills in a template with the names of one target, or with the first names that are known.
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
            let (placeholder, after) = after.split_once('}').unwrap_or((after, ""));
            let elsewhere = || {
                let of_service = self.names.get(&format!("{placeholder}@{service}"));
                of_service.or_else(|| self.names.get(placeholder))
            };
            let given = self.given.get(placeholder);
            let known = match own {
                // Do not mix targets: a service belongs to its own cluster.
                Some(own) if !COMMON.contains(&placeholder) => {
                    given.or_else(|| own.get(placeholder))
                }
                Some(own) => given.or_else(|| own.get(placeholder)).or_else(elsewhere),
                None => given.or_else(elsewhere),
            };
            match known.or_else(|| self.placeholder_texts.get(placeholder)) {
                Some(name) => text.push_str(name),
                None => text.push_str(&otherwise(placeholder)),
            }
            rest = after;
        }
        text + rest
    }
}
