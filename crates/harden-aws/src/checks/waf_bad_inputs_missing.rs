use harden_core::{Judgement, Judging, Meta, Rule, Severity};

use crate::AwsPolicy;
use crate::views::{AclWithGroups, BAD_INPUTS};
use crate::web_acl::judge_group;

pub(crate) static CHECK: Rule<AclWithGroups, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/waf-bad-inputs-missing",
        "Web ACLs of load balancers have the known bad inputs rule group",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Add AWSManagedRulesKnownBadInputsRuleSet to the web ACL.")
    .page(include_str!("waf_bad_inputs_missing.md"))
    .since("0.1.0"),
    judge,
);

fn judge(guarding: &AclWithGroups, _: &Judging<AwsPolicy>) -> Judgement {
    judge_group(guarding, &BAD_INPUTS)
}
