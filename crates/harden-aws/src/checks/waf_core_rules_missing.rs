use harden_core::{Judgement, Judging, Meta, Rule, Section, Severity};

use crate::AwsPolicy;
use crate::views::{AclWithGroups, CORE};
use crate::web_acl::judge_group;

pub(crate) static CHECK: Rule<AclWithGroups, AwsPolicy> = Rule {
    meta: Meta {
        id: "aws/waf-core-rules-missing",
        title: "Web ACLs on load balancers have AWS's core rule set",
        severity: Severity::High,
        section: Section::Security,
        beyond_guide: false,
        security: true,
        remediation: "Add AWSManagedRulesCommonRuleSet to the web ACL.",
        page: include_str!("waf_core_rules_missing.md"),
    },
    judge,
    off: None,
};

fn judge(guarding: &AclWithGroups, _: &Judging<AwsPolicy>) -> Judgement {
    judge_group(guarding, &CORE)
}
