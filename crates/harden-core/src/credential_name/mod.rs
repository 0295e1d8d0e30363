//! Which names are names of credentials.
//!
//! [`classify`] decides from the name alone: no value is read. It splits the name into its words
//! ([`words`]) and looks them up in one table. Two kinds of callers use it:
//!
//! - Where values are not read (environment variables of a hosting service),
//!   [`CredentialName::counts_by_name`] is the answer. It asks for more than the word `key`, since
//!   most keys are not credentials.
//! - Where a class of the value was recorded (environment variables of a container), the caller
//!   combines [`CredentialName::counts_with_opaque_value`] with "the value looks like a
//!   credential", and [`CredentialName::Password`] with "there is a value".
//!
//! The two answers differ only in the names of three grades: an [`CredentialName::Address`] and an
//! [`CredentialName::Ambiguous`] name count by name, a [`CredentialName::Possible`] one counts with
//! an opaque value.
//!
//! # Limits
//!
//! - The words are English, and so are the abbreviations.
//! - A name without any of the words is [`CredentialName::Other`], whatever its value is: `STRIPE`
//!   or `MY_SETTING` can hold a credential. Only a class of the value can show that.
//! - Words that are written together are split only at the endings that [`words`] knows:
//!   `PGPASSWORD` is `pg password`, but `DBPASSWORDFILE` is one word.
//! - A credential that a vendor publishes on purpose (a Firebase API key) has the name of a secret
//!   one. Callers let a policy name those.

mod table;
mod words;

pub use words::words;

use table::{Meaning, means};

/// What a name says about its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialName {
    /// The value is a password, however simple it is: `DB_PASSWORD`, `JWT_SECRET`.
    Password,
    /// The value is a credential: `SENTRY_AUTH_TOKEN`, `STRIPE_API_KEY`.
    Credential,
    /// The value is an address with a password or a secret path in it: `DATABASE_URL`,
    /// `SLACK_WEBHOOK_URL`.
    Address,
    /// The value is a credential if it looks like one: `CACHE_KEY`, `PASSWORD_SALT`.
    Possible,
    /// The last word describes a credential (`PASSWORD_MIN`) or says which one it is (`TOKEN_STAGE`).
    Ambiguous,
    /// The value is made to be published: `STRIPE_PUBLISHABLE_KEY`, `RECAPTCHA_SITE_KEY`.
    Public,
    /// The name names no credential: `LOG_LEVEL`, `TOKEN_TTL`, `SECRET_ARN`.
    Other,
}

impl CredentialName {
    /// Whether the value counts as a credential where it is not known. A name that is ambiguous
    /// counts, since nothing shows that it is harmless.
    #[must_use]
    pub fn counts_by_name(self) -> bool {
        matches!(
            self,
            Self::Password | Self::Credential | Self::Address | Self::Ambiguous
        )
    }

    /// Whether the value counts as a credential where it is known to look like one. An
    /// [`Address`](Self::Address) does not: whether a password is in it can be seen from the value.
    #[must_use]
    pub fn counts_with_opaque_value(self) -> bool {
        matches!(self, Self::Password | Self::Credential | Self::Possible)
    }
}

/// Decides what a name says about its value.
///
/// ```
/// use harden_core::credential_name::{CredentialName, classify};
///
/// assert_eq!(classify("DB_PASSWORD"), CredentialName::Password);
/// assert_eq!(classify("stripeSecretKey"), CredentialName::Credential);
/// assert_eq!(classify("CACHE_KEY"), CredentialName::Possible);
/// assert_eq!(classify("TOKEN_TTL"), CredentialName::Other);
/// ```
#[must_use]
pub fn classify(name: &str) -> CredentialName {
    // the working directories that every shell sets
    if matches!(name, "PWD" | "OLDPWD") {
        return CredentialName::Other;
    }
    let words = words(name);
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    // API_KEY_2, JWT_PRIVATE_KEY_BASE64, POSTGRES_URL_NON_POOLING: the words before decide
    while words
        .pop_if(|word| is_number(word) || means(word, Meaning::Form))
        .is_some()
    {}
    let Some((&last, before)) = words.split_last() else {
        return CredentialName::Other;
    };
    if is_address(last, before) {
        return CredentialName::Address;
    }
    if is_public(last, before) {
        return CredentialName::Public;
    }
    let any = |meaning| words.iter().any(|word| means(word, meaning));
    let has_secret = any(Meaning::Password)
        || any(Meaning::Secret)
        // APIKEY_PROD: `words` splits it
        || words.windows(2).any(|pair| pair == ["api", "key"]);
    let owner = before.last().copied().unwrap_or_default();
    match last {
        // Vault's AppRole calls its password a secret id; elsewhere an id only names a secret
        "id" if owner == "secret" && before.contains(&"vault") => CredentialName::Credential,
        last if means(last, Meaning::About) => CredentialName::Other,
        last if means(last, Meaning::Context) => match has_secret {
            true => CredentialName::Ambiguous,
            false => CredentialName::Other,
        },
        "key" if means(owner, Meaning::KeyOf) => CredentialName::Credential,
        // PASSWORD_RESET_KEY: the words before say what the key is for, not that it is secret
        "key" => CredentialName::Possible,
        last if means(last, Meaning::Password) => CredentialName::Password,
        _ if has_secret => CredentialName::Credential,
        _ if any(Meaning::Hint) => CredentialName::Possible,
        _ => CredentialName::Other,
    }
}

/// Whether the value is an address that holds a password or a secret path.
fn is_address(last: &str, before: &[&str]) -> bool {
    match last {
        // an HTTPS address whose token has a name of its own: KV_REST_API_URL
        "url" | "uri" if before.contains(&"rest") => false,
        // Prisma's name for the database without the pool in front of it
        "url" if before == ["direct"] => true,
        "url" | "uri" | "dsn" => before.iter().any(|word| means(word, Meaning::Address)),
        "string" => before.last() == Some(&"connection"),
        _ => false,
    }
}

/// Whether the value is made to be published.
fn is_public(last: &str, before: &[&str]) -> bool {
    let public = |word: &str| means(word, Meaning::Public);
    // the word right before `key` says which key of a pair it is: SERVER_PUBLIC_KEY
    let owner = before.last().copied().unwrap_or_default();
    if last == "key" && (public(owner) || means(owner, Meaning::PublicKey)) {
        return true;
    }
    let withheld = |word: &&str| means(word, Meaning::Withheld);
    if before.iter().any(withheld) || withheld(&last) {
        return false;
    }
    if public(last) || means(last, Meaning::PublicLast) {
        return true;
    }
    // PUBLIC_ACCESS_TOKEN is published; in PUBLIC_TOKEN_BACKUP nobody can tell what is
    let secret = |word: &&str| means(word, Meaning::Secret);
    before.iter().any(|word| public(word))
        && (last == "token"
            || means(last, Meaning::Hint)
            || !(secret(&last) || before.iter().any(secret)))
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests;
