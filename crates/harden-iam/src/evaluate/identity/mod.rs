//! Evaluates all policies that apply to a principal's requests.

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

/// A policy with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attached {
    /// The name in messages: of the inline policy, the ARN of a managed policy, or a file.
    pub name: String,
    /// The policy.
    pub policy: Policy,
}

impl Attached {
    /// Names a policy.
    pub fn new(name: impl Into<String>, policy: Policy) -> Self {
        Self {
            name: name.into(),
            policy,
        }
    }
}

/// The control policies at one level of an organization: the root, an organizational unit, or the
/// account.
///
/// AWS Organizations User Guide, "SCP evaluation".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganizationLevel {
    /// The name in messages.
    pub name: String,
    /// The policies attached there.
    pub policies: Vec<Attached>,
}

/// A principal, as all policies that apply to its requests.
///
/// A field that is empty or `None` means that there is no such policy: a role without a permissions
/// boundary has `boundary: None`, and an account without an organization has no levels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The policies of the user or role, inline and managed, and of the user's groups.
    pub policies: Vec<Attached>,
    /// The permissions boundary. An empty list means that there is none.
    pub boundary: Option<Vec<Attached>>,
    /// The session policies. An empty list means that there are none.
    pub session: Option<Vec<Attached>>,
    /// Service control policies of the caller's organization, for each level from the root to the
    /// account. A level without policies allows nothing.
    pub service_control: Vec<OrganizationLevel>,
    /// The policy of the resource (a role's trust policy, a bucket policy, a key policy).
    pub resource: Option<Attached>,
    /// Resource control policies of the resource's organization. Only their denies matter, because
    /// the policy that allows everything cannot be detached.
    pub resource_control: Vec<OrganizationLevel>,
    /// The policy of the VPC endpoint that the request goes through.
    pub endpoint: Option<Vec<Attached>>,
}

impl Identity {
    /// A principal with these identity policies and no others.
    pub fn new(policies: impl IntoIterator<Item = Attached>) -> Self {
        Self {
            policies: policies.into_iter().collect(),
            ..Self::default()
        }
    }

    /// The statements of the identity policies that allow an action on some resource. Conditions,
    /// denies and other types of policies are ignored.
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

    /// Evaluates all policies for a request.
    ///
    /// The resource can be a pattern (`arn:aws:s3:::bucket/*`, `*`). The question is then whether some
    /// of these resources can be accessed: an Allow counts if it matches some of them, a Deny if it
    /// matches all of them.
    ///
    /// IAM User Guide, "Policy evaluation logic", "Cross-account policy evaluation logic",
    /// "Permissions boundaries for IAM entities" and "Session policies"; AWS Organizations User
    /// Guide, "SCP evaluation" and "RCP evaluation":
    ///
    /// * A deny in any policy denies the request.
    /// * Within one account an identity policy or a resource policy must allow; across two accounts
    ///   both must. A resource policy that names only the account delegates to it, so an identity
    ///   policy must allow too. A trust policy or a key policy must always allow, at least by naming
    ///   the account.
    /// * The permissions boundary and the session policies, if there are any, must allow what the
    ///   identity policy allows, and what a resource policy grants to the role. They do not limit what
    ///   a resource policy grants to the user or session by name, or to everyone.
    /// * An action without resource types is authorized on `*`, regardless of the request.
    /// * `sts:GetCallerIdentity` is always allowed. No one can change AWS managed policies and the
    ///   roles that IAM Identity Center creates.
    /// * Each level of service control policies must allow, except for AWS services, service-linked
    ///   roles and unsigned requests. VPC endpoint policies must allow.
    pub fn decide(&self, request: &Request) -> Ruling {
        self.evaluate_request(request, false)
    }

    /// Evaluates only the caller's side, for a resource whose own policy is not known: a trust policy,
    /// a key policy or the other account is taken to admit the caller.
    pub fn decide_caller_side(&self, request: &Request) -> Ruling {
        self.evaluate_request(request, true)
    }

    fn evaluate_request(&self, request: &Request, caller_side_only: bool) -> Ruling {
        let facts = Facts::of(request);
        if facts.always_allowed() {
            return Ruling::Allowed { by: Vec::new() };
        }
        let target = facts.target(request);
        let question = Question {
            request,
            view: RequestKeys::new(&request.context, &request.principal),
            resource: match &target {
                Target::One(resource) => RequestedResource::One(resource),
                Target::Pattern(tokens) => RequestedResource::AnyOf(tokens),
            },
            needs_resource_policy: !caller_side_only && facts.needs_resource_policy(request),
            across_accounts: !caller_side_only && request.is_cross_account(),
            never_allowed: facts.never_allowed(request),
            has_boundary: self.boundary.as_ref().is_some_and(|list| !list.is_empty()),
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
                .map(|level| {
                    question.evaluate_without_principal(
                        Layer::ServiceControl,
                        &level.policies,
                        &mut denies,
                    )
                })
                .collect()
        } else {
            Vec::new()
        };
        for level in self.resource_control.iter().filter(|_| !linked) {
            question.evaluate_by_principal(Layer::ResourceControl, &level.policies, &mut denies);
        }
        let endpoint = self.endpoint.as_ref().map(|policies| {
            question.evaluate_without_principal(Layer::Endpoint, policies, &mut denies)
        });
        let resource = self.resource.as_slice();
        question.evaluate_by_principal(Layer::Resource, resource, &mut denies);
        let mut optional = |layer, policies: &Option<Vec<Attached>>| match policies {
            Some(policies) if own_policies && !policies.is_empty() => {
                question.evaluate_without_principal(layer, policies, &mut denies)
            }
            _ => Grant::Given,
        };
        let boundary = optional(Layer::Boundary, &self.boundary);
        let session = optional(Layer::Session, &self.session);
        let identity = if own_policies {
            question.evaluate_without_principal(Layer::Identity, &self.policies, &mut denies)
        } else {
            Grant::Missing(Layer::Identity)
        };

        let granted = |naming| question.grant_by_naming(resource, naming);
        let limits = || boundary.clone().and(session.clone());
        // The naming matters: boundary and session policies limit a grant to the role, but not a grant
        // to the session itself or to everyone ("Policy evaluation logic", resource-based policies).
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
        let never = question
            .never_allowed
            .then_some(Grant::Missing(Layer::Service));
        let rest = control.into_iter().chain(endpoint).chain(never);
        denies.rule(rest.fold(base, |all, next| next.and(all)))
    }
}
