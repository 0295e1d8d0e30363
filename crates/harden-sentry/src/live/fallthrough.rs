//! The recipients of an email to the owners of an issue, if the issue has no owners.

use harden_core::{Known, Unknown};

use super::field::Field;
use crate::resources::Fallthrough;

/// The choice as both models write it. Sentry takes one that was never made for the recently active
/// members (NotifyEmailAction in its source).
pub(super) fn fallthrough(choice: &Field<String>) -> Known<Fallthrough> {
    let choice = match choice {
        Field::Given(choice) => choice.as_str(),
        Field::Absent | Field::Null => "",
    };
    Known::Yes(match choice {
        "" | "ActiveMembers" => Fallthrough::ActiveMembers,
        "AllMembers" => Fallthrough::AllMembers,
        "NoOne" => Fallthrough::NoOne,
        other => {
            let reason = format!("an email to owners that falls back to `{other}`");
            return Unknown::undetermined(reason).into();
        }
    })
}
