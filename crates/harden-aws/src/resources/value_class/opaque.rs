//! Random texts: keys, generated passwords, hashes.

use super::shapes::has_words;

/// Whether a value is random: long, without spaces, with many different characters (Shannon entropy) of
/// more than one class.
pub(super) fn is_opaque(value: &str) -> bool {
    if value.chars().any(char::is_whitespace) || has_words(value) {
        return false;
    }
    let any = |f: fn(&char) -> bool| value.chars().any(|c| f(&c));
    let sorts = [
        any(char::is_ascii_lowercase),
        any(char::is_ascii_uppercase),
        any(char::is_ascii_digit),
        any(char::is_ascii_punctuation),
    ];
    let sorts = sorts.into_iter().filter(|there| *there).count();
    let (length, entropy) = (value.chars().count(), entropy(value));
    let has_digit = any(char::is_ascii_digit);
    match length {
        0..8 => false,
        8..16 => has_digit && sorts >= 3 && entropy >= 2.7,
        // base32 and other texts of one case with digits between the letters, and letters alone that
        // form no words
        16..20 => (has_digit && sorts >= 2 && entropy >= 2.7) || entropy >= 3.3,
        // hexadecimal has at most 4 bits per character; words have less than 4 and no digits
        _ => {
            (has_digit && sorts >= 2 && entropy >= 3.0)
                || (sorts >= 2 && entropy >= 4.0)
                || (!has_digit && entropy >= 3.3)
        }
    }
}

/// The Shannon entropy of the characters, in bits per character.
pub(super) fn entropy(value: &str) -> f64 {
    let mut counts = std::collections::BTreeMap::new();
    for c in value.chars() {
        *counts.entry(c).or_insert(0.0) += 1.0;
    }
    let total: f64 = counts.values().sum();
    let bits = |count: &f64| -(count / total) * (count / total).log2();
    counts.values().map(bits).sum()
}
