//! A statement and its elements.

use super::place::{ConditionPlaces, Part, Places};
use crate::error::Position;

/// Whether a statement allows or denies (IAM User Guide, "IAM JSON policy elements: Effect").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// `Allow`.
    Allow,
    /// `Deny`: overrides every allow.
    Deny,
}

impl Effect {
    /// The value of `Effect` in a document.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

/// An element or its `Not...` form.
///
/// IAM User Guide, "IAM JSON policy elements: NotAction", "... NotResource", "... NotPrincipal".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector<T> {
    /// `Principal`, `Action`, `Resource`: only these.
    Only(T),
    /// `NotPrincipal`, `NotAction`, `NotResource`: all except these.
    Except(T),
}

/// The principals of a statement (IAM User Guide, "AWS JSON policy elements: Principal").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PrincipalSet {
    /// Whether the element is the string `*`. The lists are then empty.
    pub everyone: bool,
    /// `AWS`: account ids; ARNs of accounts, users, roles and sessions; or `*` for everyone.
    pub aws: Vec<String>,
    /// `Service`: names of service principals, such as `budgets.amazonaws.com`.
    pub services: Vec<String>,
    /// `Federated`: ARNs of SAML or OIDC providers, or names of web identity providers.
    pub federated: Vec<String>,
    /// `CanonicalUser`: canonical ids of accounts, in bucket policies.
    pub canonical_users: Vec<String>,
}

impl PrincipalSet {
    /// `*`.
    pub fn everyone() -> Self {
        Self {
            everyone: true,
            ..Self::default()
        }
    }

    /// One service principal.
    pub fn service(name: impl Into<String>) -> Self {
        Self {
            services: vec![name.into()],
            ..Self::default()
        }
    }

    /// One account (its id, or its root ARN), user, role or session, or `*`.
    pub fn aws(principal: impl Into<String>) -> Self {
        Self {
            aws: vec![principal.into()],
            ..Self::default()
        }
    }

    /// Whether the set includes every caller: `"*"` or `{"AWS": "*"}`. Both mean the same in a
    /// resource policy.
    pub fn admits_everyone(&self) -> bool {
        self.everyone || self.aws.iter().any(|entry| entry == "*")
    }
}

/// One condition: an operator, a key, and values of which at least one must match.
///
/// IAM User Guide, "IAM JSON policy elements: Condition".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    pub(crate) operator: String,
    pub(crate) key: String,
    pub(crate) values: Vec<String>,
    pub(crate) places: ConditionPlaces,
}

impl Condition {
    /// The operator as it is written in the document (`StringEquals`, `ForAnyValue:ArnLikeIfExists`).
    pub fn operator(&self) -> &str {
        &self.operator
    }

    /// The condition key as it is written in the document. The case of keys does not matter.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The values. Numbers and booleans are converted to text.
    pub fn values(&self) -> &[String] {
        &self.values
    }
}

/// A statement of a policy.
///
/// IAM User Guide, "IAM JSON policy elements: Statement".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub(crate) sid: Option<String>,
    pub(crate) effect: Effect,
    pub(crate) principal: Option<Selector<PrincipalSet>>,
    pub(crate) actions: Selector<Vec<String>>,
    pub(crate) resources: Option<Selector<Vec<String>>>,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) places: Places,
}

impl Statement {
    /// A statement for `actions` of `principal` on `resource` (an ARN, a pattern, or `*`).
    pub fn new<A: Into<String>>(
        effect: Effect,
        principal: PrincipalSet,
        actions: impl IntoIterator<Item = A>,
        resource: impl Into<String>,
    ) -> Self {
        Self {
            sid: None,
            effect,
            principal: Some(Selector::Only(principal)),
            actions: Selector::Only(actions.into_iter().map(Into::into).collect()),
            resources: Some(Selector::Only(vec![resource.into()])),
            conditions: Vec::new(),
            places: Places::default(),
        }
    }

    /// A statement that allows an AWS service `actions` on `resource`. Narrow it with
    /// [`from_account`](Self::from_account) or [`from_source`](Self::from_source): otherwise the
    /// service can use the permission on behalf of any account (IAM User Guide, "The confused deputy
    /// problem").
    pub fn allow_service<A: Into<String>>(
        sid: impl Into<String>,
        service: impl Into<String>,
        actions: impl IntoIterator<Item = A>,
        resource: impl Into<String>,
    ) -> Self {
        let service = PrincipalSet::service(service);
        Self::new(Effect::Allow, service, actions, resource).with_sid(sid)
    }

    /// Sets the `Sid`.
    #[must_use]
    pub fn with_sid(mut self, sid: impl Into<String>) -> Self {
        self.sid = Some(sid.into());
        self
    }

    /// Adds a condition. A condition with the same operator and key is replaced, because a document
    /// cannot have both.
    #[must_use]
    pub fn with_condition<V: Into<String>>(
        mut self,
        operator: &str,
        key: &str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        let same = |one: &Condition| one.operator == operator;
        let conditions = &mut self.conditions;
        match conditions
            .iter_mut()
            .find(|one| same(one) && one.key.eq_ignore_ascii_case(key))
        {
            Some(one) => {
                one.values = values;
                one.places = ConditionPlaces::default();
            }
            None => {
                let end = conditions
                    .iter()
                    .rposition(same)
                    .map_or(conditions.len(), |at| at + 1);
                let (operator, key) = (operator.to_owned(), key.to_owned());
                conditions.insert(
                    end,
                    Condition {
                        operator,
                        key,
                        values,
                        places: ConditionPlaces::default(),
                    },
                );
            }
        }
        self
    }

    /// Limits a service to calls on behalf of this account: `StringEquals` `aws:SourceAccount`.
    #[must_use]
    pub fn from_account(self, account: &str) -> Self {
        self.with_condition("StringEquals", "aws:SourceAccount", [account])
    }

    /// Limits a service to calls on behalf of resources whose ARN matches: `ArnLike` `aws:SourceArn`.
    #[must_use]
    pub fn from_source(self, arn_pattern: &str) -> Self {
        self.with_condition("ArnLike", "aws:SourceArn", [arn_pattern])
    }

    /// The `Sid`; `None` if it is missing or empty.
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref().filter(|sid| !sid.is_empty())
    }

    /// Whether the statement allows or denies.
    pub const fn effect(&self) -> Effect {
        self.effect
    }

    /// `Principal` or `NotPrincipal`; `None` in an identity policy.
    pub const fn principal(&self) -> Option<&Selector<PrincipalSet>> {
        self.principal.as_ref()
    }

    /// `Action` or `NotAction`.
    pub const fn actions(&self) -> &Selector<Vec<String>> {
        &self.actions
    }

    /// `Resource` or `NotResource`; `None` in a trust policy.
    pub const fn resources(&self) -> Option<&Selector<Vec<String>>> {
        self.resources.as_ref()
    }

    /// The conditions, all of which must hold.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// The position of the statement; `None` if it was not parsed from text.
    pub const fn position(&self) -> Option<Position> {
        self.places.whole
    }

    /// The position of a part of the statement; that of the statement if it has no such part.
    pub fn position_of(&self, part: Part) -> Option<Position> {
        let places = &self.places;
        let condition = |at: usize| self.conditions.get(at).map(|one| &one.places);
        let part = match part {
            Part::Sid => places.sid,
            Part::Effect => places.effect,
            Part::Principal => places.principal,
            Part::Aws(at) => places.aws.get(at).copied(),
            Part::Service(at) => places.services.get(at).copied(),
            Part::Federated(at) => places.federated.get(at).copied(),
            Part::CanonicalUser(at) => places.canonical_users.get(at).copied(),
            Part::Action(at) => places.actions.get(at).copied(),
            Part::Resource(at) => places.resources.get(at).copied(),
            Part::Operator(at) => condition(at).and_then(|one| one.operator),
            Part::Key(at) => condition(at).and_then(|one| one.key),
            Part::Value(at, value) => condition(at).and_then(|one| one.values.get(value).copied()),
        };
        part.or(places.whole)
    }
}
