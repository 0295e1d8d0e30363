//! Whether a statement's principal element means the caller.

use crate::arn::ArnParts;
use crate::document::{PrincipalSet, Selector};
use crate::request::Principal;
use crate::truth::Truth;

/// Whether a statement's principal element means the caller.
pub(super) fn applies(element: Option<&Selector<PrincipalSet>>, caller: &Principal) -> Truth {
    match element {
        None => Truth::False,
        Some(Selector::Only(set)) => {
            named(set, caller, "Principal").or(|| by_account(set, caller).into())
        }
        Some(Selector::Except(set)) => {
            let exempt = named(set, caller, "NotPrincipal").or(|| {
                // An exempt account is one thing, its users and roles are another: which of them
                // are looked at differs by service.
                match (by_account(set, caller), caller) {
                    (true, Principal::Account(_)) => Truth::True,
                    (true, _) => Truth::unknown("NotPrincipal"),
                    (false, _) => Truth::False,
                }
            });
            exempt.not()
        }
    }
}

/// How a grant of a resource policy means a caller; which of them counts for how much is in
/// [`super::Identity::decide`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// The caller itself: the user, the session, the service.
    Itself,
    /// The role that the caller is a session of.
    Role,
    /// Everybody, or all but some.
    Everybody,
    /// The caller's account.
    Account,
}

/// Whether a statement's principal element means the caller in this way.
pub(super) fn named_as(
    element: Option<&Selector<PrincipalSet>>,
    caller: &Principal,
    naming: Naming,
) -> Truth {
    match (element, naming) {
        (Some(Selector::Except(_)), Naming::Everybody) => applies(element, caller),
        (Some(Selector::Only(set)), Naming::Everybody) => set.admits_everyone().into(),
        (Some(Selector::Only(set)), Naming::Account) => by_account(set, caller).into(),
        (Some(Selector::Only(set)), Naming::Itself | Naming::Role) if !set.admits_everyone() => {
            let role = is_by_role(set, caller);
            if role == (naming == Naming::Role) {
                named(set, caller, "Principal")
            } else {
                Truth::False
            }
        }
        _ => Truth::False,
    }
}

/// Whether no entry is the caller's own ARN, but one is its role's. A role that calls is a session
/// whose name is not known, so that its own ARN is its role's.
fn is_by_role(set: &PrincipalSet, caller: &Principal) -> bool {
    let Principal::Arn(text) = caller else {
        return false;
    };
    let Some(arn) = ArnParts::parse(text) else {
        return false;
    };
    let own = arn.role_name().is_none() && set.aws.iter().any(|entry| entry == text);
    !own && (arn.role_name().is_some() || arn.session_role().is_some())
}

/// Whether an entry means the caller otherwise than by its account.
fn named(set: &PrincipalSet, caller: &Principal, element: &str) -> Truth {
    if set.admits_everyone() || set.services.iter().any(|name| is_service(name, caller)) {
        return Truth::True;
    }
    let arns = Truth::any(
        set.aws
            .iter()
            .map(|entry| arn_admits(entry, caller, element)),
    );
    arns.or(|| match caller {
        // A canonical id is that of some account.
        Principal::Account(_) | Principal::Arn(_) if !set.canonical_users.is_empty() => {
            Truth::unknown(element)
        }
        _ => Truth::False,
    })
}

/// Whether an entry is the caller's account.
fn by_account(set: &PrincipalSet, caller: &Principal) -> bool {
    let account = caller.account_id();
    account.is_some() && set.aws.iter().any(|entry| account_of(entry) == account)
}

fn is_service(name: &str, caller: &Principal) -> bool {
    matches!(caller, Principal::Service(service) if name == "*" || name == service)
}

/// The account that an entry names: `123456789012` or `arn:aws:iam::123456789012:root`.
fn account_of(entry: &str) -> Option<&str> {
    let id = entry.len() == 12 && entry.bytes().all(|b| b.is_ascii_digit());
    if id {
        Some(entry)
    } else {
        ArnParts::parse(entry).and_then(ArnParts::root_account)
    }
}

/// Whether the ARN of a user, role or session means the caller; a role means every session of it.
fn arn_admits(entry: &str, caller: &Principal, element: &str) -> Truth {
    let Principal::Arn(text) = caller else {
        return Truth::False;
    };
    if entry == text {
        return Truth::True;
    }
    let (Some(entry), Some(caller)) = (ArnParts::parse(entry), ArnParts::parse(text)) else {
        return Truth::False;
    };
    if (entry.partition, entry.account) != (caller.partition, caller.account) {
        return Truth::False;
    }
    let same = |a: Option<&str>, b: Option<&str>| a.is_some() && a == b;
    if same(entry.role_name(), caller.session_role()) {
        Truth::True
    } else if same(entry.session_role(), caller.role_name()) {
        // Some session of the role; it may be this one.
        Truth::unknown(element)
    } else {
        Truth::False
    }
}
