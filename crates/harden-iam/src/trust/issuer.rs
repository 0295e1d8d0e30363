//! Issuers of GitHub Actions tokens: github.com, and those of enterprises.

use std::fmt;

use crate::arn::ArnParts;

/// An issuer of GitHub Actions tokens: its URL without `https://`, which is the prefix of its condition
/// keys.
///
/// GitHub Docs, "OpenID Connect reference", "Configuring OpenID Connect in cloud providers" and,
/// for an enterprise's own issuer, "Switching to a unique token URL".
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Issuer(String);

const GITHUB: &str = "token.actions.githubusercontent.com";

impl Issuer {
    /// The issuer of github.com.
    pub fn github() -> Self {
        Self(GITHUB.to_owned())
    }

    /// The issuer of an OIDC provider's ARN
    /// (`arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com`); `None`
    /// if it is not an issuer of GitHub.
    pub fn of_provider(arn: &str) -> Option<Self> {
        let arn = ArnParts::parse(arn).filter(|arn| arn.service == "iam")?;
        Self::of_url(arn.resource.strip_prefix("oidc-provider/")?)
    }

    /// The issuer of a URL, with or without `https://`; `None` if it is not an issuer of GitHub.
    ///
    /// The issuers are github.com, also with the path of an enterprise; GitHub Enterprise Cloud with
    /// data residency (`token.actions.DOMAIN.ghe.com`); and GitHub Enterprise Server
    /// (`HOST/_services/token`).
    pub fn of_url(url: &str) -> Option<Self> {
        let url = url.strip_prefix("https://").unwrap_or(url);
        let url = url.strip_suffix('/').unwrap_or(url);
        let (host, path) = url.split_once('/').unwrap_or((url, ""));
        let tenant = host
            .strip_prefix("token.actions.")
            .and_then(|host| host.strip_suffix(".ghe.com"));
        let ours = host.eq_ignore_ascii_case(GITHUB)
            || tenant.is_some_and(|tenant| !tenant.is_empty())
            || (path == "_services/token" && !host.is_empty());
        ours.then(|| Self(url.to_ascii_lowercase()))
    }

    /// Whether the issuer belongs to an enterprise, so that only its repositories get tokens.
    pub fn is_enterprise(&self) -> bool {
        self.0 != GITHUB
    }

    /// The issuer without `https://`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The condition key of a claim.
    pub fn key(&self, claim: &str) -> String {
        format!("{}:{claim}", self.0)
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Splits the condition key of an OIDC provider into issuer and claim: `HOST[/PATH]:CLAIM`. `None` for
/// keys of services (`aws:SourceIp`, `sts:RoleSessionName`), which have no host.
pub(super) fn claim_of(key: &str) -> Option<(&str, &str)> {
    let (issuer, claim) = key.rsplit_once(':')?;
    issuer.contains('.').then_some((issuer, claim))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuers_are_recognized_by_their_host() {
        let of = |url| Issuer::of_provider(&format!("arn:aws:iam::1:oidc-provider/{url}"));
        assert_eq!(of(GITHUB), Some(Issuer::github()));
        for enterprise in [
            "token.actions.githubusercontent.com/acme",
            "token.actions.acme.ghe.com",
            "github.acme.com/_services/token",
        ] {
            let issuer = of(enterprise).unwrap();
            assert!(issuer.is_enterprise());
            assert_eq!(issuer.key("sub"), format!("{enterprise}:sub"));
            assert_eq!(
                Issuer::of_url(&format!("https://{enterprise}")),
                Some(issuer)
            );
        }
        for other in [
            "gitlab.com",
            "token.actions.ghe.com",
            "token.actions.githubusercontent.com.evil.com",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
        assert_eq!(Issuer::of_provider("accounts.google.com"), None);
    }
}
