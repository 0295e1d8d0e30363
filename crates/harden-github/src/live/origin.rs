//! The repository that a checkout's remote names.
//!
//! The three forms that git knows: a URL (`https://`, `ssh://`, `git://`), and scp's short form
//! (`git@github.com:owner/repo.git`). No library takes exactly these without bringing git itself.

use crate::policy::is_repository;

/// What the URL of a remote names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The host of the server, in lower case, without a port: `github.com`.
    pub host: String,
    /// `owner/repo`.
    pub repository: String,
}

/// The host and the repository of a remote's URL; none where it is a path, or has another shape
/// than `owner/repo`. A user and a password in it are left out.
#[must_use]
pub fn origin_of(remote: &str) -> Option<Origin> {
    let remote = remote.trim();
    let (authority, path) = match remote.split_once("://") {
        Some((scheme, rest)) => {
            let known = ["https", "http", "ssh", "git", "git+ssh", "ssh+git"];
            let scheme = scheme.to_ascii_lowercase();
            known.contains(&&*scheme).then_some(())?;
            rest.split_once('/')?
        }
        // scp's form has no slash before its colon; with one, it is a path
        None => remote.split_once(':').filter(|(h, _)| !h.contains('/'))?,
    };
    let host = authority.rsplit_once('@').map_or(authority, |(_, h)| h);
    let host = host.split_once(':').map_or(host, |(h, _)| h);
    let path = path.trim_matches('/');
    let repository = path.strip_suffix(".git").unwrap_or(path);
    (host.len() > 1 && is_repository(repository)).then(|| Origin {
        // GitHub offers ssh over the HTTPS port at another host
        host: match host.to_ascii_lowercase() {
            host if host == "ssh.github.com" || host == "www.github.com" => "github.com".to_owned(),
            host => host,
        },
        repository: repository.to_owned(),
    })
}

impl Origin {
    /// Whether the API at a host is this server's.
    #[must_use]
    pub fn is_served_by(&self, api_host: &str) -> bool {
        self.host == api_host || api_host.strip_prefix("api.") == Some(&self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remotes_name_their_repository() {
        let found = |remote: &str| origin_of(remote).map(|o| (o.host, o.repository));
        let shop = |host: &str| Some((host.to_owned(), "acme/shop".to_owned()));
        for remote in [
            "https://github.com/acme/shop.git",
            "https://github.com/acme/shop",
            "https://github.com/acme/shop/",
            "https://x-access-token:s3cret@github.com/acme/shop.git\n",
            "https://GitHub.com:443/acme/shop",
            "git@github.com:acme/shop.git",
            "github.com:acme/shop",
            "ssh://git@github.com/acme/shop.git",
            "ssh://git@ssh.github.com:443/acme/shop.git",
            "git://github.com/acme/shop.git",
        ] {
            assert_eq!(found(remote), shop("github.com"), "{remote}");
        }
        assert_eq!(
            found("git@github.example.com:acme/shop.git"),
            shop("github.example.com")
        );
        for remote in [
            "",
            "/srv/git/acme/shop.git",
            "./a:b/c",
            "C:/acme/shop",
            "file:///srv/acme/shop",
            "https://github.com/acme",
            "https://gitlab.com/group/sub/shop",
            "https://github.com/acme/..",
        ] {
            assert_eq!(found(remote), None, "{remote}");
        }
    }

    #[test]
    fn an_api_serves_its_own_server() {
        let origin = origin_of("git@github.com:acme/shop").unwrap();
        assert!(origin.is_served_by("api.github.com"));
        assert!(!origin.is_served_by("github.example.com"));
        let own = origin_of("git@github.example.com:acme/shop").unwrap();
        assert!(own.is_served_by("github.example.com"));
        assert!(!own.is_served_by("api.github.com"));
    }
}
