//! All policies that have a say in a principal's requests.

mod grant;
mod question;
mod service;

use grant::Grant;
use question::{Question, source};
use service::{Facts, Target};

use super::matching::RequestedResource;
use super::principal::Naming;
use super::ruling::{Layer, Ruling, Source};
use crate::arn::ArnParts;
use crate::document::{Effect, Policy, Statement};
use crate::request::{Principal, Request, RequestKeys};

/// A policy and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// A name for people: that of the inline policy, the ARN of a managed one, a file's.
    pub name: String,
    /// What it says.
    pub policy: Policy,
}

impl Attached {
    /// A policy under a name.
    pub fn new(name: impl Into<String>, policy: Policy) -> Self {
        Self {
            name: name.into(),
            policy,
        }
    }
}

/// The policies at one level of an organization: its root, a unit, or the account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganizationLevel {
    /// A name for people.
    pub name: String,
    /// The policies attached there.
    pub policies: Vec<Attached>,
}

/// All policies that have a say in a principal's requests.
///
/// What is left out does not exist: a role without a boundary has `boundary: None`, an account
/// without an organization no levels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The policies of the user or role, inline and managed, and of the user's groups.
    pub policies: Vec<Attached>,
    /// The permissions boundary. An empty list is none.
    pub boundary: Option<Vec<Attached>>,
    /// The session policies. An empty list is none.
    pub session: Option<Vec<Attached>>,
    /// Service control policies of the caller's organization, each level from the root to the
    /// account. A level without a policy allows nothing.
    pub service_control: Vec<OrganizationLevel>,
    /// The policy of the resource (a role's trust policy, a bucket policy, a key policy).
    pub resource: Option<Attached>,
    /// Resource control policies of the resource's organization. They only deny: the policy that
    /// allows everything cannot be detached.
    pub resource_control: Vec<OrganizationLevel>,
    /// The policy of the VPC endpoint that the request goes through.
    pub endpoint: Option<Vec<Attached>>,
}

impl Identity {
    /// A principal with these policies and nothing else around it.
    pub fn new(policies: impl IntoIterator<Item = Attached>) -> Self {
        Self {
            policies: policies.into_iter().collect(),
            ..Self::default()
        }
    }

    /// The statements of the identity policies that allow an action on something, conditions
    /// aside; denies and boundaries are not looked at.
    pub fn allow_statements<'a>(
        &'a self,
        action: &'a str,
    ) -> impl Iterator<Item = (Source, &'a Policy, &'a Statement)> {
        self.policies.iter().flat_map(move |attached| {
            let statements = attached.policy.statements().iter().enumerate();
            statements
                .filter(move |(_, statement)| {
                    statement.effect() == Effect::Allow && statement.matches_action(action)
                })
                .map(move |(index, statement)| {
                    let source = source(Layer::Identity, attached, index);
                    (source, &attached.policy, statement)
                })
        })
    }

    /// What all policies say of a request.
    ///
    /// The resource may be a pattern (`arn:aws:s3:::bucket/*`, `*`). The question is then whether
    /// some resource of these may be reached: an Allow counts if it is about some of them, a Deny
    /// if it is about all.
    ///
    /// IAM User Guide, "Policy evaluation logic", "Cross-account policy evaluation logic",
    /// "Permissions boundaries for IAM entities" and "Session policies"; AWS Organizations User
    /// Guide, "SCP evaluation" and "RCP evaluation":
    ///
    /// * a deny anywhere denies;
    /// * within an account an identity policy or the resource's policy must allow; across
    ///   accounts both. A resource policy that names the account only admits its delegation, so
    ///   that an identity policy must allow too. A trust policy or a key policy must always
    ///   allow, if only by naming the account;
    /// * boundary and session policies, where there are any, must allow what the identity policy
    ///   allows, and what a resource policy grants to the role; not what it grants to the user or
    ///   session by name, or to everybody;
    /// * an action that takes no resource is authorized on `*`, whatever the request says;
    /// * `sts:GetCallerIdentity` is always allowed, and nobody changes AWS's own policies and the
    ///   roles that IAM Identity Center keeps;
    /// * each level of service control policies must allow, but for AWS services, service-linked
    ///   roles and requests that nobody signed; endpoint policies must allow.
    pub fn decide(&self, request: &Request) -> Ruling {
        self.decided(request, false)
    }

    /// The same, where the resource's own policy is not at hand: what the caller's side says,
    /// taking it that a trust policy, a key policy or another account admits the caller.
    pub fn decide_caller_side(&self, request: &Request) -> Ruling {
        self.decided(request, true)
    }

    fn decided(&self, request: &Request, own_side: bool) -> Ruling {
        let facts = Facts::of(request);
        if facts.always_allowed() {
            return Ruling::Allowed { by: Vec::new() };
        }
        let target = facts.target(request);
        let question = Question {
            request,
            view: RequestKeys::new(&request.context, &request.principal),
            asked: match &target {
                Target::One(resource) => RequestedResource::One(resource),
                Target::Pattern(tokens) => RequestedResource::AnyOf(tokens),
            },
            needs_resource_policy: !own_side && facts.needs_resource_policy(request),
            across_accounts: !own_side && request.is_cross_account(),
            never: facts.never_allowed(request),
            bounded: self.boundary.as_ref().is_some_and(|list| !list.is_empty()),
        };
        self.ruling(&question)
    }

    fn ruling(&self, question: &Question<'_>) -> Ruling {
        let caller = &question.request.principal;
        let own_policies = matches!(caller, Principal::Arn(_) | Principal::Account(_));
        let mut denies = grant::Denies::default();

        // Control policies do not bind service-linked roles.
        let linked = matches!(caller, Principal::Arn(arn)
            if ArnParts::parse(arn).is_some_and(|arn| arn.resource.starts_with("role/aws-service-role/")));
        let control: Vec<Grant> = if own_policies && !linked {
            let levels = self.service_control.iter();
            levels
                .map(|level| question.plain(Layer::ServiceControl, &level.policies, &mut denies))
                .collect()
        } else {
            Vec::new()
        };
        for level in self.resource_control.iter().filter(|_| !linked) {
            question.by_principal(Layer::ResourceControl, &level.policies, &mut denies);
        }
        let endpoint = self
            .endpoint
            .as_ref()
            .map(|policies| question.plain(Layer::Endpoint, policies, &mut denies));
        let resource = self.resource.as_slice();
        question.by_principal(Layer::Resource, resource, &mut denies);
        let mut optional = |layer, policies: &Option<Vec<Attached>>| match policies {
            Some(policies) if own_policies && !policies.is_empty() => {
                question.plain(layer, policies, &mut denies)
            }
            _ => Grant::Given,
        };
        let boundary = optional(Layer::Boundary, &self.boundary);
        let session = optional(Layer::Session, &self.session);
        let identity = if own_policies {
            question.plain(Layer::Identity, &self.policies, &mut denies)
        } else {
            Grant::Missing(Layer::Identity)
        };

        let granted = |naming| question.naming(resource, naming);
        let limits = || boundary.clone().and(session.clone());
        let base = if !own_policies {
            granted(Naming::Itself).or(granted(Naming::Everybody))
        } else if question.across_accounts {
            let any = [
                Naming::Itself,
                Naming::Role,
                Naming::Everybody,
                Naming::Account,
            ]
            .into_iter()
            .map(granted)
            .reduce(Grant::or);
            let any = any.unwrap_or(Grant::Missing(Layer::Resource));
            identity.and(limits()).and(any)
        } else {
            let own = identity.and(limits());
            let by_identity = if question.needs_resource_policy {
                own.and(granted(Naming::Account).or(granted(Naming::Role)))
            } else {
                own
            };
            granted(Naming::Itself)
                .or(granted(Naming::Everybody))
                .or(granted(Naming::Role).and(limits()))
                .or(by_identity)
        };
        let never = question.never.then_some(Grant::Missing(Layer::Service));
        let rest = control.into_iter().chain(endpoint).chain(never);
        denies.rule(rest.fold(base, |all, next| next.and(all)))
    }
}
