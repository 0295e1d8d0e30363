//! Joins of a resource with the details that its provider gives call by call.

use harden_core::{Cause, Kind, Known, Listing, Place, Unknown};

/// The details of a kind for the resource of a place and a name. Every resource has them: that a
/// snapshot holds none is no fact about it.
pub(crate) fn joined<'a, R>(
    details: &'a Listing<R>,
    kind: &'static Kind,
    place: &Place,
    name: &str,
) -> Known<&'a R> {
    details.get(place, name).and_then(|found| match found {
        Some(details) => Known::Yes(details),
        None => {
            let message = format!("the snapshot does not hold its {}", kind.name);
            let unknown = Unknown::new(Cause::NotRecorded, message);
            match kind.permissions.last() {
                Some(action) => unknown.during(*action),
                None => unknown,
            }
            .into()
        }
    })
}
