//! AWS policy documents: read, printed, and evaluated as AWS evaluates them. No I/O.
//!
//! The crate answers two questions about a resource policy (an SNS topic's access policy, a KMS
//! key policy, a bucket policy, a role's trust policy):
//!
//! * does it let *this* principal do *this* action, given what is known of the request:
//!   [`Policy::evaluate`];
//! * which of its statements let *everybody* do an action: [`Policy::public_grants`].
//!
//! And it writes the change that mends a policy without losing what stands in it:
//! [`Policy::with_statement`].
//!
//! ```
//! use harden_iam::{Context, Policy, Principal, Request, Statement};
//!
//! let topic = "arn:aws:sns:us-east-2:123456789012:alerts";
//! let policy = Policy::parse(&format!(
//!     r#"{{"Version": "2008-10-17", "Statement": {{
//!         "Sid": "__default_statement_ID", "Effect": "Allow", "Principal": {{"AWS": "*"}},
//!         "Action": "SNS:Publish", "Resource": "{topic}",
//!         "Condition": {{"StringEquals": {{"AWS:SourceOwner": "123456789012"}}}}}}}}"#
//! ))?;
//!
//! let context = Context::unknown_otherwise()
//!     .with("aws:SourceAccount", "123456789012")
//!     .without("aws:SourceOwner");
//! let budgets = Principal::service("budgets.amazonaws.com");
//! let request = Request::new(budgets, "sns:Publish", topic, context);
//! assert!(policy.evaluate(&request).is_denied());
//!
//! let statement = Statement::allow_service(
//!     "AllowBudgets", "budgets.amazonaws.com", ["sns:Publish"], topic,
//! )
//! .from_account("123456789012");
//! assert!(policy.with_statement(statement).evaluate(&request).is_allowed());
//! # Ok::<(), harden_iam::ParseError>(())
//! ```
//!
//! # Which rule judges what
//!
//! | what | rule (IAM User Guide, unless another page is named) |
//! |---|---|
//! | shape of a document | "Grammar of the IAM JSON policy language" |
//! | deny before allow, denied if nothing allows | "Policy evaluation logic" |
//! | who is meant | "AWS JSON policy elements: Principal" and "… NotPrincipal" |
//! | `*` and `?` in actions and resources | "IAM JSON policy elements: Action", "… Resource" |
//! | operators, `IfExists`, a key that is not in the request | "… Condition operators" |
//! | `ForAllValues:`, `ForAnyValue:`, several values | "Conditions with multiple context keys or values" |
//! | `${aws:username}` and its kin | "IAM policy elements: Variables and tags" |
//! | keys that follow from the principal itself | "AWS global condition context keys" |
//! | what narrows a grant to everybody | "The confused deputy problem"; Amazon S3 User Guide, "The meaning of public" |
//!
//! # Three values
//!
//! A caller rarely knows a whole request. A condition key may be known, known to be absent, or not
//! known; evaluation is in Kleene's three-valued logic, and an answer that depends on what is not
//! known is [`Decision::Undetermined`], with the key. The same holds for what AWS does not
//! document, and for operators that the crate has never heard of: they are never taken for a pass.
//!
//! # What is not modelled
//!
//! * **One policy at a time.** Identity policies, permissions boundaries, session policies, SCPs
//!   and RCPs, VPC endpoint policies, and grants of KMS are not looked at.
//!   [`Decision::Allowed`] for a user or role by a statement that names its *account* means that
//!   the account may delegate the action, not that it has.
//! * **Requests whose resource is a pattern.** [`Request`] is about one resource.
//! * **Federated principals as callers.** An entry `Federated` of a policy admits none of
//!   the principals that a [`Request`] can name (the sessions that come of it are roles).
//! * **Which keys a service sends.** The caller says so in the [`Context`].
//! * **Unique ids** (`AIDA…`, `AROA…`) that IAM leaves where a principal was deleted: they
//!   admit nobody.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests"
    )
)]

mod arn;
mod caller;
pub mod can;
mod condition;
pub mod deployment;
mod document;
mod error;
pub mod escalation;
mod evaluate;
pub mod lint;
mod pattern;
mod public;
pub mod table;
pub mod trust;
mod truth;

pub use arn::ArnParts;
pub use document::{Condition, Effect, Part, Policy, PrincipalSet, Selector, Statement, Version};
pub use error::{ParseError, Position, Problem, StatementRef};
pub use evaluate::{
    Attached, Context, Decision, Identity, Layer, Level, Principal, Request, Ruling, Source,
};
pub use pattern::Pattern;
pub use public::PublicGrant;
