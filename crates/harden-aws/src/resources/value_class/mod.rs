//! The class of a value: all that is recorded of the value of a variable.
//!
//! Crates that search text for credentials bring a scanner, rules as data and a regular-expression
//! engine. Only a class for one short value is needed here, from the formats that issuers document.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::placeholder::is_placeholder;
use harden_core::credential_name::words;

/// The class of a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ValueClass {
    /// An empty value.
    Empty,
    /// A credential of a known format (alone, before the host of a URL, or in JSON): its issuer.
    Token(String),
    /// A URL or a connection string with a password in it.
    UrlPassword,
    /// A random text: a key, a hash, a generated password.
    Opaque,
    /// A text of unknown meaning: a word, a host, a weak password.
    Word,
    /// A reference to a value: an ARN, a path, a placeholder.
    Reference,
    /// A value that is never a credential: a switch, a small number, a duration, a URL without a
    /// password.
    Setting,
}

/// The prefix of a known credential format, its issuer, and the shortest length of the rest.
const FORMATS: &[(&str, usize, &str)] = &[
    ("AKIA", 16, "AWS access key"),
    ("ASIA", 16, "AWS temporary access key"),
    ("ghp_", 30, "GitHub token"),
    ("gho_", 30, "GitHub token"),
    ("ghu_", 30, "GitHub token"),
    ("ghs_", 30, "GitHub token"),
    ("ghr_", 30, "GitHub token"),
    ("github_pat_", 30, "GitHub token"),
    ("glpat-", 20, "GitLab token"),
    ("xoxb-", 20, "Slack token"),
    ("xoxp-", 20, "Slack token"),
    ("xoxa-", 20, "Slack token"),
    ("xapp-", 20, "Slack token"),
    ("https://hooks.slack.com/services/", 20, "Slack webhook"),
    ("https://discord.com/api/webhooks/", 20, "Discord webhook"),
    ("sk_live_", 16, "Stripe key"),
    ("sk_test_", 16, "Stripe test key"),
    ("rk_live_", 16, "Stripe key"),
    ("whsec_", 16, "webhook signing secret"),
    ("sk-ant-", 20, "Anthropic key"),
    ("sk-proj-", 20, "OpenAI key"),
    ("sk-", 40, "OpenAI key"),
    ("AIza", 35, "Google API key"),
    ("ya29.", 20, "Google token"),
    ("SG.", 40, "SendGrid key"),
    ("key-", 32, "Mailgun key"),
    ("npm_", 36, "npm token"),
    ("pypi-", 50, "PyPI token"),
    ("dop_v1_", 60, "DigitalOcean token"),
    ("hf_", 30, "Hugging Face token"),
    ("lin_api_", 30, "Linear key"),
    ("sntrys_", 40, "Sentry token"),
    ("sntryu_", 40, "Sentry token"),
    ("shpat_", 32, "Shopify token"),
    ("dp.st.", 30, "Doppler token"),
    ("dapi", 32, "Databricks token"),
    ("AGE-SECRET-KEY-1", 40, "age key"),
    ("re_", 24, "Resend key"),
];

impl ValueClass {
    /// The class of a value. Only the class, and the issuer of a known format, are kept.
    #[must_use]
    pub fn of(value: &str) -> Self {
        let value = value.trim().trim_matches(['"', '\'']);
        if value.is_empty() {
            return Self::Empty;
        }
        if let Some(whose) = known_format(value).or_else(|| format_in_url(value)) {
            return Self::Token(whose.to_owned());
        }
        if let Some(members) = json_object(value) {
            return Self::of_json(&members);
        }
        if has_password(value) {
            return Self::UrlPassword;
        }
        if is_reference(value) {
            return Self::Reference;
        }
        if is_setting(value) {
            return Self::Setting;
        }
        if is_opaque(value) {
            return Self::Opaque;
        }
        Self::Word
    }

    /// The class of a JSON object: of a credential if a member at any depth is one by its own
    /// value, or has the name of a credential and a value of its own.
    fn of_json(members: &Map<String, Value>) -> Self {
        members
            .iter()
            .find_map(|(name, value)| Self::in_json(name, value))
            .unwrap_or(Self::Setting)
    }

    fn in_json(name: &str, value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => match Self::of(text) {
                found @ (Self::Token(_) | Self::UrlPassword) => Some(found),
                Self::Opaque | Self::Word if names_credential(name) => {
                    Some(Self::Token("credential in JSON".to_owned()))
                }
                _ => None,
            },
            Value::Array(all) => all.iter().find_map(|value| Self::in_json(name, value)),
            Value::Object(members) => members
                .iter()
                .find_map(|(name, value)| Self::in_json(name, value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => None,
        }
    }
}

/// The members of a JSON object.
fn json_object(value: &str) -> Option<Map<String, Value>> {
    value
        .starts_with('{')
        .then(|| serde_json::from_str(value).ok())?
}

/// Whether a JSON member has the name of a password, a secret or a token.
fn names_credential(name: &str) -> bool {
    words(name)
        .last()
        .is_some_and(|last| matches!(&**last, "password" | "passwd" | "secret" | "token"))
}

fn known_format(value: &str) -> Option<&'static str> {
    if value.contains("-----BEGIN ") && value.contains("PRIVATE KEY") {
        return Some("private key");
    }
    if value.contains("\"private_key\"") && value.contains("\"client_email\"") {
        return Some("Google service account key");
    }
    if is_jwt(value) {
        return Some("JSON Web Token");
    }
    let in_token = |c: char| c.is_ascii_alphanumeric() || "-_./=+".contains(c);
    FORMATS
        .iter()
        .find(|(prefix, least, _)| {
            value
                .strip_prefix(prefix)
                .is_some_and(|rest| rest.len() >= *least && rest.chars().all(in_token))
        })
        // the id of an access key has a fixed length and only capitals; words can begin like it
        .filter(|(prefix, least, _)| {
            !prefix.ends_with("IA")
                || (value.len() == prefix.len() + least
                    && value
                        .bytes()
                        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()))
        })
        .map(|(_, _, whose)| *whose)
}

/// Whether a text is a JSON Web Token: three base64url parts, the first two JSON objects.
fn is_jwt(value: &str) -> bool {
    let in_part = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    let parts: Vec<&str> = value.split('.').collect();
    matches!(&*parts, [head, body, sign]
        if head.starts_with("eyJ") && body.starts_with("eyJ") && sign.len() >= 16
            && parts.iter().all(|p| p.chars().all(in_part)))
}

/// `user:password` of `scheme://user:password@host`.
fn userinfo(value: &str) -> Option<&str> {
    let (_, rest) = value.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    // a password that was not percent-encoded can contain any of these characters
    let authority = if authority.contains('@') {
        authority
    } else {
        rest
    };
    authority.rsplit_once('@').map(|(userinfo, _)| userinfo)
}

/// The issuer of a credential of a known format in the user or password of a URL.
fn format_in_url(value: &str) -> Option<&'static str> {
    userinfo(value)?.splitn(2, ':').find_map(known_format)
}

/// `scheme://user:password@host`, `Password=…;`, `?password=…`.
fn has_password(value: &str) -> bool {
    let password = userinfo(value).and_then(|userinfo| userinfo.split_once(':'));
    if password.is_some_and(|(_, password)| !is_placeholder(password)) {
        return true;
    }
    // of the same length, byte by byte
    let lower = value.to_ascii_lowercase();
    ["password=", "pwd=", "accountkey=", "sharedaccesskey="]
        .iter()
        .filter_map(|key| Some((lower.find(key)?, key.len())))
        .any(|(at, length)| {
            let (before, after) = (&value[..at], &value[at + length..]);
            let starts = before.is_empty() || before.ends_with(['?', '&', ';', ' ']);
            let password = after.split(['&', ';', ' ']).next().unwrap_or(after);
            // alone it is not a connection string
            starts && !before.is_empty() && !is_placeholder(password)
        })
}

fn is_reference(value: &str) -> bool {
    const SCHEMES: [&str; 7] = [
        "arn:",
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

fn is_setting(value: &str) -> bool {
    const WORDS: [&str; 12] = [
        "true", "false", "yes", "no", "on", "off", "none", "null", "enabled", "disabled",
        "default", "auto",
    ];
    let lower = value.to_ascii_lowercase();
    if WORDS.contains(&&*lower) || value.contains("://") || value.len() < 4 {
        return true;
    }
    // a number with a unit: 90d, 3600s, 1.5h
    let number = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = &lower[number.len()..];
    !number.is_empty()
        && number.parse::<f64>().is_ok()
        && matches!(
            unit,
            "ms" | "s" | "m" | "h" | "d" | "w" | "days" | "hours" | "minutes"
        )
}

/// Whether a value is random: long, without spaces, with many different characters (Shannon entropy) of
/// more than one class.
fn is_opaque(value: &str) -> bool {
    if value.chars().any(char::is_whitespace) {
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
        8..20 => has_digit && sorts >= 3 && entropy >= 2.7,
        // hexadecimal has at most 4 bits per character; words have less than 4 and no digits
        _ => (has_digit && sorts >= 2 && entropy >= 3.0) || (sorts >= 2 && entropy >= 4.0),
    }
}

/// The Shannon entropy of the characters, in bits per character.
fn entropy(value: &str) -> f64 {
    let mut counts = std::collections::BTreeMap::new();
    for c in value.chars() {
        *counts.entry(c).or_insert(0.0) += 1.0;
    }
    let total: f64 = counts.values().sum();
    let bits = |count: &f64| -(count / total) * (count / total).log2();
    counts.values().map(bits).sum()
}

#[cfg(test)]
mod tests;
