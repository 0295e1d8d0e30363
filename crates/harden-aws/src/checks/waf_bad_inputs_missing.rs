use harden_core::{Judgement, Judging, Meta, Rule, Severity};

use crate::AwsPolicy;
use crate::views::{BAD_INPUTS, GuardingAcl};
use crate::web_acl::judge_group;

pub(crate) static CHECK: Rule<GuardingAcl, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/waf-bad-inputs-missing",
        "Web ACLs on load balancers have AWS's rules against known bad inputs",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Add AWSManagedRulesKnownBadInputsRuleSet to the web ACL.")
    .page(include_str!("waf_bad_inputs_missing.md"))
    .since("0.1.0"),
    judge,
);

fn judge(guarding: &GuardingAcl, _: &Judging<AwsPolicy>) -> Judgement {
    judge_group(guarding, &BAD_INPUTS)
}
