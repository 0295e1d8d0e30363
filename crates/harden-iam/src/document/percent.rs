//! Percent-encoding (RFC 3986), in which IAM returns policy documents.

use std::borrow::Cow;

/// Decodes a text. An encoded document starts with `%7B` or with encoded white space; any other text is
/// returned unchanged. Returns `None` if an escape is invalid.
pub(super) fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.trim_start().starts_with('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex_digit(rest.next()?)? * 16 + hex_digit(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

fn hex_digit(byte: u8) -> Option<u8> {
    let value = char::from(byte).to_digit(16)?;
    u8::try_from(value).ok()
}
