//! Compares the policies of a deployment role with the calls of its deployment.
//!
//! [`Deployment`] lists common deployments. [`STEPS`] describes their steps as data: the GitHub actions
//! and commands that they are recognized by, the calls that they make, and the services that they pass
//! roles to.
//!
//! * [`simulate`] evaluates the calls of a deployment with a role's effective permissions, and states the
//!   result of each call and the reason.
//! * [`least_policy`] writes a least-privilege policy for a deployment.
//! * [`review_role`] collects all findings about the policies of a deployment role, and [`review`] those
//!   of one policy: statements without effect, missing and unnecessary permissions, and escalation paths.
//!
//! # How a deployment is simulated
//!
//! * A call is evaluated with all policies and with what is known of its request: keys that the action
//!   does not support are absent, `ecs:cluster` is the ARN of the cluster, and `iam:PassedToService` is
//!   the service that receives the role.
//! * If a name is not known, the question is whether the call is allowed on some resource. So a call
//!   with an unknown name is not reported as denied.
//! * No AWS data set states which calls pass roles by parameter; the steps state it.
//! * A role can deploy to several repositories, services and functions. All those count that its policies
//!   name and let it change. Those that it can only read do not count.
//! * The deployment is the one that the caller names, or else the one that the policies suggest by naming
//!   its actions: `ecs:UpdateService` (unless the role only scales), `ecr:PutImage`,
//!   `lambda:UpdateFunctionCode`, or `s3:PutObject` with `cloudfront:CreateInvalidation`. Whole services
//!   (`lambda:*`) suggest none, nor do the roles of AWS services. Roles that deploy AWS CloudFormation stacks have
//!   such permissions for other reasons, so no deployment is inferred for them.
//!
//! # What is not modelled
//!
//! * **Other deployments** than those of [`Deployment`], and the calls of a workflow's own scripts.
//! * **Options that need more permissions**: tags on create (`ecs:TagResource`), customer managed keys for
//!   a bucket or a repository, alarms and hooks of a deployment.
//! * **Resource-based policies**: a bucket policy or repository policy that denies a call, or that
//!   allows what the role's policies do not.

mod least;
mod recognize;
mod review;
mod simulate;
mod steps;
mod target_arns;
mod targets;

pub use least::{LeastPolicy, least_policy};
pub use recognize::{deployments_of, infer_deployments, recognize_steps};
pub use review::{Review, RoleReview, TrustPolicy, advise, review, review_identity, review_role};
pub use simulate::{CallOutcome, simulate};
pub use steps::{Call, Deployment, DeploymentStep, STEPS};
pub use targets::Targets;

#[cfg(test)]
mod tests;
