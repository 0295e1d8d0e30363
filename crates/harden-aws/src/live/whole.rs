//! Answers are read whole, or not at all.
//!
//! The SDK takes an XML document that ends in its middle for a shorter one, an empty body for an
//! object without members, and holds a body of any length in memory.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::{
    RuntimeComponents, RuntimeComponentsBuilder,
};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::config_bag::ConfigBag;

/// How long an answer can be, in bytes. The longest that AWS documents are the pages of
/// iam:GetAccountAuthorizationDetails and cloudwatch:GetMetricData, of some megabytes.
const LONGEST: usize = 64 * 1024 * 1024;

/// Why an answer that succeeded cannot be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotWhole {
    /// No operation that is called succeeds without a body.
    #[error("is empty")]
    Empty,
    /// It ends before its document does.
    #[error("ends in its middle")]
    BrokenOff,
    /// It is longer than any answer of AWS.
    #[error("is longer than {LONGEST} bytes")]
    TooLong,
}

/// A client whose answers are whole.
#[derive(Debug)]
pub(super) struct WholeAnswers(pub(super) SharedHttpClient);

impl HttpClient for WholeAnswers {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connector = self.0.http_connector(settings, components);
        SharedHttpConnector::new(Whole(connector))
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.validate_base_client_config(components, config)
    }

    fn validate_final_config(
        &self,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.validate_final_config(components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}

#[derive(Debug)]
struct Whole(SharedHttpConnector);

impl HttpConnector for Whole {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move { read(answer.await?).await })
    }
}

async fn read(mut answer: HttpResponse) -> Result<HttpResponse, ConnectorError> {
    // no other attempt: what sends such answers sends them again
    let refuse = |why: NotWhole| ConnectorError::other(why.into(), None);
    let mut body = ByteStream::new(answer.take_body());
    let mut bytes: Vec<u8> = Vec::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| ConnectorError::io(error.into()))?;
        if chunk.len() > LONGEST.saturating_sub(bytes.len()) {
            return Err(refuse(NotWhole::TooLong));
        }
        bytes.extend_from_slice(&chunk);
    }
    if answer.status().is_success() {
        check(&bytes).map_err(refuse)?;
    }
    *answer.body_mut() = SdkBody::from(bytes);
    Ok(answer)
}

/// Whether a body is one document. JSON and CBOR that break off are no document for the SDK either.
fn check(body: &[u8]) -> Result<(), NotWhole> {
    let body = body.trim_ascii();
    if body.is_empty() {
        return Err(NotWhole::Empty);
    }
    if !body.starts_with(b"<") {
        return Ok(());
    }
    let (root, from_root) = root_of(body).ok_or(NotWhole::BrokenOff)?;
    let inner = body.strip_suffix(b">").map(<[u8]>::trim_ascii_end);
    let closed = inner
        .and_then(|inner| inner.strip_suffix(root))
        .is_some_and(|rest| rest.ends_with(b"</"));
    let first_end = from_root.iter().position(|byte| *byte == b'>');
    let alone = from_root.ends_with(b"/>") && first_end == Some(from_root.len() - 1);
    if closed || alone {
        Ok(())
    } else {
        Err(NotWhole::BrokenOff)
    }
}

/// The name of the first element of an XML document, and the document from there on.
fn root_of(document: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut rest = document;
    loop {
        let at = rest.iter().position(|byte| *byte == b'<')?;
        rest = rest.get(at + 1..)?;
        // a declaration, a comment or a document type
        if !matches!(rest.first()?, b'?' | b'!') {
            break;
        }
    }
    let end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/');
    let name = rest.get(..rest.iter().position(end)?)?;
    (!name.is_empty()).then_some((name, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "<?xml version=\"1.0\"?>\n<ListTopicsResponse xmlns=\"http://sns\">\
                         <ListTopicsResult><Topics><member/></Topics></ListTopicsResult>\
                         </ListTopicsResponse>\n";

    #[test]
    fn a_document_that_breaks_off_anywhere_is_not_whole() {
        assert_eq!(check(WHOLE.as_bytes()), Ok(()));
        let end = WHOLE.trim_end().len();
        for cut in 1..end {
            assert_eq!(
                check(&WHOLE.as_bytes()[..cut]),
                Err(NotWhole::BrokenOff),
                "{}",
                &WHOLE[..cut]
            );
        }
    }

    #[test]
    fn an_empty_body_is_no_answer() {
        assert_eq!(check(b""), Err(NotWhole::Empty));
        assert_eq!(check(b" \n"), Err(NotWhole::Empty));
        for other in ["{}", "{\"Budgets\": []}", "\u{bf}"] {
            assert_eq!(check(other.as_bytes()), Ok(()));
        }
        assert_eq!(check(b"<Buckets/>"), Ok(()));
        assert_eq!(check(b"<!-- a --><Buckets a=\"b\" />"), Ok(()));
    }
}
