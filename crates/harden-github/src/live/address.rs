//! The URL of a server's API.

use harden_collect::rest::parse_base_url;

use super::error::ConnectError;

/// The host of a URL.
pub(super) fn host_of(url: &str) -> Option<String> {
    let url = reqwest::Url::parse(url.trim()).ok()?;
    url.host_str().map(str::to_owned)
}

/// The URL of the API, without a slash at its end: paths are appended to it.
pub(super) fn base_url(api_url: &str) -> Result<String, ConnectError> {
    let url = parse_base_url(api_url)?;
    Ok(url.as_str().trim_end_matches('/').to_owned())
}
