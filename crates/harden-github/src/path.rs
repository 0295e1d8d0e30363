//! API paths, built from names that users can choose freely.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The characters that are escaped in a path segment: all except RFC 3986's unreserved characters.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Escapes a name as one path segment: `release/1.0` becomes `release%2F1.0`. The names `.` and `..`
/// cannot be escaped: see `has_steps`.
pub(crate) fn segment(name: &str) -> String {
    utf8_percent_encode(name, SEGMENT).to_string()
}

/// Whether a path contains a segment `.` or `..`. In a URL, these always mean a step in the path, even
/// if they are escaped, so that the request would go to another operation.
#[cfg(feature = "live")]
pub(crate) fn has_steps(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    path.split('/').any(|segment| matches!(segment, "." | ".."))
}

/// The path of a file, with each segment escaped.
#[cfg(feature = "live")]
pub(crate) fn file(path: &str) -> String {
    let segments: Vec<_> = path.split('/').map(segment).collect();
    segments.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_escaped_to_one_segment() {
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
    fn dot_segments_are_recognized_and_other_names_are_not() {
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
