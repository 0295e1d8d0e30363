//! Commands of GitHub's command-line tool, `gh`.

use std::borrow::Cow;

use harden_core::{Arg, Step};

use crate::path::segment;
use crate::policy::GithubPolicy;

/// A script that passes its first argument to `gh api` as the body of a request, and the other
/// arguments unchanged. `gh api` reads a JSON document only from a file or standard input
/// (<https://cli.github.com/manual/gh_api>).
const WITH_BODY: &str = r#"body=$1; shift; printf %s "$body" | gh api --input - "$@""#;

/// An API call with `gh api`.
pub(crate) struct Gh {
    method: &'static str,
    path: String,
    body: Option<Arg>,
}

impl Gh {
    /// A call below a repository: `branches/main/protection`.
    pub(crate) fn new(method: &'static str, repository: &str, path: &str) -> Self {
        let (owner, name) = repository.split_once('/').unwrap_or_default();
        let mut all = format!("repos/{}/{}", segment(owner), segment(name));
        if !path.is_empty() {
            all = format!("{all}/{path}");
        }
        Self::at(method, all)
    }

    /// A call of another path.
    pub(crate) fn at(method: &'static str, path: String) -> Self {
        Self {
            method,
            path,
            body: None,
        }
    }

    /// Adds a JSON document as the body.
    pub(crate) fn body(mut self, body: impl Into<Arg>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// The call as a step.
    pub(crate) fn step(
        self,
        title: impl Into<Cow<'static, str>>,
        permissions: &'static [&'static str],
        policy: &GithubPolicy,
    ) -> Step {
        let mut argv: Vec<Arg> = match self.body {
            None => vec![Arg::word("gh"), Arg::word("api")],
            Some(body) => vec![
                Arg::word("sh"),
                Arg::word("-c"),
                Arg::word(WITH_BODY),
                Arg::word("sh"),
                body,
            ],
        };
        argv.extend(["--method", self.method].map(Arg::word));
        argv.extend(hostname(policy));
        argv.push(self.path.into());
        Step::command(title, argv, permissions)
    }
}

/// `--hostname HOST`, for a GitHub Enterprise Server.
fn hostname(policy: &GithubPolicy) -> Vec<Arg> {
    match server(policy) {
        None => Vec::new(),
        Some(host) => vec![Arg::word("--hostname"), host.into()],
    }
}

/// The host of a GitHub Enterprise Server, or `None` for github.com.
pub(crate) fn server(policy: &GithubPolicy) -> Option<&str> {
    let (_, rest) = policy.api_url.as_deref()?.split_once("://")?;
    let host = rest.split(['/', ':']).next()?;
    let host = host.strip_prefix("api.").unwrap_or(host);
    (!matches!(host, "" | "github.com")).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enterprise_server_is_named_by_hostname() {
        let shell = |url: Option<&str>| {
            let policy = GithubPolicy {
                api_url: url.map(str::to_owned),
                ..GithubPolicy::default()
            };
            let step = Gh::new("PUT", "acme/shop", "vulnerability-alerts").step("", &[], &policy);
            step.to_shell().unwrap()
        };
        let on_github = "gh api --method PUT repos/acme/shop/vulnerability-alerts";
        assert_eq!(shell(None), on_github);
        assert_eq!(shell(Some("https://api.github.com")), on_github);
        assert_eq!(
            shell(Some("https://github.example.com/api/v3")),
            "gh api --method PUT --hostname github.example.com \
             repos/acme/shop/vulnerability-alerts"
        );
    }
}
