//! Parses, evaluates and lints AWS IAM policies. It needs no AWS account and does no I/O.
//!
//! The crate takes policy documents as text and answers these questions:
//!
//! | question | function |
//! |---|---|
//! | Is this text a valid policy? If not, what is wrong, and where? | [`Policy::parse`] |
//! | Do all policies of a role together allow a request, and which statement decides? | [`Identity::decide`] |
//! | Does this resource policy allow a request? | [`Policy::evaluate`] |
//! | Which statements of a resource policy grant access to everyone? | [`Policy::public_grants`] |
//! | What is wrong with this policy, action by action? | [`lint::lint`] |
//! | Who can assume this role with a GitHub Actions token? | [`trust::Report::of`] |
//! | Which known privilege escalation paths do these permissions contain? | [`escalation::find_paths`] |
//! | Which permissions does a deployment role lack, and which does it not need? | [`deployment::review_role`] |
//! | What is an action authorized on, and which condition keys does it support? | [`table::service`] |
//!
//! # Example
//!
//! A topic policy that lets AWS Budgets publish only after a statement is added:
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
//! A role whose policy names a repository for an action that AWS authorizes only on `*`:
//!
//! ```
//! use harden_iam::{Attached, Context, Identity, Layer, Policy, Principal, Request, Ruling};
//!
//! let policy = Policy::parse(
//!     r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
//!         "Action": ["ecr:GetAuthorizationToken", "ecr:PutImage"],
//!         "Resource": "arn:aws:ecr:us-east-2:123456789012:repository/shop"}}"#,
//! )?;
//! let role = Identity::new([Attached::new("deploy", policy)]);
//! let decide = |action: &str, resource: &str| {
//!     let caller = Principal::arn("arn:aws:iam::123456789012:role/deploy");
//!     role.decide(&Request::new(caller, action, resource, Context::unknown_otherwise()))
//! };
//! let repository = "arn:aws:ecr:us-east-2:123456789012:repository/shop";
//! assert!(decide("ecr:PutImage", repository).is_allowed());
//! // This action has no resource types, so only a statement on `*` allows it.
//! let missing = Ruling::ImplicitlyDenied { missing: Layer::Identity };
//! assert_eq!(decide("ecr:GetAuthorizationToken", repository), missing);
//! # Ok::<(), harden_iam::ParseError>(())
//! ```
//!
//! # Unknown is never a pass
//!
//! A caller rarely knows all of a request. A condition key can be known, known to be absent, or
//! unknown. Evaluation uses Kleene's three-valued logic. If the answer depends on something unknown,
//! it is [`Decision::Undetermined`] or [`Ruling::Undetermined`], with the name of the key. The same
//! holds for behaviour that AWS does not document, and for operators that the crate does not know.
//!
//! # Documents and positions
//!
//! [`Policy::parse`] reads every form of the policy language: one statement or a list, a string or a
//! list of strings, the `Not...` elements, both versions, and JSON or the percent-encoded JSON that
//! the IAM API returns. Every part of a statement has its line and column
//! ([`Statement::position_of`]). Printing is canonical: a printed policy is parsed to an equal one.
//!
//! # AWS documentation that the crate follows
//!
//! | behaviour | page (of the IAM User Guide, unless another guide is named) |
//! |---|---|
//! | form of a document | "Grammar of the IAM JSON policy language" |
//! | an explicit deny wins; without an allow a request is denied | "Policy evaluation logic" |
//! | identity and resource policies within one account, and across two | "Policy evaluation logic", "Cross-account policy evaluation logic" |
//! | what a permissions boundary limits | "Permissions boundaries for IAM entities" |
//! | what a session policy limits | "Policies and permissions", session policies |
//! | control policies at each level of an organization | AWS Organizations User Guide, "SCP evaluation", "RCP evaluation" |
//! | trust policies and key policies take part in every grant | "How to use trust policies"; AWS KMS Developer Guide, "Key policies in AWS KMS" |
//! | which callers a principal element includes | "AWS JSON policy elements: Principal" and "... NotPrincipal" |
//! | `*` and `?` in actions and resources | "IAM JSON policy elements: Action", "... Resource" |
//! | what an action is authorized on, and its condition keys | Service Authorization Reference |
//! | operators, `IfExists`, a key that is not in the request | "... Condition operators" |
//! | `ForAllValues:`, `ForAnyValue:`, several values | "Conditions with multiple context keys or values" |
//! | policy variables such as `${aws:username}` | "IAM policy elements: Variables and tags" |
//! | condition keys that follow from the principal | "AWS global condition context keys" |
//! | conditions that narrow a grant to everyone | "The confused deputy problem"; Amazon S3 User Guide, "The meaning of public" |
//!
//! # How it is tested
//!
//! * Evaluation: 359 cases of another simulator that state the whole request (`tests/cases.rs`). 357
//!   agree. For the other two the test names the AWS rule that decides in favour of this crate.
//! * Linting: the 56 policies and 28 ARN matches that the linter parliament is tested with
//!   (`tests/parliament.rs`). 24 of the matches agree; each difference has its reason in the test.
//! * AWS managed policies, 1,582 of them (`tests/managed.rs`): each is parsed, printed, and parsed
//!   again to an equal policy. Five of the actions in them do not exist.
//! * The table of actions is compared with the packages that it is made from (`tests/source.rs`).
//! * Patterns have property tests (`tests/laws.rs`). Everything that parses text is fuzzed (`fuzz/`).
//!
//! # What is not modelled
//!
//! Each module lists its own limits. Evaluation has these:
//!
//! * **Delegation, in [`Policy::evaluate`].** It looks at one policy only. If a statement names the
//!   *account* of a user or role, [`Decision::Allowed`] means that the account can delegate the
//!   action, not that it did. [`Identity::decide`] looks at both sides.
//! * **A pattern that several denies cover together.** For a pattern of resources
//!   [`Identity::decide`] answers whether some of them can be accessed. It does not see that two
//!   denies together cover all of them, or that an identity policy and a resource policy allow
//!   different ones.
//! * **Which services support resource control policies.** They are applied to every service. The
//!   table knows which services support them
//!   ([`table::Service::supports_resource_control_policies`]).
//! * **The management account.** Service control policies do not apply to it: leave them out.
//! * **Rules of single services**, other than those that [`Identity::decide`] lists: KMS grants,
//!   Amazon S3 ACLs and Block Public Access, AWS Lake Formation.
//! * **Sessions of federated principals.** [`Principal::Federated`] is the caller that assumes a role
//!   with a token or an assertion; the session is a role. [`trust`] assesses who that can be.
//! * **Which keys a service sends**, in evaluation: the caller states them in the [`Context`].
//!   Linting uses the table.
//! * **Unique ids** (`AIDA...`, `AROA...`) that IAM leaves in a policy when a principal is deleted:
//!   they include no one.

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
mod condition;
pub mod deployment;
mod document;
mod error;
pub mod escalation;
mod evaluate;
pub mod lint;
mod pattern;
mod public;
mod request;
mod scenario;
pub mod table;
pub mod trust;
mod truth;
mod variable;

pub use arn::ArnParts;
pub use document::{Condition, Effect, Part, Policy, PrincipalSet, Selector, Statement, Version};
pub use error::{ParseError, Position, Problem, StatementRef};
pub use evaluate::{Attached, Decision, Identity, Layer, OrganizationLevel, Ruling, Source};
pub use pattern::Pattern;
pub use public::PublicGrant;
pub use request::{Context, Principal, Request};

/// Compiles the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExample;
