//! The words of a name.

/// Endings that names write together with the word before, as in `PGPASSWORD`, and the words that
/// each consists of.
const JOINED: &[(&str, &[&str])] = &[
    ("password", &["password"]),
    ("passwd", &["passwd"]),
    ("secret", &["secret"]),
    ("token", &["token"]),
    ("apikey", &["api", "key"]),
    ("privatekey", &["private", "key"]),
    ("accesskey", &["access", "key"]),
    ("secretkey", &["secret", "key"]),
];

/// Splits a name into its words, in lower case.
///
/// `acme/jwtSecret`, `JWTSecret`, `JWT_SECRET` and `jwt-secret` all have the words `jwt` and
/// `secret`.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (i, &c) in chars.iter().enumerate() {
        let (before, after) = chars.split_at(i);
        let begins = c.is_uppercase()
            && match before {
                [.., last] if last.is_lowercase() || last.is_numeric() => true,
                // one capital before it is part of the word, as in OAuth
                [.., first, last] if first.is_uppercase() && last.is_uppercase() => {
                    begins_after_capitals(after)
                }
                _ => false,
            };
        if begins || !c.is_alphanumeric() {
            push(&mut words, std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    push(&mut words, word);
    words
}

/// Whether a word begins at the first of these characters, which is a capital after capitals: at
/// the `S` of `JWTSecret`, but not at the `I` of `APIs` and `APIkey`.
fn begins_after_capitals(rest: &[char]) -> bool {
    let small: String = rest
        .iter()
        .skip(1)
        .take_while(|c| c.is_lowercase())
        .collect();
    let one_word = matches!(&*small, "" | "s" | "key" | "keys")
        || JOINED.iter().any(|(ending, _)| *ending == small);
    !one_word
}

fn push(words: &mut Vec<String>, word: String) {
    if word.is_empty() {
        return;
    }
    let joined = JOINED
        .iter()
        .find_map(|(ending, parts)| Some((word.strip_suffix(ending)?, parts)));
    match joined {
        Some((rest, parts)) => {
            words.extend((!rest.is_empty()).then(|| rest.to_owned()));
            words.extend(parts.iter().map(|part| (*part).to_owned()));
        }
        None => words.push(word),
    }
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
            "JWTSecret",
            "JWTSECRET",
            "JWTsecret",
            "jwtsecret",
        ] {
            assert_eq!(words(name), ["jwt", "secret"], "{name}");
        }
        assert!(words("--").is_empty());
    }

    #[test]
    fn capitals_and_joined_words_are_split() {
        for (name, expected) in [
            ("APIToken", "api token"),
            ("saaspe/DBPassword", "saaspe db password"),
            ("PGPASSWORD", "pg password"),
            ("OPENAI_APIKEY", "openai api key"),
            ("APIkey", "api key"),
            ("PRIVATEKEY", "private key"),
            ("MYAPIKeyID", "myapi key id"),
            ("keyIDs", "key ids"),
            ("APIs", "apis"),
            ("OAuthClient", "oauth client"),
            ("S3Bucket", "s3 bucket"),
            ("MAX_TOKENS", "max tokens"),
            ("TOKENURL", "tokenurl"),
            ("DBPASSWORDFILE", "dbpasswordfile"),
        ] {
            assert_eq!(words(name).join(" "), expected, "{name}");
        }
    }
}
