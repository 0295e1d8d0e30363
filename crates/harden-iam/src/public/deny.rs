//! Finds denies that override a grant for everyone, or for everyone except restricted callers.

use super::includes_everyone;
use super::narrow::exempts_restricted_only;
use crate::document::{Condition, Effect, Policy, Selector, Statement};
use crate::pattern::{Token, contains, glob, with_open_variables, within_segments};
use crate::variable::{Piece, split_variables};

impl Policy {
    /// Whether a statement denies `action` to all callers except restricted ones.
    ///
    /// A Deny applies only if all its conditions hold, so each condition is an exemption: every one of
    /// them must exempt restricted callers only. An exemption for calls of AWS services
    /// (`BoolIfExists` `aws:PrincipalIsAWSService` `false`) is not an exemption for everyone.
    pub(super) fn is_denied_to_most(&self, grant: &Statement, action: &str) -> bool {
        let version = self.version();
        self.statements().iter().any(|deny| {
            deny.effect() == Effect::Deny
                && includes_everyone(deny)
                && deny.matches_action(action)
                && self.covers(deny, grant)
                && deny.conditions().iter().all(|one| {
                    exempts_restricted_only(one, version, action) || exempts_services_only(one)
                })
        })
    }

    /// Whether the resources of a Deny cover those of a grant. A pattern with a variable covers nothing
    /// for certain.
    fn covers(&self, deny: &Statement, grant: &Statement) -> bool {
        let denied = match deny.resources() {
            None => return true,
            Some(Selector::Only(list)) => list,
            Some(Selector::Except(list)) => return list.is_empty(),
        };
        let covered = |resource: &[Token]| {
            denied.iter().any(|pattern| {
                let variable = |piece: &Piece<'_>| !matches!(piece, Piece::Text(_));
                let mut tokens = glob(pattern);
                within_segments(&mut tokens);
                !split_variables(pattern, self.version())
                    .iter()
                    .any(variable)
                    && contains(&tokens, resource)
            })
        };
        match grant.resources() {
            Some(Selector::Only(list)) => list
                .iter()
                .all(|pattern| covered(&with_open_variables(pattern, self.version()))),
            None | Some(Selector::Except(_)) => covered(&[Token::Many { colon: true }]),
        }
    }
}

fn exempts_services_only(condition: &Condition) -> bool {
    let is = |text: &str, other: &str| text.eq_ignore_ascii_case(other);
    is(&condition.operator, "BoolIfExists")
        && is(&condition.key, "aws:PrincipalIsAWSService")
        && condition.values.iter().all(|value| is(value, "false"))
        && !condition.values.is_empty()
}
