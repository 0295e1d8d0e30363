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

use super::failure::Failure;

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

impl Body {
    /// Checks that the last answer has a member that the service always sends, and that the SDK
    /// fills in where it is missing.
    ///
    /// # Errors
    /// When it is missing.
    pub(super) fn sent(&self, operation: &'static str, member: &str) -> Result<(), Failure> {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let has = if bytes.trim_ascii_start().starts_with(b"<") {
            let start = format!("<{member}");
            let text = String::from_utf8_lossy(&bytes);
            let mut after = text.match_indices(&start).map(|(at, _)| at + start.len());
            after.any(|at| {
                text.get(at..)
                    .is_some_and(|rest| rest.starts_with(['>', '/', ' ']))
            })
        } else {
            let value: Result<Value, _> = serde_json::from_slice(&bytes);
            value.is_ok_and(|value| value.get(member).is_some_and(|member| !member.is_null()))
        };
        has.then_some(())
            .ok_or_else(|| Failure::missing(operation, member))
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
