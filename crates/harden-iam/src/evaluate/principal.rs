//! Decides whether a statement's principal element includes the caller.

use crate::arn::ArnParts;
use crate::document::{PrincipalSet, Selector};
use crate::request::Principal;
use crate::truth::Truth;

/// Whether a statement's principal element includes the caller.
pub(super) fn applies(element: Option<&Selector<PrincipalSet>>, caller: &Principal) -> Truth {
    match element {
        None => Truth::False,
        Some(Selector::Only(set)) => {
            named(set, caller, "Principal").or(|| by_account(set, caller).into())
        }
        Some(Selector::Except(set)) => {
            let exempt = named(set, caller, "NotPrincipal").or(|| {
                // `NotPrincipal` with an account does not reliably exempt the account's users and
                // roles: which of these entries a service compares differs ("AWS JSON policy
                // elements: NotPrincipal" asks to list both). So the result is unknown.
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

/// How a resource policy names the caller. The effect of a grant depends on it; see
/// [`super::Identity::decide`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// The caller itself: the user, the session or the service.
    Itself,
    /// The role that the caller is a session of.
    Role,
    /// Everyone, or everyone except some.
    Everybody,
    /// The caller's account.
    Account,
}

/// Whether a statement's principal element names the caller in this way.
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

/// Whether the entries can name the caller only by its role. A calling role is a session whose name is
/// not known, so an entry with the role's ARN names the role, not the session.
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

/// Whether an entry includes the caller in another way than by its account.
fn named(set: &PrincipalSet, caller: &Principal, element: &str) -> Truth {
    if set.admits_everyone() || set.services.iter().any(|name| is_service(name, caller)) {
        return Truth::True;
    }
    if let Principal::Federated(provider) = caller {
        let is_named = |entry: &String| entry == "*" || entry.eq_ignore_ascii_case(provider);
        return set.federated.iter().any(is_named).into();
    }
    let arns = Truth::any(
        set.aws
            .iter()
            .map(|entry| arn_admits(entry, caller, element)),
    );
    arns.or(|| match caller {
        // A canonical id belongs to an account, but it is not known to which.
        Principal::Account(_) | Principal::Arn(_) if !set.canonical_users.is_empty() => {
            Truth::unknown(element)
        }
        _ => Truth::False,
    })
}

/// Whether an entry names the caller's account.
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

/// Whether the ARN of a user, role or session includes the caller. A role includes all its sessions.
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
        // The entry is one session of the calling role. It may be this session.
        Truth::unknown(element)
    } else {
        Truth::False
    }
}
