//! What a deployment needs of its role, and what the role has.
//!
//! [`Deployment`] names the common deployments; [`STEPS`] are their steps as data: which actions of GitHub
//! Actions and which commands they are known by, which calls they make on what, and to whom they
//! pass roles. [`simulate`] plays a deployment through against a role's effective permissions and
//! says of each call what becomes of it, and why; [`least`] writes the policy that allows just
//! that; [`review_role`] says all that is to be said of a deploy role's policies, [`review`] of one:
//! what they say in vain, what is missing, what is surplus, and what they lead to.
//!
//! # How it is judged
//!
//! * A call is decided by all policies with what is known of its request: the keys that the action
//!   is never called with are absent, `ecs:cluster` is the cluster's ARN, `iam:PassedToService` the
//!   service that gets the role.
//! * Where a name is not known, the question is whether the call is allowed on some resource.
//! * A call that depends on a condition that is not known is not reported as denied.
//! * That a call passes roles by parameter is in no data set; it is in the parts, by hand.
//! * A role may deliver to several repositories, services and functions: whatever its policies name
//!   and let it change counts, and what it only reads does not.
//! * Which deployment it is: what the caller says, else what the policies name
//!   (`ecs:UpdateService`, with or without a push, `ecr:PutImage`, `lambda:UpdateFunctionCode`,
//!   `s3:PutObject` with `cloudfront:CreateInvalidation`). Roles that deploy stacks of AWS CloudFormation touch
//!   everything in passing, and are not taken for any.
//!
//! # What is not modelled
//!
//! * **Other deployments** than those of [`Deployment`], and what a workflow's own scripts call.
//! * **Options that need more**: tags that are given along (`ecs:TagResource`), keys of one's own
//!   for a bucket's or a repository's encryption, alarms and hooks of a deployment.
//! * **Policies of the resources**: a bucket policy or a repository policy that denies, or that
//!   allows what the role's own policies do not.

mod least;
mod recognize;
mod review;
mod simulate;
mod steps;
mod targets;

pub use least::{LeastPolicy, least_policy};
pub use recognize::{deployments_of, infer_deployments, recognize_steps};
pub use review::{Review, RoleReview, TrustPolicy, review, review_role};
pub use simulate::{CallOutcome, simulate};
pub use steps::{Call, Deployment, DeploymentStep, STEPS};
pub use targets::Targets;

#[cfg(test)]
mod tests;
