//! The credentials for GitHub.

use std::path::PathBuf;

use secrecy::SecretString;

/// The credentials for GitHub.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Token {
    /// A token: of Actions, fine-grained, classic, or of an App's user.
    Bearer(SecretString),
    /// The installation of a GitHub App: its key signs for tokens of an hour, which are renewed.
    App {
        /// The App's number.
        app_id: u64,
        /// The installation's number.
        installation_id: u64,
        /// The file of its private key, PEM. Read when connecting.
        key_file: PathBuf,
    },
}

impl Token {
    /// The token that the environment has for a host: the first that is set of `GH_TOKEN` and
    /// `GITHUB_TOKEN` for GitHub's own hosts and for the one that `GITHUB_API_URL` names (Actions
    /// sets both), of `GH_ENTERPRISE_TOKEN` and `GITHUB_ENTERPRISE_TOKEN` for any other, as `gh`
    /// does: so no token is sent to a host that it is not for. Where `GITHUB_APP_ID`,
    /// `GITHUB_APP_INSTALLATION_ID` and `GITHUB_APP_PEM_FILE` are set, the App counts before any
    /// token.
    #[must_use]
    pub fn from_env(env: &dyn Fn(&str) -> Option<String>, host: &str) -> Option<Self> {
        let set = |name: &str| env(name).filter(|value| !value.trim().is_empty());
        let number = |name: &str| set(name)?.trim().parse().ok();
        if let (Some(app_id), Some(installation_id), Some(file)) = (
            number("GITHUB_APP_ID"),
            number("GITHUB_APP_INSTALLATION_ID"),
            set("GITHUB_APP_PEM_FILE"),
        ) {
            return Some(Self::App {
                app_id,
                installation_id,
                key_file: PathBuf::from(file),
            });
        }
        let actions = set("GITHUB_API_URL").and_then(|url| super::address::host_of(&url));
        let own = host == "api.github.com"
            || host.ends_with(".ghe.com")
            || actions.is_some_and(|named| named == host);
        let names = if own {
            ["GH_TOKEN", "GITHUB_TOKEN"]
        } else {
            ["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"]
        };
        let token = names.into_iter().find_map(set)?;
        Some(Self::Bearer(token.trim().to_owned().into()))
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn shown(vars: &[(&str, &str)], host: &str) -> Option<String> {
        let env = |name: &str| {
            let found = vars.iter().find(|(n, _)| *n == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Token::from_env(&env, host).map(|token| match token {
            Token::Bearer(secret) => secret.expose_secret().to_owned(),
            Token::App { app_id, .. } => format!("app {app_id}"),
        })
    }

    #[test]
    fn a_token_is_shown_only_to_the_host_that_it_is_for() {
        let all = [
            ("GH_TOKEN", " gh \n"),
            ("GITHUB_TOKEN", "github"),
            ("GH_ENTERPRISE_TOKEN", "enterprise"),
        ];
        assert_eq!(shown(&all, "api.github.com").as_deref(), Some("gh"));
        assert_eq!(shown(&all, "api.octo.ghe.com").as_deref(), Some("gh"));
        assert_eq!(shown(&all, "evil.example").as_deref(), Some("enterprise"));
        assert_eq!(shown(&all[..2], "evil.example"), None);
        let actions = [
            ("GITHUB_TOKEN", "github"),
            ("GITHUB_API_URL", "https://github.example.com/api/v3"),
        ];
        let host = "github.example.com";
        assert_eq!(shown(&actions, host).as_deref(), Some("github"));
        assert_eq!(shown(&[("GH_TOKEN", "  ")], "api.github.com"), None);
    }

    #[test]
    fn an_app_counts_before_a_token() {
        let mut vars = vec![
            ("GH_TOKEN", "gh"),
            ("GITHUB_APP_ID", "12"),
            ("GITHUB_APP_INSTALLATION_ID", "34"),
        ];
        assert_eq!(shown(&vars, "api.github.com").as_deref(), Some("gh"));
        vars.push(("GITHUB_APP_PEM_FILE", "key.pem"));
        assert_eq!(shown(&vars, "api.github.com").as_deref(), Some("app 12"));
    }
}
