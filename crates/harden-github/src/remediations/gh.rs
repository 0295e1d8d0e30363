//! Commands of GitHub's command line.

use std::borrow::Cow;

use harden_core::{Arg, Step};

use crate::GithubPolicy;
use crate::path::segment;

/// Gives its first argument to `gh api` as the body of a request, and the others as they are. `gh`
/// takes a whole document from standard input only.
const WITH_BODY: &str = r#"body=$1; shift; printf %s "$body" | gh api --input - "$@""#;

/// A call of the API by `gh api`.
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

    /// A call of any path.
    pub(crate) fn at(method: &'static str, path: String) -> Self {
        Self {
            method,
            path,
            body: None,
        }
    }

    /// With a document.
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

/// `--hostname HOST` for another server than GitHub's own.
fn hostname(policy: &GithubPolicy) -> Vec<Arg> {
    match server(policy) {
        None => Vec::new(),
        Some(host) => vec![Arg::word("--hostname"), host.into()],
    }
}

/// The host of another server than GitHub's own.
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
    fn another_server_is_named() {
        let shell = |url: Option<&str>| {
            let policy = GithubPolicy {
                api_url: url.map(str::to_owned),
                ..GithubPolicy::default()
            };
            let step = Gh::new("PUT", "acme/shop", "vulnerability-alerts").step("", &[], &policy);
            step.to_shell().unwrap()
        };
        let own = "gh api --method PUT repos/acme/shop/vulnerability-alerts";
        assert_eq!(shell(None), own);
        assert_eq!(shell(Some("https://api.github.com")), own);
        assert_eq!(
            shell(Some("https://github.example.com/api/v3")),
            "gh api --method PUT --hostname github.example.com \
             repos/acme/shop/vulnerability-alerts"
        );
    }
}
