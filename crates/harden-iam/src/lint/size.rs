//! Checks the length of a document, and its version.

use super::{DocumentLinter, Finding, PolicyType, Rule};

impl DocumentLinter<'_> {
    /// IAM User Guide, "IAM and AWS STS quotas"; AWS Organizations User Guide, "Quotas"; Amazon VPC,
    /// "Quotas". White space between elements does not count.
    pub(super) fn check_size(&mut self) {
        if self.policy.version.is_none() {
            let message = "The policy has no Version, so it has that of 2008: no policy variables.";
            let finding = Finding::new(Rule::VersionMissing, message)
                .instead("Write `\"Version\": \"2012-10-17\"`.");
            self.findings.push(finding);
        }
        let (most, what) = match self.kind {
            PolicyType::Identity if self.inline => {
                (10_240, "all inline policies of a role together")
            }
            PolicyType::Identity | PolicyType::Boundary => (
                6_144,
                "a managed policy (10,240 for all inline policies of a role together)",
            ),
            PolicyType::Trust => (4_096, "a trust policy, after the quota is raised"),
            PolicyType::ServiceControl => (10_240, "a service control policy"),
            PolicyType::ResourceControl => (5_120, "a resource control policy"),
            PolicyType::Endpoint => (20_480, "the policy of a VPC endpoint"),
            PolicyType::Resource => return,
        };
        let length = self.policy.to_string().chars().count();
        if length > most {
            let message = format!(
                "The policy has a size of {length} characters without white space; the limit is {most} for {what}."
            );
            let finding = Finding::new(Rule::PolicySize, message)
                .instead("Split the policy, or combine its statements.");
            self.findings.push(finding);
        }
    }
}
