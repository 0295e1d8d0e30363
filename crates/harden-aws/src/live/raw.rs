//! The body of an answer, as the service sent it.
//!
//! What a command is to put back as it was must not go through types that drop what they do not
//! know: of the SDK's only the call is used, and what it sent is read once more.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use harden_core::{Cause, Unknown};
use serde_json::Value;

/// Keeps the body of the answer to the call that it is given to.
#[derive(Debug, Clone, Default)]
pub(super) struct Body(Arc<Mutex<Vec<u8>>>);

impl Body {
    /// The body of the last answer as JSON.
    pub(super) fn json(&self, operation: &'static str) -> Result<Value, Unknown> {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        serde_json::from_slice(&bytes).map_err(|_| unreadable(operation))
    }
}

/// An answer that is not of the form that this version knows.
pub(super) fn unreadable(operation: &'static str) -> Unknown {
    let message = format!("the answer to {operation} is not of the form that this version knows");
    Unknown::new(Cause::Failed, message).during(operation)
}

#[dyn_dispatch_hint]
impl Intercept for Body {
    fn name(&self) -> &'static str {
        "Body"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let bytes = context.response().body().bytes().unwrap_or_default();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = bytes.to_vec();
        Ok(())
    }
}
