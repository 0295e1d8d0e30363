//! The shapes of values that are no credentials: references, settings, hosts, module paths, dates.

use super::opaque::{entropy, is_opaque};
use crate::resources::placeholder::is_placeholder;

pub(super) fn is_reference(value: &str) -> bool {
    const SCHEMES: [&str; 8] = [
        "arn:",
        // an alias of a KMS key
        "alias/",
        "{{resolve:",
        "ssm:",
        "secretsmanager:",
        "vault:",
        "op://",
        "file:",
    ];
    let lower = value.to_ascii_lowercase();
    SCHEMES.iter().any(|scheme| lower.starts_with(scheme))
        || is_path(value)
        || is_placeholder(value)
}

/// `/run/secrets/jwt`, `./key.pem`, `$HOME/key.pem`.
fn is_path(value: &str) -> bool {
    // a path does not end like base64
    if value.contains("==") || is_like_aws_secret_key(value) {
        return false;
    }
    if let Some(rest) = value.strip_prefix('/') {
        let in_file = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
        // a base64 key can begin with a slash; unlike file names it contains capitals
        return rest.contains('/') || rest.chars().all(in_file) || !is_opaque(value);
    }
    let under_placeholder = || {
        value
            .split_once('/')
            .is_some_and(|(root, _)| root.starts_with('$') && is_placeholder(root))
    };
    (value.starts_with(['.', '~']) && value.contains('/')) || under_placeholder()
}

/// Whether a text looks like an AWS secret access key: 40 random base64 characters, with slashes
/// anywhere.
fn is_like_aws_secret_key(value: &str) -> bool {
    let any = |f: fn(&char) -> bool| value.chars().any(|c| f(&c));
    value.len() == 40
        && value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "/+".contains(c))
        && any(char::is_ascii_lowercase)
        && any(char::is_ascii_uppercase)
        && any(char::is_ascii_digit)
        && entropy(value) >= 4.3
}

pub(super) fn is_setting(value: &str) -> bool {
    const WORDS: [&str; 14] = [
        "0", "1", "true", "false", "yes", "no", "on", "off", "none", "null", "enabled", "disabled",
        "default", "auto",
    ];
    let lower = value.to_ascii_lowercase();
    WORDS.contains(&&*lower)
        || value.contains("://")
        || is_duration(&lower)
        || is_date(value)
        || is_labelled_hash(&lower)
        || is_public_key(value)
        || is_blockchain_address(value)
}

/// A number with a unit: `90d`, `3600s`, `1.5h`, `20mb`.
fn is_duration(lower: &str) -> bool {
    let number = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = &lower[number.len()..];
    !number.is_empty()
        && number.parse::<f64>().is_ok()
        && matches!(
            unit,
            "ms" | "s"
                | "m"
                | "h"
                | "d"
                | "w"
                | "y"
                | "sec"
                | "min"
                | "days"
                | "hours"
                | "minutes"
                | "seconds"
                | "weeks"
                | "kb"
                | "mb"
                | "gb"
                | "k"
                | "mib"
                | "gib"
                | "kib"
        )
}

/// `2026-01-15`, `2026-01-15T12:00:00Z`, `2026/01/15`.
fn is_date(value: &str) -> bool {
    let date: Vec<u8> = value.bytes().take(10).collect();
    let form = |mark: u8| {
        date.len() == 10
            && date.iter().zip(b"0000-00-00").all(|(b, form)| match form {
                b'-' => *b == mark,
                _ => b.is_ascii_digit(),
            })
    };
    let rest = value.get(10..).unwrap_or_default();
    (form(b'-') || form(b'/'))
        && rest
            .bytes()
            .all(|b| b.is_ascii_digit() || b"T:.Z+- ".contains(&b))
}

/// A hash with its algorithm: a digest, a fingerprint, the stored hash of a password.
fn is_labelled_hash(lower: &str) -> bool {
    const DIGESTS: [&str; 5] = ["md5", "sha1", "sha256", "sha384", "sha512"];
    const STORED: [&str; 10] = [
        "$1$",
        "$2a$",
        "$2b$",
        "$2y$",
        "$5$",
        "$6$",
        "$argon2",
        "$pbkdf2",
        "$scrypt$",
        "pbkdf2_sha256$",
    ];
    let digest = |name: &str| {
        lower
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with([':', '-', '=']) && rest.len() > 16)
    };
    DIGESTS.into_iter().any(digest) || STORED.iter().any(|prefix| lower.starts_with(prefix))
}

/// A public key or a certificate.
fn is_public_key(value: &str) -> bool {
    let ssh = ["ssh-rsa ", "ssh-ed25519 ", "ecdsa-sha2-", "sk-ssh-ed25519"];
    ssh.iter().any(|start| value.starts_with(start))
        || (value.contains("-----BEGIN ") && !value.contains("PRIVATE KEY"))
}

/// The address of an account or a contract: `0x` and 40 hexadecimal digits. A private key has 64.
fn is_blockchain_address(value: &str) -> bool {
    value
        .strip_prefix("0x")
        .is_some_and(|rest| rest.len() == 40 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Whether a text consists of words, as names, hosts, module paths and lists of them do, and random
/// texts do not: `dev-x1y2z3.eu.auth0.com`, `created_at1`, `django.contrib.auth.ModelBackend2`.
pub(super) fn has_words(value: &str) -> bool {
    value
        .split([',', ';', ' '])
        .filter(|part| !part.is_empty())
        .all(|part| is_host(part) || has_words_only(part))
}

/// `api1.example.com:5432`, `user@mail.example.com`.
fn is_host(part: &str) -> bool {
    let host = part.rsplit_once('@').map_or(part, |(_, host)| host);
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => host,
    };
    let host = host.trim_start_matches("*.").trim_start_matches('.');
    let labels: Vec<&str> = host.split('.').collect();
    let [first, .., last] = labels.as_slice() else {
        return false;
    };
    let label = |label: &&str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let top = (2..=12).contains(&last.len()) && last.bytes().all(|b| b.is_ascii_lowercase());
    // of two labels the first must look like a name: random texts have a dot too
    let named = labels.len() > 2 || first.split('-').all(is_word);
    labels.iter().all(label) && top && named
}

/// Whether all parts between separators are words or short numbers.
fn has_words_only(part: &str) -> bool {
    let (mut letters, mut odd) = (0, 0);
    let parts = part.split(['-', '_', '.', '/', ':', '=', '|', '*', '@', '+']);
    for word in parts.filter(|word| !word.is_empty()) {
        let number = word.len() <= 8 && word.bytes().all(|b| b.is_ascii_digit());
        if !number && !is_word(word) {
            // `2a` of a zone, `cl100k` of a model: one short part is not random yet
            odd += 1;
            if odd > 1 || word.len() > 3 {
                return false;
            }
        }
        letters += word.bytes().filter(u8::is_ascii_alphabetic).count();
    }
    letters > 0
}

/// A word as people write it: letters in one case, capitalised or in camel case, and up to three digits
/// at the end.
fn is_word(word: &str) -> bool {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = word.len() - letters.len();
    // `x1y2` is none, `v2` and `auth0` are
    if letters.is_empty() || digits > 3 || !letters.bytes().all(|b| b.is_ascii_alphabetic()) {
        return false;
    }
    let one_case = |f: fn(&u8) -> bool| letters.as_bytes().iter().all(f);
    if one_case(u8::is_ascii_uppercase) || one_case(u8::is_ascii_lowercase) {
        return is_pronounceable(&letters.to_ascii_lowercase());
    }
    // each part of a name in camel case has at least two letters: `ModelBackend`, but not `aBcD`
    let mut humps: Vec<String> = Vec::new();
    for c in letters.chars() {
        match humps.last_mut() {
            Some(hump) if c.is_ascii_lowercase() => hump.push(c),
            _ => humps.push(c.to_string()),
        }
    }
    let long = humps.iter().filter(|hump| hump.len() >= 3).count();
    long * 2 >= humps.len()
        && humps
            .iter()
            .all(|hump| is_pronounceable(&hump.to_ascii_lowercase()))
}

/// Whether letters are those of a word: long rows of consonants are those of a random text.
fn is_pronounceable(letters: &str) -> bool {
    let mut row = 0;
    let mut longest = 0;
    let mut vowels = 0;
    for letter in letters.bytes() {
        if b"aeiouy".contains(&letter) {
            row = 0;
            vowels += 1;
        } else {
            row += 1;
        }
        longest = longest.max(row);
    }
    // short words are often abbreviations without a vowel: `prd`, `svc`, `grpc`
    letters.len() <= 5 || (longest <= 4 && vowels * 6 >= letters.len())
}
