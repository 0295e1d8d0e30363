//! Paths of the API, made from names that users choose freely.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stays as it is in a segment of a path (RFC 3986's unreserved characters).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A name as one segment: `release/1.0` is `release%2F1.0`. A name of dots only would be taken for
/// a step in the path by proxies and clients, so its dots are escaped.
pub(crate) fn segment(name: &str) -> String {
    if !name.is_empty() && name.chars().all(|c| c == '.') {
        return "%2E".repeat(name.len());
    }
    utf8_percent_encode(name, SEGMENT).to_string()
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
        assert_eq!(segment(".."), "%2E%2E");
        assert_eq!(segment("größe"), "gr%C3%B6%C3%9Fe");
        #[cfg(feature = "live")]
        assert_eq!(
            file(".github/workflows/a b.yml"),
            ".github/workflows/a%20b.yml"
        );
    }
}
