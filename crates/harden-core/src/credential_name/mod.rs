//! Which names are names of credentials.
//!
//! [`classify`] decides from the name alone: no value is read. It splits the name into its words
//! ([`words`]) and looks them up in one table. Two kinds of callers use it:
//!
//! - Where values are not read (environment variables of a hosting service),
//!   [`CredentialName::counts_by_name`] is the answer, and for variables that are published on
//!   purpose [`CredentialName::counts_when_published`].
//! - Where a class of the value was recorded (environment variables of a container), the caller
//!   combines [`CredentialName::counts_with_opaque_value`] with "the value looks like a
//!   credential", and [`CredentialName::Password`] with "there is a value".
//!
//! How often both are right is measured over a labelled list of variables of real projects
//! (`harden_core::testing::variables`).
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

mod about;
mod table;
mod words;

pub use words::words;

use about::is_about;
use table::{Meaning, means};
use words::holds_password;

/// What a name says about its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialName {
    /// The value is a password, however simple it is: `DB_PASSWORD`, `JWT_SECRET`, `SECRET_KEY`.
    Password,
    /// The value is a credential: `SENTRY_AUTH_TOKEN`, `STRIPE_API_KEY`.
    Credential,
    /// The value is an address with a password or a secret path in it: `DATABASE_URL`,
    /// `SLACK_WEBHOOK_URL`.
    Address,
    /// The value is a key, and the name does not say which: `STRIPE_KEY`, `ACME_KEY`.
    Key,
    /// The value is a credential if it looks like one: `CACHE_KEY`, `GIT_AUTH`.
    Possible,
    /// The value is made to be published: `STRIPE_PUBLISHABLE_KEY`, `RECAPTCHA_SITE_KEY`.
    Public,
    /// The name names no credential: `LOG_LEVEL`, `TOKEN_TTL`, `SECRET_ARN`.
    Other,
}

impl CredentialName {
    /// Whether the value counts as a credential where it is not known. A key of an unknown kind
    /// counts, since nothing shows that it is harmless.
    #[must_use]
    pub fn counts_by_name(self) -> bool {
        matches!(
            self,
            Self::Password | Self::Credential | Self::Address | Self::Key
        )
    }

    /// Whether the value counts as a credential where somebody publishes it on purpose. Keys that
    /// vendors make for browsers often have no other name than `POSTHOG_KEY`, so a key of an
    /// unknown kind does not count.
    #[must_use]
    pub fn counts_when_published(self) -> bool {
        matches!(self, Self::Password | Self::Credential | Self::Address)
    }

    /// Whether the value counts as a credential where it is known to look like one. An
    /// [`Address`](Self::Address) does not: whether a password is in it can be seen from the value.
    #[must_use]
    pub fn counts_with_opaque_value(self) -> bool {
        matches!(
            self,
            Self::Password | Self::Credential | Self::Key | Self::Possible
        )
    }
}

/// Decides what a name says about its value.
///
/// ```
/// use harden_core::credential_name::{CredentialName, classify};
///
/// assert_eq!(classify("DB_PASSWORD"), CredentialName::Password);
/// assert_eq!(classify("stripeApiKey"), CredentialName::Credential);
/// assert_eq!(classify("STRIPE_KEY"), CredentialName::Key);
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
        .pop_if(|word| is_number(word.trim_start_matches('v')) || means(word, Meaning::Form))
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
    let found = of_last_word(last, before);
    // ENABLE_PASSWORD switches something, unless its value shows that it does not
    let switch = before.first().is_some_and(|w| means(w, Meaning::Switch));
    match found {
        CredentialName::Other => CredentialName::Other,
        _ if switch => CredentialName::Possible,
        found => found,
    }
}

fn of_last_word(last: &str, before: &[&str]) -> CredentialName {
    let owner = before.last().copied().unwrap_or_default();
    let any = |meaning| before.iter().any(|word| means(word, meaning));
    match (owner, last) {
        // Vault's AppRole calls its password a secret id; elsewhere an id only names a secret
        ("secret", "id") if before.contains(&"vault") => return CredentialName::Credential,
        // the file with the key of an account of Google, as text
        ("service", "account") => return of_service_account(before),
        ("recovery" | "backup" | "scratch", "codes" | "code")
        | ("seed" | "recovery" | "pass" | "mnemonic", "phrase") => {
            return CredentialName::Credential;
        }
        _ => {}
    }
    let has_secret = any(Meaning::Password)
        || any(Meaning::Secret)
        // APIKEY_PROD: `words` splits it
        || before.windows(2).any(|pair| pair == ["api", "key"]);
    match last {
        last if is_about(last) => CredentialName::Other,
        "key" | "keys" => of_key(owner, before.len()),
        "tokens" if means(owner, Meaning::Plural) => CredentialName::Credential,
        // MAX_TOKENS, and the other things that are counted
        "tokens" => CredentialName::Other,
        last if means(last, Meaning::Password) => CredentialName::Password,
        // PASSWORD_DB, the other way round
        last if means(owner, Meaning::Password) && holds_password(last) => CredentialName::Password,
        last if means(last, Meaning::Secret) || has_secret => CredentialName::Credential,
        last if means(last, Meaning::Hint) || any(Meaning::Hint) => CredentialName::Possible,
        _ if before.contains(&"key") || before.contains(&"keys") => CredentialName::Possible,
        _ => CredentialName::Other,
    }
}

/// What a key is, from the word right before it, and the number of words before it.
fn of_key(owner: &str, words: usize) -> CredentialName {
    match owner {
        // alone it can be the key of a map
        "" => CredentialName::Possible,
        // PASSWORD_RESET_KEY, CACHE_KEY: the words before say what the key is for
        "cache" | "reset" | "map" => CredentialName::Possible,
        // of the storage of a browser; AZURE_STORAGE_KEY is a credential
        "storage" if words == 1 => CredentialName::Possible,
        owner if means(owner, Meaning::KeyOnly) => CredentialName::Password,
        owner if means(owner, Meaning::KeyOf) => CredentialName::Credential,
        owner if means(owner, Meaning::PlainKey) => CredentialName::Other,
        _ => CredentialName::Key,
    }
}

/// `FIREBASE_SERVICE_ACCOUNT` is the file of a key; `SERVICE_ACCOUNT` alone is often only a name.
fn of_service_account(before: &[&str]) -> CredentialName {
    let google = ["firebase", "gcp", "gcs", "gcloud", "google", "vertex"];
    match before.iter().any(|word| google.contains(word)) {
        true => CredentialName::Credential,
        false => CredentialName::Possible,
    }
}

/// Whether the value is an address that holds a password or a secret path.
fn is_address(last: &str, before: &[&str]) -> bool {
    match last {
        // an HTTPS address whose token has a name of its own: KV_REST_API_URL
        "url" | "uri" if before.iter().any(|w| matches!(*w, "rest" | "turso")) => false,
        // Prisma's name for the database without the pool in front of it
        "url" if before == ["direct"] => true,
        // CONFIRMATION_EMAIL_URL is a link in an email
        "url" | "uri" | "dsn" => match before {
            ["email" | "mail"] => true,
            _ => before
                .iter()
                .any(|word| means(word, Meaning::Address) && !matches!(*word, "email" | "mail")),
        },
        "string" | "str" => matches!(before.last(), Some(&("connection" | "conn"))),
        "connectionstring" | "connstr" => true,
        // SLACK_WEBHOOK, VERCEL_DEPLOY_HOOK: the address without its last word
        "webhook" => !before.is_empty(),
        "hook" => before.last() == Some(&"deploy"),
        // the connection string of Vercel's Edge Config, with a token in it
        "config" => before.last() == Some(&"edge"),
        // the section of the settings of .NET
        _ => before.starts_with(&["connection", "strings"]),
    }
}
/// Whether the value is made to be published.
fn is_public(last: &str, before: &[&str]) -> bool {
    let public = |word: &str| means(word, Meaning::Public);
    // the word right before `key` says which key of a pair it is: SERVER_PUBLIC_KEY
    let owner = before.last().copied().unwrap_or_default();
    if matches!(last, "key" | "keys") && (public(owner) || means(owner, Meaning::PublicKey)) {
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
