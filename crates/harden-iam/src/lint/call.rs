//! Checks whether AWS can authorize a call at all, regardless of policies.

use super::resource::{arns, is_authorized_on};
use super::suggest::NameSuggester;
use crate::table::{known, service};

/// Why AWS never authorizes a call, according to the Service Authorization Reference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The reference does not list the action.
    #[error("AWS's reference has no action {action}")]
    UnknownAction {
        /// The action.
        action: String,
        /// The action with the most similar name, if one is similar.
        nearest: Option<String>,
    },
    /// The action is never authorized on such a resource.
    #[error("{action} is never authorized on that resource")]
    WrongResource {
        /// The action.
        action: String,
        /// The forms of ARN that it is authorized on, for a message.
        expected: String,
    },
}

/// Checks that AWS can authorize an action on a resource (an ARN, a pattern of ARNs, or `*`).
///
/// Policies can allow a call that never takes place, such as `s3:ListBucket` on an object. The
/// answer "allowed" would then mislead. Actions that AWS's own policies name, but not its reference,
/// and actions of retired services pass.
///
/// # Errors
///
/// [`CallError`]: the action does not exist, or it is not authorized on such a resource.
pub fn check_call(action: &str, resource: &str) -> Result<(), CallError> {
    let (prefix, name) = action.split_once(':').unwrap_or((action, ""));
    if known::is_unlisted(action) || known::is_retired(prefix) {
        return Ok(());
    }
    let service = service(&prefix.to_ascii_lowercase());
    let Some(known) = service.as_ref().and_then(|one| one.action(name)) else {
        return Err(CallError::UnknownAction {
            action: action.to_owned(),
            nearest: NameSuggester::default().action(prefix, name, service.as_ref()),
        });
    };
    if is_authorized_on(&known, resource) {
        Ok(())
    } else {
        Err(CallError::WrongResource {
            action: action.to_owned(),
            expected: arns(&known),
        })
    }
}
