//! The words of names, and what each of them means there.
//!
//! One row for each word, in lower case. A word can have several meanings: `secret` is a password's
//! word by itself, makes a `key` a secret one, and is never shown to browsers.

use Meaning::{
    About, Address, Context, Form, Hint, KeyOf, Password, Public, PublicKey, PublicLast, Secret,
    Withheld,
};

/// What a word means in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The value is a password, however simple it is.
    Password,
    /// The value is a credential.
    Secret,
    /// The value is a credential if it looks like one: cache keys and partition keys do not.
    Hint,
    /// Before `key`: the key is a secret one (`SIGNING_KEY`), or all keys of this vendor are.
    KeyOf,
    /// Before `url`, `uri` or `dsn`: the address has a password or a secret path in it.
    Address,
    /// At the end: the value describes a credential and is not one (`TOKEN_TTL`, `SECRET_ARN`).
    About,
    /// At the end: the value describes a credential (`PASSWORD_MIN`), or the word says which credential
    /// it is (`TOKEN_STAGE`). The name alone does not show which.
    Context,
    /// At the end: how the value is written, or which of several servers it names. Skipped.
    Form,
    /// The value is made to be published.
    Public,
    /// The same, but only right before `key`: `SITE_KEY`, but not `SITE_TOKEN`.
    PublicKey,
    /// The same, but only as the last word: `RECAPTCHA_SITEKEY`.
    PublicLast,
    /// The value must not be published, whatever other words the name has: `PUBLIC_API_SECRET`.
    Withheld,
}

/// Whether a word has a meaning.
pub(super) fn means(word: &str, meaning: Meaning) -> bool {
    WORDS
        .iter()
        .any(|(known, meanings)| *known == word && meanings.contains(&meaning))
}

/// The table. Sorted by word within each block; a word stands in one row only.
pub(super) const WORDS: &[(&str, &[Meaning])] = &[
    // credentials
    ("auth", &[Hint, KeyOf]),
    ("bearer", &[Hint]),
    ("credential", &[Secret, Withheld]),
    ("credentials", &[Secret, Withheld]),
    ("jwt", &[Hint, KeyOf]),
    ("key", &[Hint]),
    ("keys", &[Hint]),
    ("pass", &[Password, Withheld]),
    ("passphrase", &[Password, Withheld]),
    ("passwd", &[Password, Withheld]),
    ("password", &[Password, Withheld]),
    ("pat", &[Secret]),
    ("pwd", &[Password, Withheld]),
    ("salt", &[Hint]),
    ("secret", &[Password, KeyOf, Withheld]),
    ("secrets", &[Secret, Withheld]),
    ("signature", &[Hint]),
    ("token", &[Secret]),
    // words that make a key a secret one
    ("access", &[KeyOf]),
    ("admin", &[KeyOf, Withheld]),
    ("api", &[KeyOf]),
    ("deploy", &[KeyOf]),
    ("encryption", &[KeyOf]),
    ("license", &[KeyOf]),
    ("master", &[KeyOf]),
    ("personal", &[Withheld]),
    ("private", &[KeyOf, Withheld]),
    ("role", &[KeyOf]),
    ("server", &[Withheld]),
    ("service", &[KeyOf]),
    ("signing", &[KeyOf]),
    ("ssh", &[KeyOf]),
    ("webhook", &[KeyOf, Address]),
    // vendors that have no other keys than secret ones
    ("anthropic", &[KeyOf]),
    ("cohere", &[KeyOf]),
    ("groq", &[KeyOf]),
    ("mailgun", &[KeyOf]),
    ("mistral", &[KeyOf]),
    ("openai", &[KeyOf]),
    ("postmark", &[KeyOf]),
    ("resend", &[KeyOf]),
    ("sendgrid", &[KeyOf]),
    ("twilio", &[KeyOf]),
    // servers whose addresses have a password in them
    ("amqp", &[Address]),
    ("database", &[Address]),
    ("db", &[Address]),
    ("kv", &[Address]),
    ("mariadb", &[Address]),
    ("mongo", &[Address]),
    ("mongodb", &[Address]),
    ("mysql", &[Address]),
    ("postgres", &[Address]),
    ("postgresql", &[Address]),
    ("prisma", &[Address]),
    ("rabbitmq", &[Address]),
    ("redis", &[Address]),
    // public values
    ("anon", &[Public]),
    ("pub", &[PublicKey, PublicLast]),
    ("public", &[Public]),
    ("publishable", &[Public]),
    ("site", &[PublicKey]),
    ("sitekey", &[PublicLast]),
    // how the value is written, and which server it names
    ("b64", &[Form]),
    ("base64", &[Form]),
    ("encoded", &[Form]),
    ("json", &[Form]),
    ("no", &[Form]),
    ("non", &[Form]),
    ("pem", &[Form]),
    ("pooled", &[Form]),
    ("pooling", &[Form, Address]),
    ("ssl", &[Form]),
    ("unpooled", &[Form]),
    // descriptions of credentials
    ("age", &[About]),
    ("alg", &[About]),
    ("algorithm", &[About]),
    ("arn", &[About]),
    ("audience", &[About]),
    ("count", &[About]),
    ("days", &[About]),
    ("disabled", &[About]),
    ("enabled", &[About]),
    ("endpoint", &[About]),
    ("expiration", &[About]),
    ("expires", &[About]),
    ("expiry", &[About]),
    ("file", &[About]),
    ("header", &[About]),
    ("host", &[About]),
    ("hours", &[About]),
    ("id", &[About]),
    ("ids", &[About]),
    ("issuer", &[About]),
    ("length", &[About]),
    ("lifetime", &[About]),
    ("limit", &[About]),
    ("manager", &[About]),
    ("minutes", &[About]),
    ("name", &[About]),
    ("path", &[About]),
    ("policy", &[About]),
    ("prefix", &[About]),
    ("provider", &[About]),
    ("region", &[About]),
    ("required", &[About]),
    ("seconds", &[About]),
    ("size", &[About]),
    ("store", &[About]),
    ("suffix", &[About]),
    ("ttl", &[About]),
    ("type", &[About]),
    ("uri", &[About]),
    ("url", &[About]),
    ("version", &[About]),
    // descriptions of credentials, or words that say which credential it is
    ("alias", &[Context]),
    ("attempts", &[Context]),
    ("bucket", &[Context]),
    ("column", &[Context]),
    ("cookie", &[Context]),
    ("dir", &[Context]),
    ("dsn", &[Context]),
    ("env", &[Context]),
    ("field", &[Context]),
    ("format", &[Context]),
    ("in", &[Context]),
    ("interval", &[Context]),
    ("location", &[Context]),
    ("max", &[Context]),
    ("min", &[Context]),
    ("mode", &[Context]),
    ("ms", &[Context]),
    ("port", &[Context]),
    ("ref", &[Context]),
    ("rotation", &[Context]),
    ("rounds", &[Context]),
    ("scope", &[Context]),
    ("scopes", &[Context]),
    ("stage", &[Context]),
    ("timeout", &[Context]),
    ("window", &[Context]),
];

#[cfg(test)]
mod tests {
    use super::WORDS;

    #[test]
    fn each_word_stands_in_one_row_and_in_lower_case() {
        let mut words: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
        assert!(words.iter().all(|w| *w == w.to_lowercase()));
        let all = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), all);
    }
}
