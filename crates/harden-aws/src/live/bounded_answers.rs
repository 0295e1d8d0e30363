//! Answers up to a limit of length. The SDK reads an answer of any length into memory.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http_body_util::Limited;

/// How long an answer can be, in bytes. A page of a listing has some hundred items.
const MAX_ANSWER_BYTES: usize = 32 * 1024 * 1024;

/// The same client. An answer that is longer fails as one that breaks off.
pub(super) fn bounded(client: SharedHttpClient) -> SharedHttpClient {
    SharedHttpClient::new(Bounded(client))
}

#[derive(Debug)]
struct Bounded<T>(T);

impl HttpClient for Bounded<SharedHttpClient> {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Bounded(self.0.http_connector(settings, components)))
    }
}

impl HttpConnector for Bounded<SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move {
            let mut answer = answer.await?;
            let body = answer.take_body();
            *answer.body_mut() = limited(body, MAX_ANSWER_BYTES);
            Ok(answer)
        })
    }
}

fn limited(body: SdkBody, limit: usize) -> SdkBody {
    SdkBody::from_body_1_x(Limited::new(body, limit))
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use http_body_util::BodyExt as _;

    use super::*;

    #[test]
    fn a_longer_answer_is_an_error() {
        let read = |length: usize| {
            let body = limited(SdkBody::from(vec![b' '; length]), 100);
            block_on(body.collect()).map(|all| all.to_bytes().len())
        };
        assert_eq!(read(100).unwrap(), 100);
        assert!(read(101).is_err());
    }
}
