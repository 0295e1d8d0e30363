use harden_core::{Judgement, Judging, Meta, Rule, Severity};

use crate::AwsPolicy;
use crate::views::{AclWithGroups, CORE};
use crate::web_acl::judge_group;

pub(crate) static CHECK: Rule<AclWithGroups, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/waf-core-rules-missing",
        "Web ACLs of load balancers have the core rule set",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Add AWSManagedRulesCommonRuleSet to the web ACL.")
    .page(include_str!("waf_core_rules_missing.md"))
    .since("0.1.0"),
    judge,
);

fn judge(guarding: &AclWithGroups, _: &Judging<AwsPolicy>) -> Judgement {
    judge_group(guarding, &CORE)
}
