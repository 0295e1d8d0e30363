//! The words of names, and what each of them means there.
//!
//! One row for each word, in lower case. A word can have several meanings: `secret` is a password's
//! word by itself, makes a `key` a secret one, and is never shown to browsers. The words that make
//! a name harmless at its end are in [`super::about`].

use Meaning::{
    Address, Form, Hint, KeyOf, KeyOnly, Password, PlainKey, Plural, Public, PublicKey, PublicLast,
    Secret, Switch, Withheld,
};

/// What a word means in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The value is a password, however simple it is.
    Password,
    /// The value is a credential.
    Secret,
    /// The value is a credential if it looks like one.
    Hint,
    /// Before `key`: the key is a secret one (`SIGNING_KEY`), or all keys of this vendor are.
    KeyOf,
    /// Before `key`: the value is a secret, however simple it is (`SECRET_KEY`).
    KeyOnly,
    /// Before `key`: the key names a thing and is not secret (`SORT_KEY`, `KMS_KEY`).
    PlainKey,
    /// Before `tokens`: they are credentials. Elsewhere `tokens` are counted.
    Plural,
    /// Before `url`, `uri` or `dsn`: the address has a password or a secret path in it.
    Address,
    /// At the end: how the value is written, which of several it is, or which server it names.
    /// Skipped.
    Form,
    /// At the beginning: the value switches something on or off (`ENABLE_PASSWORD_LOGIN`).
    Switch,
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
#[rustfmt::skip]
pub(super) const WORDS: &[(&str, &[Meaning])] = &[
    // credentials
    ("auth", &[Hint, KeyOf, Plural]),
    ("bearer", &[Hint, Plural]),
    ("cred", &[Secret, Withheld]),
    ("credential", &[Secret, Withheld]),
    ("credentials", &[Secret, Withheld]),
    ("creds", &[Secret, Withheld]),
    ("jwt", &[Hint, KeyOf, Plural]),
    ("kubeconfig", &[Hint]),
    ("mnemonic", &[Secret, Withheld]),
    ("netrc", &[Hint]),
    ("npmrc", &[Hint]),
    ("pass", &[Password, Withheld]),
    ("passcode", &[Password, Withheld]),
    ("passphrase", &[Password, Withheld]),
    ("passwd", &[Password, Withheld]),
    ("password", &[Password, Withheld]),
    ("passwords", &[Secret, Withheld]),
    ("pat", &[Secret]),
    ("pepper", &[Hint]),
    ("pswd", &[Password, Withheld]),
    ("pw", &[Password, Withheld]),
    ("pwd", &[Password, Withheld]),
    ("salt", &[Hint]),
    ("secret", &[Password, KeyOf, KeyOnly, Withheld]),
    ("secrets", &[Secret, Withheld]),
    ("signature", &[Hint]),
    ("token", &[Secret]),
    // words that make a key a secret one
    ("access", &[KeyOf, Plural]),
    ("account", &[KeyOf]),
    ("admin", &[KeyOf, Withheld, Plural]),
    ("api", &[KeyOf, Plural]),
    ("app", &[KeyOf]),
    ("consumer", &[KeyOf]),
    ("cookie", &[KeyOf]),
    ("crypt", &[KeyOf]),
    ("crypto", &[KeyOf]),
    ("decryption", &[KeyOf]),
    ("deploy", &[KeyOf]),
    ("enc", &[KeyOf]),
    ("encrypt", &[KeyOf]),
    ("encryption", &[KeyOf, KeyOnly]),
    ("hmac", &[KeyOf]),
    ("license", &[KeyOf]),
    ("master", &[KeyOf]),
    ("personal", &[Withheld]),
    ("private", &[KeyOf, Withheld]),
    ("refresh", &[Plural]),
    ("role", &[KeyOf]),
    ("sdk", &[KeyOf]),
    ("server", &[Withheld]),
    ("service", &[KeyOf]),
    ("session", &[KeyOf, Plural]),
    ("shared", &[KeyOf]),
    ("sign", &[KeyOf]),
    ("signing", &[KeyOf, KeyOnly]),
    ("ssh", &[KeyOf]),
    ("webhook", &[KeyOf, Address]),
    ("write", &[KeyOf]),
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
    // keys that name a thing
    ("attribute", &[PlainKey]),
    ("authorized", &[PlainKey]),
    ("bucket", &[PlainKey]),
    ("column", &[PlainKey]),
    ("config", &[PlainKey]),
    ("context", &[PlainKey]),
    ("dedup", &[PlainKey]),
    ("dict", &[PlainKey]),
    ("dimension", &[PlainKey]),
    ("event", &[PlainKey]),
    ("field", &[PlainKey]),
    ("file", &[PlainKey]),
    ("flag", &[PlainKey]),
    ("foreign", &[PlainKey]),
    ("group", &[PlainKey]),
    ("hash", &[PlainKey]),
    ("header", &[PlainKey]),
    ("hot", &[PlainKey]),
    ("i18n", &[PlainKey]),
    ("idempotency", &[PlainKey]),
    ("index", &[PlainKey]),
    ("input", &[PlainKey]),
    ("issue", &[PlainKey]),
    ("job", &[PlainKey]),
    ("kms", &[PlainKey]),
    ("label", &[PlainKey]),
    ("local", &[Form, PlainKey]),
    ("locale", &[PlainKey]),
    ("lock", &[PlainKey]),
    ("lookup", &[PlainKey]),
    ("manifest", &[PlainKey]),
    ("message", &[PlainKey]),
    ("meta", &[PlainKey]),
    ("metadata", &[PlainKey]),
    ("metric", &[PlainKey]),
    ("object", &[PlainKey]),
    ("output", &[PlainKey]),
    ("parameter", &[PlainKey]),
    ("partition", &[PlainKey]),
    ("primary", &[Form, PlainKey]),
    ("project", &[PlainKey]),
    ("property", &[PlainKey]),
    ("query", &[PlainKey]),
    ("queue", &[PlainKey]),
    ("range", &[PlainKey]),
    ("registry", &[PlainKey]),
    ("rollout", &[PlainKey]),
    ("routing", &[PlainKey]),
    ("row", &[PlainKey]),
    ("schema", &[PlainKey]),
    ("setting", &[PlainKey]),
    ("shard", &[PlainKey]),
    ("sort", &[PlainKey]),
    ("space", &[PlainKey]),
    ("state", &[PlainKey]),
    ("table", &[PlainKey]),
    ("tag", &[PlainKey]),
    ("template", &[PlainKey]),
    ("tenant", &[PlainKey]),
    ("theme", &[PlainKey]),
    ("topic", &[PlainKey]),
    ("translation", &[PlainKey]),
    ("unique", &[PlainKey]),
    // servers whose addresses have a password in them
    ("amqp", &[Address]),
    ("amqps", &[Address]),
    ("bonsai", &[Address]),
    ("broker", &[Address]),
    ("clickhouse", &[Address]),
    ("cloudamqp", &[Address]),
    ("cloudinary", &[Address]),
    ("cockroach", &[Address]),
    ("cockroachdb", &[Address]),
    ("couchbase", &[Address]),
    ("couchdb", &[Address]),
    ("database", &[Address]),
    ("db", &[Address]),
    ("elastic", &[Address]),
    ("elasticsearch", &[Address]),
    ("email", &[Address]),
    ("fixie", &[Address]),
    ("ftp", &[Address]),
    ("hook", &[Address]),
    ("imap", &[Address]),
    ("jawsdb", &[Address]),
    ("jdbc", &[Address]),
    ("kv", &[Address]),
    ("mail", &[Address]),
    ("mailer", &[Address]),
    ("mariadb", &[Address]),
    ("messenger", &[Address]),
    ("mongo", &[Address]),
    ("mongodb", &[Address]),
    ("mssql", &[Address]),
    ("mysql", &[Address]),
    ("neon", &[Address]),
    ("opensearch", &[Address]),
    ("pg", &[Address]),
    ("pgbouncer", &[Address]),
    ("planetscale", &[Address]),
    ("postgres", &[Address]),
    ("postgresql", &[Address]),
    ("presigned", &[Address]),
    ("prisma", &[Address]),
    ("quotaguard", &[Address]),
    ("rabbit", &[Address]),
    ("rabbitmq", &[Address]),
    ("redis", &[Address]),
    ("rediscloud", &[Address]),
    ("sas", &[Address]),
    ("sftp", &[Address]),
    ("signed", &[Address]),
    ("smtp", &[Address]),
    ("sqlserver", &[Address]),
    ("transport", &[Address]),
    ("valkey", &[Address]),
    // public values
    ("anon", &[Public]),
    ("client", &[KeyOf]),
    ("pub", &[PublicKey, PublicLast]),
    ("public", &[Public]),
    ("publishable", &[Public]),
    ("site", &[PublicKey]),
    ("sitekey", &[PublicLast]),
    // how the value is written, which of several it is, and which server it names
    ("b64", &[Form]),
    ("base64", &[Form]),
    ("current", &[Form]),
    ("dev", &[Form]),
    ("development", &[Form]),
    ("encoded", &[Form]),
    ("hex", &[Form]),
    ("json", &[Form]),
    ("live", &[Form]),
    ("new", &[Form]),
    ("no", &[Form, Switch]),
    ("non", &[Form]),
    ("old", &[Form]),
    ("pem", &[Form]),
    ("pooled", &[Form]),
    ("pooling", &[Form, Address]),
    ("previous", &[Form]),
    ("prod", &[Form]),
    ("production", &[Form]),
    ("sandbox", &[Form]),
    ("secondary", &[Form]),
    ("ssl", &[Form]),
    ("stage", &[Form]),
    ("staging", &[Form]),
    ("test", &[Form]),
    ("unpooled", &[Form]),
    ("value", &[Form]),
    // switches
    ("allow", &[Switch]),
    ("disable", &[Switch]),
    ("disallow", &[Switch]),
    ("enable", &[Switch]),
    ("enforce", &[Switch]),
    ("ff", &[Switch]),
    ("force", &[Switch]),
    ("has", &[Switch]),
    ("hide", &[Switch]),
    ("is", &[Switch]),
    ("require", &[Switch]),
    ("show", &[Switch]),
    ("skip", &[Switch]),
    ("use", &[Switch]),
    ("with", &[Switch]),
];

#[cfg(test)]
mod tests {
    use super::WORDS;
    use crate::credential_name::about::is_about;

    #[test]
    fn each_word_stands_in_one_row_and_in_lower_case() {
        let mut words: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
        assert!(words.iter().all(|w| *w == w.to_lowercase()));
        let all = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), all);
    }

    #[test]
    fn no_word_of_a_credential_describes_one() {
        use super::Meaning::{Password, Secret};
        let both = WORDS.iter().filter(|(word, meanings)| {
            is_about(word) && (meanings.contains(&Password) || meanings.contains(&Secret))
        });
        assert_eq!(both.count(), 0);
    }
}
