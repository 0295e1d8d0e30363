//! AWS policies: read, printed, evaluated as AWS evaluates them, and judged. No I/O.
//!
//! The crate is of use by itself: it takes texts and gives answers. It reads like this.
//!
//! # 1. Documents
//!
//! [`Policy::parse`] reads every shape that the language has (one statement or a list, a string or
//! a list, the `Not…` elements, both versions, JSON or the percent-encoding that IAM answers
//! with), and says of a text that is no policy what is wrong, and where ([`ParseError`]). Each
//! part of a statement knows its line and column ([`Statement::position_of`]). Printing is
//! canonical: what was printed is read again as the same. And a policy can be mended without
//! losing what stands in it ([`Policy::with_statement`]).
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
//! # 2. Patterns
//!
//! [`Pattern`] is a pattern of actions or resources, and tells of two whether they overlap and
//! whether one holds the other, exactly.
//!
//! # 3. What the services authorize
//!
//! [`table`] knows the actions of each service, the resources that they are authorized on, and the
//! condition keys that they are called with.
//!
//! # 4. Evaluation
//!
//! * [`Identity::decide`]: what all policies together say of a request (of the principal,
//!   boundary, session, resource, organization, endpoint), and which statement decides.
//! * [`Policy::evaluate`]: what one resource policy says of a request.
//! * [`Policy::public_grants`]: which of its statements let *everybody* do an action.
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
//! let may = |action: &str, resource: &str| {
//!     let caller = Principal::arn("arn:aws:iam::123456789012:role/deploy");
//!     role.decide(&Request::new(caller, action, resource, Context::unknown_otherwise()))
//! };
//! let repository = "arn:aws:ecr:us-east-2:123456789012:repository/shop";
//! assert!(may("ecr:PutImage", repository).is_allowed());
//! // It takes no resource: only a statement about `*` allows it.
//! let missing = Ruling::ImplicitlyDenied { missing: Layer::Identity };
//! assert_eq!(may("ecr:GetAuthorizationToken", repository), missing);
//! # Ok::<(), harden_iam::ParseError>(())
//! ```
//!
//! # 5. Judgements
//!
//! * [`lint`]: what is wrong with a policy, action by action, with what to write instead.
//! * [`trust`]: who can assume a role with a token of GitHub Actions.
//! * [`escalation`]: what a principal can become.
//! * [`deployment`]: what a role lacks for its deployment, and what it has in surplus.
//!
//! # Which rule judges what
//!
//! | what | rule (IAM User Guide, unless another page is named) |
//! |---|---|
//! | shape of a document | "Grammar of the IAM JSON policy language" |
//! | deny before allow, denied if nothing allows | "Policy evaluation logic" |
//! | identity and resource policies within an account, and across two | "Policy evaluation logic", "Cross-account policy evaluation logic" |
//! | what a boundary limits, and what it does not | "Permissions boundaries for IAM entities" |
//! | what a session policy limits, and what it does not | "Policies and permissions", session policies |
//! | control policies, level by level | AWS Organizations User Guide, "SCP evaluation", "RCP evaluation" |
//! | trust policies and key policies take part in every grant | "How to use trust policies"; AWS KMS Developer Guide, "Key policies in AWS KMS" |
//! | who is meant | "AWS JSON policy elements: Principal" and "… NotPrincipal" |
//! | `*` and `?` in actions and resources | "IAM JSON policy elements: Action", "… Resource" |
//! | what an action is authorized on, and called with | Service Authorization Reference |
//! | operators, `IfExists`, a key that is not in the request | "… Condition operators" |
//! | `ForAllValues:`, `ForAnyValue:`, several values | "Conditions with multiple context keys or values" |
//! | `${aws:username}` and its kin | "IAM policy elements: Variables and tags" |
//! | keys that follow from the principal itself | "AWS global condition context keys" |
//! | what narrows a grant to everybody | "The confused deputy problem"; Amazon S3 User Guide, "The meaning of public" |
//!
//! # What it is held against
//!
//! * Evaluation: the 359 cases of another simulator that name all of a request (`tests/cases.rs`).
//!   357 agree, and of the two others the test says by which rule of AWS's ours is right.
//! * Linting: the 56 policies and 28 matches of ARNs that parliament is tested with
//!   (`tests/parliament.rs`). Of the matches 24 agree; where ours differ, each has its reason there.
//! * AWS's own managed policies, 1,582 of them (`tests/managed.rs`): each is read, printed, and read
//!   again as the same; five actions of them do not exist.
//! * The table: the packages that it is made of (`tests/source.rs`).
//! * Patterns: laws, by properties (`tests/laws.rs`), and everything that reads texts by fuzzing
//!   (`fuzz/`).
//!
//! # Three values
//!
//! A caller rarely knows a whole request. A condition key may be known, known to be absent, or not
//! known; evaluation is in Kleene's three-valued logic, and an answer that depends on what is not
//! known is [`Decision::Undetermined`] or [`Ruling::Undetermined`], with the key. The same holds
//! for what AWS does not document, and for operators that the crate has never heard of: they are
//! never taken for a pass.
//!
//! # What is not modelled
//!
//! Each module says what it leaves out; in evaluation it is this.
//!
//! * **Who delegates, in [`Policy::evaluate`].** It looks at one policy: [`Decision::Allowed`] for
//!   a user or role by a statement that names its *account* means that the account may delegate
//!   the action, not that it has. [`Identity::decide`] looks at both sides.
//! * **A pattern denied piece by piece.** [`Identity::decide`] on a pattern of resources asks
//!   whether some of them may be reached. Two denies that only together cover all of them are not
//!   seen, and neither is that an identity policy and a resource policy allow different ones.
//! * **Which services obey resource control policies**: they are taken to bind whatever they name;
//!   the table knows which do ([`table::Service::supports_resource_control_policies`]).
//! * **The management account**, which service control policies do not bind: leave them out.
//! * **Rules of single services**, but for those that [`Identity::decide`] names: grants of KMS,
//!   ACLs and Block Public Access of S3, Lake Formation and the like.
//! * **Federated principals as callers.** An entry `Federated` of a policy admits none of
//!   the principals that a [`Request`] can name (the sessions that come of it are roles);
//!   [`trust`] judges these.
//! * **Which keys a service sends** in evaluation: the caller says so in the [`Context`]. Linting
//!   goes by the table.
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
