//! Joins of a resource with details that AWS returns one resource at a time.

use harden_core::{Cause, Kind, Known, Listing, Place, Unknown};

/// The details of a kind for the resource of a place and a name. Every resource has details, so a
/// snapshot without them proves nothing about the resource: the result is unknown.
pub(crate) fn details_of<'a, R>(
    details: &'a Listing<R>,
    kind: &'static Kind,
    place: &Place,
    name: &str,
) -> Known<&'a R> {
    details.get(place, name).and_then(|found| match found {
        Some(details) => Known::Yes(details),
        None => {
            let message = format!("the snapshot does not contain its {}", kind.name);
            let unknown = Unknown::new(Cause::NotRecorded, message);
            match kind.permissions.last() {
                Some(action) => unknown.during(*action),
                None => unknown,
            }
            .into()
        }
    })
}
