use harden_core::{Judgement, Judging, Meta, Rule, Section, Severity};

use crate::AwsPolicy;
use crate::views::{AclWithGroups, BAD_INPUTS};
use crate::web_acl::judge_group;

pub(crate) static CHECK: Rule<AclWithGroups, AwsPolicy> = Rule {
    meta: Meta {
        id: "aws/waf-bad-inputs-missing",
        title: "Web ACLs on load balancers have AWS's rules against known bad inputs",
        severity: Severity::High,
        section: Section::Security,
        beyond_guide: false,
        security: true,
        remediation: "Add AWSManagedRulesKnownBadInputsRuleSet to the web ACL.",
        page: include_str!("waf_bad_inputs_missing.md"),
    },
    judge,
    off: None,
};

fn judge(guarding: &AclWithGroups, _: &Judging<AwsPolicy>) -> Judgement {
    judge_group(guarding, &BAD_INPUTS)
}
