//! Denies that take a grant back from everybody, or from everybody but pinned callers.

use super::means_everyone;
use super::narrow::spares_pinned_only;
use crate::document::{Condition, Effect, Policy, Selector, Statement};
use crate::pattern::{Token, contains, glob, widest, within_segments};
use crate::variable::{Piece, split_variables};

impl Policy {
    /// Whether a statement denies `action` to all callers but such as are pinned.
    ///
    /// All conditions of a deny must hold for it to deny: it spares the callers of any. An
    /// exception for AWS services' own calls (`BoolIfExists` `aws:PrincipalIsAWSService` `false`)
    /// is not one for everybody.
    pub(super) fn denied_to_most(&self, grant: &Statement, action: &str) -> bool {
        let version = self.version();
        self.statements().iter().any(|deny| {
            deny.effect() == Effect::Deny
                && means_everyone(deny)
                && deny.matches_action(action)
                && self.covers(deny, grant)
                && deny.conditions().iter().all(|one| {
                    spares_pinned_only(one, version, action) || spares_services_only(one)
                })
        })
    }

    /// Whether the resources of a deny are at least those of a grant.
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
                .all(|pattern| covered(&widest(pattern, self.version()))),
            None | Some(Selector::Except(_)) => covered(&[Token::Many { colon: true }]),
        }
    }
}

fn spares_services_only(condition: &Condition) -> bool {
    let is = |text: &str, other: &str| text.eq_ignore_ascii_case(other);
    is(&condition.operator, "BoolIfExists")
        && is(&condition.key, "aws:PrincipalIsAWSService")
        && condition.values.iter().all(|value| is(value, "false"))
        && !condition.values.is_empty()
}
