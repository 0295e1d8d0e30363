//! The words of a name.

/// The words of a name in lower case: `saaspe/jwtSecret`, `JWT_SECRET` and `jwt-secret` have `jwt`
/// and `secret`.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    for c in name.chars() {
        let begins = c.is_uppercase() && was_lower;
        if (begins || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase() || c.is_numeric();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn every_spelling_has_the_same_words() {
        for name in [
            "jwtSecret",
            "JWT_SECRET",
            "jwt-secret",
            "/jwt.secret/",
            "JwtSecret",
        ] {
            assert_eq!(words(name), ["jwt", "secret"], "{name}");
        }
        assert!(words("--").is_empty());
    }
}
