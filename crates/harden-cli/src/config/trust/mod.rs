//! Which hosts and roles of a policy file get credentials.
//!
//! A policy file that is found in the working directory belongs to whoever can change the checkout. A
//! credential goes only to a host that came from where the credential came from: the vendor's own cloud,
//! or a variable of the environment. Anything else needs the word of the user: `--policy`,
//! `--policy-ref`, `--trust-policy-hosts`, or the user's own list, `harden/trust.toml` in the
//! configuration directory.

use std::path::PathBuf;

use harden_aws::AwsPolicy;
use harden_core::{Policies, one_line};
use harden_github::GithubPolicy;
use harden_sentry::SentryPolicy;
use harden_vercel::VercelPolicy;
use serde::Deserialize;

use super::Origin;
use crate::failure::Failure;
use crate::input::{MAX_CONFIG, read_text};
use crate::providers::KindsByProvider;

type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A key of the policy file that names a host, and what would be sent there.
struct HostKey {
    provider: &'static str,
    key: &'static str,
    url: Option<String>,
    /// The variables with the credentials.
    credentials: &'static [&'static str],
    /// The hosts of the vendor's own cloud; one that starts with a dot includes all of its subdomains.
    vendor: &'static [&'static str],
    /// The variables that name a host or a URL for the same credentials.
    variables: &'static [&'static str],
}

fn host_keys(policies: &Policies) -> [HostKey; 3] {
    [
        HostKey {
            provider: "github",
            key: "[github] api_url",
            url: policies.get::<GithubPolicy>().api_url.clone(),
            credentials: &[
                "GITHUB_APP_PEM_FILE",
                "GH_ENTERPRISE_TOKEN",
                "GITHUB_ENTERPRISE_TOKEN",
                "GH_TOKEN",
                "GITHUB_TOKEN",
            ],
            vendor: &["api.github.com", ".ghe.com"],
            variables: &["GITHUB_API_URL", "GITHUB_SERVER_URL", "GH_HOST"],
        },
        HostKey {
            provider: "sentry",
            key: "[sentry] url",
            url: policies.get::<SentryPolicy>().url.clone(),
            credentials: &["SENTRY_AUTH_TOKEN"],
            vendor: &["sentry.io", ".sentry.io"],
            variables: &["SENTRY_URL"],
        },
        HostKey {
            provider: "vercel",
            key: "[vercel] api_url",
            url: policies.get::<VercelPolicy>().api_url.clone(),
            credentials: &["VERCEL_TOKEN"],
            vendor: &["api.vercel.com"],
            variables: &["VERCEL_API_URL"],
        },
    ]
}

/// Fails if a policy file that was found would send a credential to a host, or assume a role, that the
/// user does not trust.
pub(super) fn refuse_untrusted(
    policies: &Policies,
    origin: &Origin,
    kinds: &KindsByProvider,
    env: Env<'_>,
) -> Result<(), Failure> {
    if *origin != Origin::Found {
        return Ok(());
    }
    let set = |name: &str| env(name).filter(|value| !value.trim().is_empty());
    let hosts = host_keys(policies).into_iter().filter_map(|key| {
        let url = key.url.as_deref()?;
        let credential = key.credentials.iter().find(|name| set(name).is_some())?;
        let is_read = kinds.contains_key(key.provider);
        let named = key.variables.iter().filter_map(|name| set(name));
        (is_read && !is_trusted_by_origin(url, key.vendor, named)).then(|| {
            let shown = one_line(url, 200);
            let host = authority(url).map_or_else(|| shown.clone(), str::to_ascii_lowercase);
            let what = format!("its {} would send {credential} to {shown}", key.key);
            (what, Entry::Host(host))
        })
    });
    let aws = policies.get::<AwsPolicy>();
    let accounts = aws.accounts.iter().filter(|_| kinds.contains_key("aws"));
    let roles = accounts.filter_map(|account| {
        let role = account.role_arn.as_deref()?;
        let what = format!(
            "its [[aws.accounts]] would use your AWS credentials to assume {}",
            one_line(role, 200)
        );
        Some((what, Entry::Role(role.to_owned())))
    });
    let mut wanted: Vec<(String, Entry)> = hosts.chain(roles).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let path = trust_file(&set);
    let trust = match &path {
        Some(path) if path.symlink_metadata().is_ok() => Trust::read(path)?,
        _ => Trust::default(),
    };
    wanted.retain(|(_, entry)| !trust.contains(entry));
    let Some((what, entry)) = wanted.first() else {
        return Ok(());
    };
    let list = path.map_or_else(String::new, |path| {
        format!(", or add `{entry}` to {}", path.display())
    });
    Err(Failure::new(format!(
        "harden.toml was found in the working directory, not named, and {what}"
    ))
    .help(format!(
        "if you trust the file, name it with `--policy harden.toml` or use `--trust-policy-hosts`{list}"
    )))
}

/// Whether a URL is of the vendor's own cloud, or of a host that the environment names.
fn is_trusted_by_origin(
    url: &str,
    vendor: &[&str],
    mut named: impl Iterator<Item = String>,
) -> bool {
    let Some(host) = authority(url) else {
        return false;
    };
    let host = host.to_ascii_lowercase();
    let is_https = url.trim().to_ascii_lowercase().starts_with("https://");
    let is_of_vendor = is_https
        && vendor.iter().any(|own| match own.strip_prefix('.') {
            Some(_) => host.ends_with(own) && host.len() > own.len(),
            None => host == *own,
        });
    is_of_vendor
        || named.any(|one| match authority(&one) {
            // The same scheme: a token is not sent in plain text because of the file.
            Some(same) => {
                let scheme =
                    |url: &str| url.trim().split("://").next().map(str::to_ascii_lowercase);
                same.eq_ignore_ascii_case(&host) && scheme(&one) == scheme(url)
            }
            None => is_https && one.trim().eq_ignore_ascii_case(&host),
        })
}

/// The host and the port of a URL; `None` for a text that different readers could read differently.
fn authority(url: &str) -> Option<&str> {
    let (_, rest) = url.trim().split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    (!authority.is_empty() && authority.chars().all(is_plain)).then_some(authority)
}

/// What a found policy file needs the user's word for.
#[derive(Debug, PartialEq, Eq)]
enum Entry {
    Host(String),
    Role(String),
}

impl std::fmt::Display for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Host(host) => write!(f, "hosts = [\"{}\"]", one_line(host, 100)),
            Self::Role(role) => write!(f, "roles = [\"{}\"]", one_line(role, 200)),
        }
    }
}

/// The user's own list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Trust {
    /// Hosts, with a port if it is not the default one.
    hosts: Vec<String>,
    /// ARNs of roles.
    roles: Vec<String>,
}

impl Trust {
    fn read(path: &std::path::Path) -> Result<Self, Failure> {
        let shown = path.display();
        let unsafe_file = |why: &str| {
            Failure::new(format!("could not use {shown}: {why}"))
                .help("make it a file that only you can write: `chmod 600`")
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            let found = path
                .metadata()
                .map_err(|error| unsafe_file(&error.to_string()))?;
            let own = rustix::process::geteuid().as_raw();
            if ![own, 0].contains(&found.uid()) {
                return Err(unsafe_file("it belongs to another user"));
            }
            if found.mode() & 0o022 != 0 {
                return Err(unsafe_file("other users can write it"));
            }
        }
        let text = read_text(path, MAX_CONFIG)?;
        toml::from_str(&text).map_err(|error| {
            let message = one_line(error.message(), 200);
            Failure::new(format!("could not read {shown}: {message}"))
                .help("it has two lists: hosts = [\"sentry.example.com\"] and roles = [\"arn:…\"]")
        })
    }

    fn contains(&self, entry: &Entry) -> bool {
        match entry {
            Entry::Host(host) => self.hosts.iter().any(|one| one.eq_ignore_ascii_case(host)),
            Entry::Role(role) => self.roles.contains(role),
        }
    }
}

/// The path of the user's own list.
fn trust_file(set: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let absolute = |name: &str| {
        set(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let config = absolute("XDG_CONFIG_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".config")))
        .or_else(|| absolute("APPDATA"))?;
    Some(config.join("harden").join("trust.toml"))
}

#[cfg(test)]
mod tests;
