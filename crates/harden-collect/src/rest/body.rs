//! The body of an answer, up to a limit.

use std::error::Error;

use reqwest::Response;

/// How long an answer can be, in bytes, unpacked. A server must not be able to fill the memory of
/// an audit, not even with a small packed answer.
pub const MAX_BODY_BYTES: usize = 32 * 1024 * 1024;

/// Why a body could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BodyError {
    /// It is longer than the limit.
    #[error("the answer is longer than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// It ended early, or not in time.
    #[error("the answer could not be read to its end")]
    Broken(#[from] reqwest::Error),
}

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// When the body is longer, breaks off, or takes too long.
pub async fn read_body(response: Response, limit: usize) -> Result<Vec<u8>, BodyError> {
    let mut bytes = Vec::new();
    if read_up_to(response, limit, &mut bytes).await? {
        Ok(bytes)
    } else {
        Err(BodyError::TooLarge { limit })
    }
}

/// Reads a body up to a limit into `bytes`, which keep what was read before a failure. Returns
/// whether that was the whole body.
pub(super) async fn read_up_to(
    mut response: Response,
    limit: usize,
    bytes: &mut Vec<u8>,
) -> Result<bool, reqwest::Error> {
    // `Content-Length` is not asked: it counts packed bytes, and a server need not tell the truth
    while let Some(chunk) = response.chunk().await? {
        if chunk.len() > limit.saturating_sub(bytes.len()) {
            return Ok(false);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(true)
}

/// Whether an error, or an error that caused it, is a time limit of the HTTP client.
#[must_use]
pub fn is_timeout(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| (*error).source())
        .filter_map(|error| error.downcast_ref::<reqwest::Error>())
        .any(reqwest::Error::is_timeout)
}
