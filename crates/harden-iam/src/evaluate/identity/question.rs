//! What policies say of a request.

use super::Attached;
use super::grant::{Denies, Grant};
use crate::document::{Effect, Selector, Statement};
use crate::evaluate::matching::{RequestedResource, StatementMatches, match_statements};
use crate::evaluate::principal::{Naming, applies, named_as};
use crate::evaluate::{Layer, Source};
use crate::request::Request;
use crate::request::RequestKeys;
use crate::truth::Truth;

/// A request, prepared.
pub(super) struct Question<'a> {
    pub(super) request: &'a Request,
    pub(super) view: RequestKeys<'a>,
    pub(super) asked: RequestedResource<'a>,
    pub(super) needs_resource_policy: bool,
    pub(super) across_accounts: bool,
    pub(super) never: bool,
    pub(super) bounded: bool,
}

impl Question<'_> {
    /// What policies say that need no principal element. AWS refuses one in an identity policy;
    /// should there be one, it means whom it means.
    pub(super) fn plain(&self, layer: Layer, policies: &[Attached], denies: &mut Denies) -> Grant {
        let who = |statement: &Statement| match statement.principal() {
            None => Truth::True,
            element => applies(element, &self.request.principal),
        };
        self.look(layer, policies, &who, Some(denies))
    }

    /// What policies say to whom their principal element means.
    ///
    /// A Deny with `NotPrincipal` denies whoever has a permissions boundary, named or not (IAM
    /// User Guide, "AWS JSON policy elements: NotPrincipal").
    pub(super) fn by_principal(
        &self,
        layer: Layer,
        policies: &[Attached],
        denies: &mut Denies,
    ) -> Grant {
        let who = |statement: &Statement| match statement.principal() {
            Some(Selector::Except(_)) if self.bounded && statement.effect() == Effect::Deny => {
                Truth::True
            }
            element => applies(element, &self.request.principal),
        };
        self.look(layer, policies, &who, Some(denies))
    }

    /// What a resource policy grants to the caller named in one way.
    pub(super) fn naming(&self, policies: &[Attached], naming: Naming) -> Grant {
        let who = |statement: &Statement| {
            named_as(statement.principal(), &self.request.principal, naming)
        };
        self.look(Layer::Resource, policies, &who, None)
    }

    fn look(
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
            } = match_statements(&attached.policy, who, action, &self.asked, &self.view);
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
