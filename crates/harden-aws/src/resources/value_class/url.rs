//! Credentials inside URLs and connection strings.

use super::formats::known_format;
use super::opaque::is_opaque;
use crate::resources::placeholder::is_placeholder;

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
pub(super) fn format_in_url(value: &str) -> Option<&'static str> {
    userinfo(value)?.splitn(2, ':').find_map(known_format)
}

/// The parameters of a URL that hold a credential, where their value looks like one.
const PARAMETERS: &[&str] = &[
    "access_token=",
    "api_key=",
    "apikey=",
    "auth=",
    "authtoken=",
    "key=",
    "secret=",
    "sig=",
    "signature=",
    "token=",
    "x-amz-signature=",
];

/// Whether a parameter in the query of a URL holds a credential: `https://host/?token=…`.
fn has_secret_parameter(value: &str) -> bool {
    let Some((_, query)) = value
        .split_once("://")
        .and_then(|(_, rest)| rest.split_once('?'))
    else {
        return false;
    };
    query.split(['&', '#']).any(|parameter| {
        let lower = parameter.to_ascii_lowercase();
        PARAMETERS.iter().any(|name| {
            lower.starts_with(name) && parameter.get(name.len()..).is_some_and(is_opaque)
        })
    })
}

/// `scheme://user:password@host`, `Password=…;`, `?password=…`, `?token=…`.
pub(super) fn has_password(value: &str) -> bool {
    let password = userinfo(value).and_then(|userinfo| userinfo.split_once(':'));
    if password.is_some_and(|(_, password)| !is_placeholder(password)) {
        return true;
    }
    if has_secret_parameter(value) {
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
