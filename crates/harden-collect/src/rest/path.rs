//! The URL of a call, from the base URL and the template of the operation.

use reqwest::Url;

use super::SetupError;

/// Parses the base URL of an API: `https://api.vercel.com`, `https://sentry.example.com/below`.
///
/// # Errors
/// When a token cannot be sent there: the URL is not of HTTPS (loopback excepted), or has a user, a
/// query or a fragment.
pub fn parse_base_url(text: &str) -> Result<Url, SetupError> {
    let url = Url::parse(text.trim()).map_err(|_| SetupError::NoUrl)?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(SetupError::NoUrl);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(SetupError::UserInfo);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(SetupError::NoUrl);
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err(SetupError::Plaintext {
            host: url.host_str().unwrap_or_default().to_owned(),
        });
    }
    Ok(url)
}

/// Whether a URL is of this machine. A token that goes there goes through no proxy.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost"
            || bare
                .parse::<std::net::IpAddr>()
                .is_ok_and(|ip| ip.is_loopback())
    })
}

/// Whether two URLs have scheme, host and port in common: where the token may go.
pub(super) fn is_same_origin(a: &Url, b: &Url) -> bool {
    a.scheme() == b.scheme()
        && a.host_str() == b.host_str()
        && a.port_or_known_default() == b.port_or_known_default()
}

/// The URL of an operation, `GET /v9/projects/{idOrName}`. Each `{…}` is replaced by the next of
/// `params`, escaped, so that a name cannot reach another path. None where there are more or fewer
/// parameters, or where one cannot be a segment of a path: URL parsers drop `.` and `..`, even when
/// they are escaped.
pub(super) fn build_url(
    base: &Url,
    operation: &str,
    params: &[&str],
    query: &[(&str, &str)],
) -> Option<Url> {
    let template = operation.strip_prefix("GET /")?;
    let mut url = base.clone();
    let mut params = params.iter();
    {
        let mut segments = url.path_segments_mut().ok()?;
        segments.pop_if_empty();
        for part in template.split('/') {
            if part.starts_with('{') && part.ends_with('}') {
                let param = params.next()?;
                if matches!(*param, "" | "." | "..") {
                    return None;
                }
                segments.push(param);
            } else {
                segments.push(part);
            }
        }
    }
    if params.next().is_some() {
        return None;
    }
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(base_url: &str, operation: &str, params: &[&str]) -> Option<String> {
        let url = build_url(&parse_base_url(base_url).unwrap(), operation, params, &[])?;
        Some(url.to_string())
    }

    #[test]
    fn names_stay_within_their_segment() {
        let project = "GET /v9/projects/{idOrName}";
        for (name, expected) in [
            ("shop", "https://a.b/v9/projects/shop"),
            ("../v2/user", "https://a.b/v9/projects/..%2Fv2%2Fuser"),
            ("a?b#c", "https://a.b/v9/projects/a%3Fb%23c"),
            ("%2e%2e", "https://a.b/v9/projects/%252e%252e"),
        ] {
            assert_eq!(
                url("https://a.b", project, &[name]).as_deref(),
                Some(expected)
            );
        }
        for name in ["", ".", ".."] {
            assert_eq!(url("https://a.b", project, &[name]), None);
        }
        assert_eq!(url("https://a.b", project, &[]), None);
        assert_eq!(url("https://a.b", project, &["a", "b"]), None);
        assert_eq!(url("https://a.b", "POST /v9/x", &[]), None);
    }

    #[test]
    fn a_base_can_have_a_path_and_an_operation_a_last_slash() {
        for base in ["https://a.b/below", "https://a.b/below/"] {
            let found = url(base, "GET /api/0/organizations/{org}/releases/", &["acme"]);
            let expected = "https://a.b/below/api/0/organizations/acme/releases/";
            assert_eq!(found.as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_base_is_https_without_a_password() {
        for good in [
            "https://sentry.io",
            "http://127.0.0.1:80/x",
            "http://[::1]:9",
            "http://localhost",
        ] {
            assert!(parse_base_url(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "sentry.io",
            "file:///etc/passwd",
            "https://a.b/?q",
            "https://a.b/#f",
        ] {
            assert!(
                matches!(parse_base_url(bad), Err(SetupError::NoUrl)),
                "{bad}"
            );
        }
        assert!(matches!(
            parse_base_url("https://u:p@a.b"),
            Err(SetupError::UserInfo)
        ));
        let plain = parse_base_url("http://127.0.0.1.evil.example").unwrap_err();
        assert!(matches!(plain, SetupError::Plaintext { .. }));
    }
}
