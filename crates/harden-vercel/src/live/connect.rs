//! What to read, and with what.

use std::time::Duration;

use harden_collect::rest::{Client, Options, SetupError, Vendor};
use secrecy::SecretString;

use super::VercelProvider;
use crate::VercelPolicy;

/// The base URL of Vercel's own API.
const API: &str = "https://api.vercel.com";

/// What to read, and with what.
#[derive(Debug, Clone)]
pub struct Connect {
    /// The token.
    pub token: SecretString,
    /// The base URL of the API.
    pub api_url: String,
    /// The team, by its id (`team_…`) or slug; the personal account without one.
    pub team: Option<String>,
    /// The id of the user, for a personal account. It is only shown: calls do not need it.
    pub user: Option<String>,
    /// The projects, by id or name.
    pub projects: Vec<String>,
    /// The wait before a call's second attempt; it doubles from attempt to attempt.
    pub first_wait: Duration,
}

/// Why nothing can be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// There is no token.
    #[error("no token for Vercel: set VERCEL_TOKEN")]
    NoToken,
    /// There is no project.
    #[error(
        "no Vercel project to audit: set VERCEL_PROJECT_ID, or `projects` in [vercel] of \
         harden.toml"
    )]
    NoProject,
    /// The URL or the token cannot be used.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

impl Connect {
    /// A token, to read projects of a personal account from Vercel's own API.
    #[must_use]
    pub fn new(token: SecretString, projects: Vec<String>) -> Self {
        Self {
            token,
            api_url: API.to_owned(),
            team: None,
            user: None,
            projects,
            first_wait: Duration::from_millis(500),
        }
    }

    /// From the variables that Vercel's own tools read: VERCEL_TOKEN, VERCEL_ORG_ID, VERCEL_PROJECT_ID,
    /// and VERCEL_API_URL for another base URL. The policy counts before them. An empty variable counts
    /// as missing.
    ///
    /// # Errors
    /// When there is no token.
    pub fn from_env(
        variable: &dyn Fn(&str) -> Option<String>,
        policy: &VercelPolicy,
    ) -> Result<Self, ConnectError> {
        let set = |name: &str| {
            let value = variable(name)?.trim().to_owned();
            (!value.is_empty()).then_some(value)
        };
        let token = set("VERCEL_TOKEN").ok_or(ConnectError::NoToken)?;
        let projects = if policy.projects.is_empty() {
            set("VERCEL_PROJECT_ID").into_iter().collect()
        } else {
            policy.projects.clone()
        };
        // the id of a user means the personal account, for which calls name no team
        let org = set("VERCEL_ORG_ID");
        let (org_team, user) = match org {
            Some(id) if id.starts_with("team_") => (Some(id), None),
            id => (None, id),
        };
        let api_url = policy.api_url.clone().or_else(|| set("VERCEL_API_URL"));
        let mut connect = Self::new(SecretString::from(token), projects);
        connect.api_url = api_url.unwrap_or(connect.api_url);
        connect.team = policy.team.clone().or(org_team);
        connect.user = user;
        Ok(connect)
    }
}

/// Who owns the projects.
#[derive(Debug, Clone)]
pub(super) enum Owner {
    Team(String),
    User(String),
}

impl Owner {
    /// Its name in reports.
    pub(super) fn account(&self) -> &str {
        match self {
            Self::Team(name) | Self::User(name) => name,
        }
    }

    /// The parameter of a call that names the team.
    pub(super) fn query(&self) -> Option<(&'static str, &str)> {
        match self {
            Self::Team(id) if id.starts_with("team_") => Some(("teamId", id)),
            Self::Team(slug) => Some(("slug", slug)),
            Self::User(_) => None,
        }
    }
}

pub(super) fn connect(connect: Connect) -> Result<VercelProvider, ConnectError> {
    let mut projects = connect.projects;
    projects.sort();
    projects.dedup();
    if projects.is_empty() {
        return Err(ConnectError::NoProject);
    }
    let owner = match (connect.team, connect.user) {
        (Some(team), _) => Owner::Team(team),
        (None, user) => Owner::User(user.unwrap_or_else(|| "personal account".to_owned())),
    };
    let mut options = Options::new(connect.api_url, connect.token, VENDOR);
    options.retry.first_wait = connect.first_wait;
    Ok(VercelProvider {
        client: Client::new(options)?,
        owner,
        projects,
    })
}

/// `{"error": {"code": "forbidden", "message": "…"}}`; X-RateLimit-Reset is in seconds since 1970.
const VENDOR: Vendor = Vendor {
    message: |body| body["error"]["message"].as_str(),
    reset_header: Some("x-ratelimit-reset"),
    is_transient: |_| false,
    is_plan_limit: |_| false,
};

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn from(set: &[(&str, &str)], policy: &str) -> Result<Connect, ConnectError> {
        let variable = |name: &str| {
            let found = set.iter().find(|(n, _)| *n == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Connect::from_env(&variable, &toml::from_str(policy).unwrap())
    }

    const TOKEN: (&str, &str) = ("VERCEL_TOKEN", " tok\n");

    #[test]
    fn the_variables_of_vercels_tools() {
        let team = ("VERCEL_ORG_ID", "team_1");
        let found = from(&[TOKEN, team, ("VERCEL_PROJECT_ID", "prj_1")], "").unwrap();
        assert_eq!(found.token.expose_secret(), "tok");
        assert_eq!(found.team.as_deref(), Some("team_1"));
        assert_eq!(
            (&*found.projects, &*found.api_url),
            (&["prj_1".to_owned()][..], API)
        );
        assert!(!format!("{found:?}").contains("tok\""));
        // a user's id
        let found = from(
            &[
                TOKEN,
                ("VERCEL_ORG_ID", "XnyA5"),
                ("VERCEL_API_URL", "https://v.example"),
            ],
            "",
        );
        let found = found.unwrap();
        assert_eq!((found.team, found.user.as_deref()), (None, Some("XnyA5")));
        assert_eq!(found.api_url, "https://v.example");
        assert!(matches!(
            connect(Connect::new("t".into(), Vec::new())),
            Err(ConnectError::NoProject)
        ));
        assert!(matches!(
            from(&[("VERCEL_TOKEN", "")], ""),
            Err(ConnectError::NoToken)
        ));
    }

    #[test]
    fn the_policy_counts_first() {
        let set = [
            TOKEN,
            ("VERCEL_ORG_ID", "team_1"),
            ("VERCEL_PROJECT_ID", "prj_1"),
            ("VERCEL_API_URL", "x"),
        ];
        let policy = "team = 'acme'\nprojects = ['shop', 'blog']\napi_url = 'https://v.example'";
        let found = from(&set, policy).unwrap();
        assert_eq!(found.team.as_deref(), Some("acme"));
        assert_eq!(found.projects, ["shop", "blog"]);
        assert_eq!(found.api_url, "https://v.example");
        let provider = connect(found).unwrap();
        assert_eq!(provider.owner.query(), Some(("slug", "acme")));
        assert_eq!(provider.place(), harden_core::Place::global("acme"));
    }

    #[test]
    fn a_url_that_cannot_be_used_is_an_error() {
        let mut bad = Connect::new("tok".into(), vec!["shop".to_owned()]);
        bad.api_url = "http://vercel.example".to_owned();
        let error = connect(bad).unwrap_err().to_string();
        assert!(error.contains("vercel.example in the clear"), "{error}");
    }
}
