//! The part of a vendor's message that can be shown.

use harden_core::one_line;

/// The longest word that is shown if it has both letters and digits, or mixes case. Tokens are longer.
const MAX_MIXED_WORD: usize = 19;

/// A vendor's message as one short line without what could be a secret: long words that mix letters
/// with digits, the word after `Bearer`, and the user and the query of URLs.
#[must_use]
pub fn redact(text: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    let mut after_bearer = false;
    // these characters can be part of a token, so a word ends only at any other
    for c in text.chars().take(4_096).chain([' ']) {
        if c.is_ascii_alphanumeric() || "_-+/=.~%:@?&".contains(c) {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            let bearer = word.eq_ignore_ascii_case("bearer");
            out.push_str(&if after_bearer && !bearer {
                "[redacted]".to_owned()
            } else {
                redact_word(&word)
            });
            after_bearer = bearer;
            word.clear();
        }
        out.push(c);
    }
    one_line(out.trim(), 200)
}

fn redact_word(word: &str) -> String {
    // a URL: the part before the query, without the user
    let plain = match word.split_once("://") {
        Some((scheme, rest)) => {
            let rest = rest.split('?').next().unwrap_or_default();
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = host.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}{path}")
        }
        None => word.to_owned(),
    };
    plain
        .split_inclusive(['/', ':', '=', '?', '&', '@'])
        .map(|part| {
            let end = part
                .find(['/', ':', '=', '?', '&', '@'])
                .unwrap_or(part.len());
            let (part, separator) = part.split_at(end);
            if is_suspect(part) {
                format!("[redacted]{separator}")
            } else {
                format!("{part}{separator}")
            }
        })
        .collect()
}

fn is_suspect(part: &str) -> bool {
    let has = |test: fn(&char) -> bool| part.chars().any(|c| test(&c));
    let mixed = has(char::is_ascii_digit) && has(char::is_ascii_alphabetic);
    let inner_case =
        part.chars().skip(1).any(|c| c.is_ascii_uppercase()) && has(char::is_ascii_lowercase);
    part.len() > MAX_MIXED_WORD && (mixed || inner_case)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_removed() {
        for secret in [
            "sntrys_eyJpYXQiOjE3MDAwMDAwMDAuMH0=_abc",
            "sntryu_0123456789abcdef0123456789abcdef",
            "AbCdEfGhIjKlMnOpQrStUvWx",
            "0123456789abcdef0123456789abcdef",
        ] {
            for text in [
                format!("Invalid token {secret}"),
                format!("token={secret}&x"),
                format!("\"{secret}\" is not known"),
                format!("https://{secret}@sentry.io/x?token={secret}"),
                format!("https://api.example/{secret}/x"),
            ] {
                let shown = redact(&text);
                assert!(!shown.contains(secret), "{shown}");
            }
        }
        assert_eq!(
            redact("Authorization: Bearer short"),
            "Authorization: Bearer [redacted]"
        );
    }

    #[test]
    fn plain_words_stay() {
        for text in [
            "You do not have permission to perform this action.",
            "Not authorized: Trying to access resource under scope \"acme\".",
            "The organization o4510247421018112 is not known",
            "This API no longer exists.",
        ] {
            assert_eq!(redact(text), text);
        }
        assert_eq!(redact("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert!(redact(&"long text ".repeat(1_000)).chars().count() <= 200);
    }
}
