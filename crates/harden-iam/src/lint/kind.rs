//! The types of policies.

use crate::document::{Effect, Policy, PrincipalSet, Selector, Statement};

/// The type of a policy. It decides which elements are required and allowed, and which findings have a
/// meaning.
///
/// IAM User Guide, "Policies and permissions", policy types; AWS Organizations User Guide, "Service
/// control policies" and "Resource control policies"; Amazon VPC, "Control access to VPC endpoints using
/// endpoint policies".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PolicyType {
    /// An identity-based policy of a user, group or role, or a session policy.
    Identity,
    /// A resource-based policy.
    Resource,
    /// The trust policy of a role: it defines who can assume the role.
    Trust,
    /// A permissions boundary. It limits a user or role and grants nothing.
    Boundary,
    /// A service control policy. It limits the accounts of an organization and grants nothing.
    ServiceControl,
    /// A resource control policy. It limits the resources of an organization and grants nothing.
    ResourceControl,
    /// The policy of a VPC endpoint. It limits the calls through the endpoint and grants nothing.
    Endpoint,
}

impl PolicyType {
    /// All types.
    pub const ALL: [Self; 7] = [
        Self::Identity,
        Self::Resource,
        Self::Trust,
        Self::Boundary,
        Self::ServiceControl,
        Self::ResourceControl,
        Self::Endpoint,
    ];

    /// The name in reports: `identity`, `resource`, `trust`, `boundary`, `scp`, `rcp`, `endpoint`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Resource => "resource",
            Self::Trust => "trust",
            Self::Boundary => "boundary",
            Self::ServiceControl => "scp",
            Self::ResourceControl => "rcp",
            Self::Endpoint => "endpoint",
        }
    }

    /// The type with a name of [`as_str`](Self::as_str).
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether the policy only limits what other policies allow.
    pub const fn is_limit(self) -> bool {
        matches!(
            self,
            Self::Boundary | Self::ServiceControl | Self::ResourceControl | Self::Endpoint
        )
    }

    /// Whether every statement has a principal element.
    pub const fn has_principals(self) -> bool {
        matches!(
            self,
            Self::Resource | Self::Trust | Self::ResourceControl | Self::Endpoint
        )
    }

    /// Guesses the type from the elements.
    ///
    /// * Without a principal element it is an identity policy. A permissions boundary and a service
    ///   control policy have the same form, so they are not guessed.
    /// * With principals and without resources it is a trust policy, if all its actions are actions of
    ///   AWS STS or it names them by `NotAction`.
    /// * If every statement denies `*` as principal and `*` as resource, it is a resource control policy:
    ///   the policy of a resource names its resource, and allows something.
    /// * If it allows `*` as principal on `*` as resource, for every action or for actions of several
    ///   services, it is the policy of a VPC endpoint.
    pub fn of(policy: &Policy) -> Self {
        let statements = policy.statements();
        if !statements.iter().any(|one| one.principal().is_some()) {
            return Self::Identity;
        }
        let bare = statements.iter().all(|one| one.resources().is_none());
        if bare && statements.iter().all(is_about_sessions) {
            return Self::Trust;
        }
        let everywhere = |one: &Statement| is_everyone(one) && is_every_resource(one);
        if statements
            .iter()
            .all(|one| everywhere(one) && one.effect() == Effect::Deny)
        {
            return Self::ResourceControl;
        }
        // A trust policy with a resource element is refused by IAM: it stays a trust policy, so that
        // this is reported.
        if statements.iter().all(is_about_sessions) {
            return Self::Trust;
        }
        if statements
            .iter()
            .any(|one| one.effect() == Effect::Allow && everywhere(one) && spans_services(one))
        {
            return Self::Endpoint;
        }
        Self::Resource
    }
}

fn is_about_sessions(statement: &Statement) -> bool {
    match statement.actions() {
        Selector::Only(list) => {
            let sts = |action: &String| action.to_ascii_lowercase().starts_with("sts:");
            !list.is_empty() && list.iter().all(sts)
        }
        Selector::Except(_) => statement.resources().is_none(),
    }
}

fn is_everyone(statement: &Statement) -> bool {
    matches!(statement.principal(), Some(Selector::Only(set)) if PrincipalSet::admits_everyone(set))
}

fn is_every_resource(statement: &Statement) -> bool {
    matches!(statement.resources(), Some(Selector::Only(list)) if list.iter().any(|one| one == "*"))
}

/// Whether a statement is about every action, or about actions of several services.
fn spans_services(statement: &Statement) -> bool {
    let Selector::Only(list) = statement.actions() else {
        return true;
    };
    let mut prefixes: Vec<String> = list
        .iter()
        .map(|one| {
            one.split(':')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase()
        })
        .collect();
    prefixes.sort();
    prefixes.dedup();
    prefixes.len() > 1 || list.iter().any(|one| one == "*")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(statements: &str) -> PolicyType {
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
        PolicyType::of(&Policy::parse(&text).unwrap())
    }

    #[test]
    fn types_are_guessed_from_the_elements() {
        for (statements, expected) in [
            (
                r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#,
                PolicyType::Identity,
            ),
            (
                r#"{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}"#,
                PolicyType::Trust,
            ),
            (
                r#"{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "NotAction": "sts:TagSession"}"#,
                PolicyType::Trust,
            ),
            (
                r#"{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}"#,
                PolicyType::Trust,
            ),
            (
                r#"{"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}"#,
                PolicyType::ResourceControl,
            ),
            (
                r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}"#,
                PolicyType::Endpoint,
            ),
            (
                r#"{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}"#,
                PolicyType::Resource,
            ),
            (
                r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b"}"#,
                PolicyType::Resource,
            ),
            // The policy of a repository in Amazon ECR has no resource element.
            (
                r#"{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "ecr:BatchGetImage"}"#,
                PolicyType::Resource,
            ),
        ] {
            assert_eq!(kind(statements), expected, "{statements}");
        }
    }

    #[test]
    fn names_are_parsed() {
        for kind in PolicyType::ALL {
            assert_eq!(PolicyType::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(PolicyType::parse("session"), None);
    }
}
