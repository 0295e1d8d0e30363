//! Evaluates the policies of one type for a request.

use super::Attached;
use super::grant::{Denies, Grant};
use crate::document::{Effect, Selector, Statement};
use crate::evaluate::matching::{RequestedResource, StatementMatches, match_statements};
use crate::evaluate::principal::{Naming, applies, named_as};
use crate::evaluate::{Layer, Source};
use crate::request::Request;
use crate::request::RequestKeys;
use crate::truth::Truth;

/// A request with everything that its evaluation needs.
pub(super) struct Question<'a> {
    pub(super) request: &'a Request,
    pub(super) view: RequestKeys<'a>,
    pub(super) resource: RequestedResource<'a>,
    pub(super) needs_resource_policy: bool,
    pub(super) across_accounts: bool,
    pub(super) never_allowed: bool,
    pub(super) has_boundary: bool,
}

impl Question<'_> {
    /// Evaluates policies that need no principal element. AWS refuses one in an identity policy; if
    /// a document has one all the same, it is respected.
    pub(super) fn evaluate_without_principal(
        &self,
        layer: Layer,
        policies: &[Attached],
        denies: &mut Denies,
    ) -> Grant {
        let who = |statement: &Statement| match statement.principal() {
            None => Truth::True,
            element => applies(element, &self.request.principal),
        };
        self.evaluate(layer, policies, &who, Some(denies))
    }

    /// Evaluates policies for the callers that their principal element includes.
    ///
    /// A Deny with `NotPrincipal` denies every principal that has a permissions boundary, even one
    /// that it names (IAM User Guide, "AWS JSON policy elements: NotPrincipal").
    pub(super) fn evaluate_by_principal(
        &self,
        layer: Layer,
        policies: &[Attached],
        denies: &mut Denies,
    ) -> Grant {
        let who = |statement: &Statement| match statement.principal() {
            Some(Selector::Except(_))
                if self.has_boundary && statement.effect() == Effect::Deny =>
            {
                Truth::True
            }
            element => applies(element, &self.request.principal),
        };
        self.evaluate(layer, policies, &who, Some(denies))
    }

    /// The grant of a resource policy that names the caller in one way.
    pub(super) fn grant_by_naming(&self, policies: &[Attached], naming: Naming) -> Grant {
        let who = |statement: &Statement| {
            named_as(statement.principal(), &self.request.principal, naming)
        };
        self.evaluate(Layer::Resource, policies, &who, None)
    }

    fn evaluate(
        &self,
        layer: Layer,
        policies: &[Attached],
        who: &dyn Fn(&Statement) -> Truth,
        mut denies: Option<&mut Denies>,
    ) -> Grant {
        let mut grant = Grant::Missing(layer);
        for attached in policies {
            let action = &self.request.action;
            let StatementMatches {
                allow,
                maybe_allow,
                deny,
                maybe_deny,
            } = match_statements(&attached.policy, who, action, &self.resource, &self.view);
            let at = |index| source(layer, attached, index);
            if let Some(denies) = denies.as_deref_mut() {
                denies.add(
                    deny.map(at),
                    maybe_deny.map(|(index, key)| (at(index), key)),
                );
            }
            let found = match (allow, maybe_allow) {
                (Some(index), _) => Grant::By(vec![at(index)]),
                (None, Some((index, key))) => Grant::Depends(at(index), key),
                (None, None) => Grant::Missing(layer),
            };
            grant = grant.or(found);
        }
        grant
    }
}

pub(super) fn source(layer: Layer, attached: &Attached, index: usize) -> Source {
    let statements = attached.policy.statements();
    Source {
        layer,
        policy: attached.name.clone(),
        statement: attached.policy.reference(index),
        position: statements.get(index).and_then(Statement::position),
    }
}
