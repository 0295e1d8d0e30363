//! Paths of the API, made from names that users choose freely.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stays as it is in a segment of a path (RFC 3986's unreserved characters).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A name as one segment: `release/1.0` is `release%2F1.0`. One of dots only can't be one: see
/// [`has_steps`].
pub(crate) fn segment(name: &str) -> String {
    utf8_percent_encode(name, SEGMENT).to_string()
}

/// Whether a path holds `.` or `..`: URLs know no way to write these but as steps in the path, and
/// the step would lead to another operation.
#[cfg(feature = "live")]
pub(crate) fn has_steps(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    path.split('/').any(|segment| matches!(segment, "." | ".."))
}

/// The path of a file, each of its segments escaped.
#[cfg(feature = "live")]
pub(crate) fn file(path: &str) -> String {
    let segments: Vec<_> = path.split('/').map(segment).collect();
    segments.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_within_their_segment() {
        assert_eq!(segment("main"), "main");
        assert_eq!(segment("feature/a#b?c%d e"), "feature%2Fa%23b%3Fc%25d%20e");
        assert_eq!(segment("größe"), "gr%C3%B6%C3%9Fe");
        #[cfg(feature = "live")]
        assert_eq!(
            file(".github/workflows/a b.yml"),
            ".github/workflows/a%20b.yml"
        );
    }

    #[cfg(feature = "live")]
    #[test]
    fn steps_are_told_from_names() {
        let path = |name| format!("/repos/acme/shop/environments/{}/secrets", segment(name));
        for name in ["..", "."] {
            assert!(has_steps(&path(name)), "{name}");
        }
        for name in ["...", "a..b", ".github", "%2e%2e", "a/../b"] {
            assert!(!has_steps(&path(name)), "{name}");
        }
        assert!(!has_steps("/repos/acme/shop/commits?sha=.."));
    }
}
